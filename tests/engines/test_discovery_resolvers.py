"""What real resolvers write of questions about AI hosts is what `ecluse discover` tells."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines import servers
from tests.engines.servers import Visit

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

VISITS = (
    Visit("chatgpt", "chatgpt.com", "127.0.0.11"),
    Visit("chatgpt", "chatgpt.com", "127.0.0.11"),
    Visit("chatgpt", "ab.chatgpt.com", "127.0.0.12"),
    Visit("claude", "claude.ai", "127.0.0.12"),
    Visit("le-chat", "chat.mistral.ai", "127.0.0.13"),
    Visit("openai-api", "API.OpenAI.com", "127.0.0.13"),
    Visit(None, "notes-ai.example", "127.0.0.11"),
    Visit(None, "www.journal.example", "127.0.0.14"),
    Visit(None, "intranet.example", "127.0.0.11"),
)
REFUSED = "chat.deepseek.com"
REFUSALS = (
    Visit("deepseek", REFUSED, "127.0.0.11", refused=True),
    Visit("deepseek", REFUSED, "127.0.0.13", refused=True),
)
NAMES = ("chatgpt.com", "claude.ai", "chat.mistral.ai", "api.openai.com", "example")
ANSWER = "127.0.0.80"  # a blocklist answers 127.0.0.1: a name found locally must not look like it
READY = "ready.example"


def unbound(folder: Path, port: int, *, actions: bool) -> list[str]:
    found = servers.program("unbound")
    zones = "".join(
        f'local-zone: "{name}." redirect\nlocal-data: "{name}. A {ANSWER}"\n' for name in NAMES
    )
    (folder / "unbound.conf").write_text(
        f"""server:
interface: 127.0.0.1
port: {port}
do-daemonize: no
username: ""
chroot: ""
directory: "{folder}"
pidfile: "{folder}/unbound.pid"
use-syslog: no
logfile: "{folder}/logs/queries.log"
log-queries: {"no" if actions else "yes"}
log-local-actions: {"yes" if actions else "no"}
access-control: 127.0.0.0/8 allow
module-config: "iterator"
{"" if actions else zones}local-zone: "{REFUSED}." always_refuse
local-zone: "{READY}." static
remote-control:
control-enable: no
"""
    )
    return [found, "-c", str(folder / "unbound.conf")]


ZONE = """$TTL 60
@ IN SOA localhost. root.localhost. 1 60 60 60 60
@ IN NS localhost.
"""


def bind(folder: Path, port: int, *, actions: bool) -> list[str]:
    found = servers.program("named")
    (folder / "local.zone").write_text(f"{ZONE}@ IN A {ANSWER}\n* IN A {ANSWER}\n")
    (folder / "policy.zone").write_text(f"{ZONE}{REFUSED} CNAME .\n")
    zones = "".join(f'zone "{name}" {{ type primary; file "local.zone"; }};\n' for name in NAMES)
    (folder / "named.conf").write_text(
        f"""options {{
directory "{folder}"; pid-file "named.pid"; session-keyfile "session.key"; lock-file none;
listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};
recursion yes; notify no; dnssec-validation no; empty-zones-enable no;
response-policy {{ zone "policy"; }} qname-wait-recurse no;
}};
controls {{ }};
logging {{
channel asked {{
file "logs/queries.log"; print-time yes; print-category yes; print-severity yes;
}};
channel life {{ file "life.log"; }};
category {"rpz" if actions else "queries"} {{ asked; }};
category default {{ life; }};
}};
{zones}
zone "policy" {{ type primary; file "policy.zone"; }};
"""
    )
    return [found, "-f", "-c", str(folder / "named.conf")]


def dnsmasq(folder: Path, port: int, *, actions: bool) -> list[str]:
    found = servers.program("dnsmasq")
    zones = [f"--address=/{name}/{ANSWER}" for name in NAMES]
    return [
        found,
        "--keep-in-foreground",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        f"--port={port}",
        "--listen-address=127.0.0.1",
        "--bind-interfaces",
        f"--pid-file={folder}/dnsmasq.pid",
        f"--log-facility={folder}/logs/queries.log",
        "--log-queries=extra",
        *zones,
        *([f"--address=/{REFUSED}/"] if actions else []),
    ]


SERVERS = {"unbound": unbound, "bind": bind, "dnsmasq": dnsmasq}


@contextlib.contextmanager
def asked(name: str, visits: tuple[Visit, ...], *, actions: bool) -> Iterator[Path]:
    """Start a resolver, ask it everything and give the folder of its log."""
    with servers.place() as folder:
        (folder / "logs").mkdir()
        if os.geteuid() == 0:
            (folder / "logs").chmod(0o777)
        port = servers.free_port()
        command = SERVERS[name](folder, port, actions=actions)
        with servers.running(command, folder, lambda: servers.resolves(port, READY)):
            for visit in visits:
                servers.ask(visit, port)
        yield folder / "logs"


@pytest.mark.parametrize("name", SERVERS)
def test_it_finds_the_services_and_the_people_behind_the_questions(
    name: str, tmp_path: Path
) -> None:
    with asked(name, VISITS, actions=False) as logs:
        picture = servers.discover(logs, tmp_path)
    assert servers.told(picture) == servers.expected(VISITS, users=False)
    (source,) = picture["sources"]
    assert (source["format"], source["confidence"], source["unread"]) == (name, 1.0, 0)
    assert source["lines"] == source["read"] + source["aside"]
    assert [one["host"] for one in picture["candidates"]] == ["notes-ai.example"]
    assert {"no-user", "no-bytes-up", "no-path"} <= {one["code"] for one in picture["blind_spots"]}


@pytest.mark.parametrize("name", ["unbound", "bind"])
def test_a_log_of_refusals_alone_gives_refusals_alone(name: str, tmp_path: Path) -> None:
    with asked(name, REFUSALS, actions=True) as logs:
        picture = servers.discover(logs, tmp_path)
    assert servers.told(picture) == servers.expected(REFUSALS, users=False)
    (source,) = picture["sources"]
    assert (source["format"], source["unread"]) == (name, 0)


def test_dnsmasq_tells_the_question_and_then_the_refusal(tmp_path: Path) -> None:
    with asked("dnsmasq", REFUSALS, actions=True) as logs:
        picture = servers.discover(logs, tmp_path)
    (service,) = picture["services"]
    assert (service["id"], service["people"], service["refused"]) == ("deepseek", 2, 2)
