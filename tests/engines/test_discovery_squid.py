"""What a real Squid writes of visits to AI, in three formats, is what `ecluse discover` tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engines import servers
from tests.engines.servers import Visit

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

LAYOUTS = {"native": "squid", "combined": "squid-combined", "upload": "squid"}
CHALLENGED = Visit("chatgpt", "chatgpt.com", "127.0.0.11")
VISITS = (
    CHALLENGED,
    Visit("chatgpt", "chatgpt.com", "127.0.0.11", "alice"),
    Visit("chatgpt", "chatgpt.com", "127.0.0.11", "alice"),
    Visit("chatgpt", "chatgpt.com", "127.0.0.12", "bob"),
    Visit("claude", "claude.ai", "127.0.0.12", "bob"),
    Visit("claude", "claude.ai", "127.0.0.19"),
    Visit("le-chat", "chat.mistral.ai", "127.0.0.13", "carol"),
    Visit("openai-api", "api.openai.com", "127.0.0.13", "carol", path="/v1/models"),
    Visit("deepseek", "chat.deepseek.com", "127.0.0.11", "alice", refused=True),
    Visit("deepseek", "chat.deepseek.com", "127.0.0.13", "carol", refused=True),
    Visit(None, "modeles.example", "127.0.0.12", "bob", path="/v1/chat/completions"),
    Visit(None, "www.journal.example", "127.0.0.11", "alice"),
    Visit(None, "intranet.example", "127.0.0.13", "carol", path="/accueil"),
)
AUTHENTICATOR = "/usr/lib/squid/basic_fake_auth"
# A user named in no rule is asked for a name, but for the machine 127.0.0.19, which has none.
CONFIGURATION = """
http_port 127.0.0.1:{port}
visible_hostname localhost
pid_filename {folder}/squid.pid
coredump_dir {folder}
netdb_filename none
pinger_enable off
cache deny all
cache_log {folder}/cache.log
hosts_file {folder}/hosts
dns_nameservers 127.0.0.1
shutdown_lifetime 0 seconds
auth_param basic program {authenticator}
acl people proxy_auth REQUIRED
acl nameless src 127.0.0.19
acl forbidden dstdomain chat.deepseek.com
http_access allow nameless
http_access deny people forbidden
http_access allow people
http_access deny all
logformat upload %ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt %>st
access_log stdio:{folder}/native/access.log squid
access_log stdio:{folder}/combined/access.log combined
access_log stdio:{folder}/upload/access.log upload
"""


@pytest.fixture(scope="module")
def logs() -> Iterator[Path]:
    squid = servers.program("squid")
    if not Path(AUTHENTICATOR).exists():
        pytest.skip(f"needs squid with {AUTHENTICATOR}")
    with servers.place("proxy") as folder, servers.site() as site:
        port = servers.free_port()
        command = [squid, "-N", "-f", str(_configured(folder, port))]
        with servers.running(command, folder, lambda: servers.listens(port)):
            for visit in VISITS:
                servers.through_proxy(visit, port, site)
            written = 1 + len(VISITS)  # the wait for the port left a line that names no host
            servers.wait_for(lambda: _counts(folder) == {written}, f"{_counts(folder)} lines")
        yield folder


@pytest.fixture(scope="module")
def pictures(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Run the command once on each log."""
    return {
        layout: servers.discover(logs / layout, tmp_path_factory.mktemp(layout))
        for layout in LAYOUTS
    }


def _configured(folder: Path, port: int) -> Path:
    names = sorted({visit.host for visit in VISITS})
    (folder / "hosts").write_text("".join(f"127.0.0.1 {name}\n" for name in names))
    text = CONFIGURATION.format(port=port, folder=folder, authenticator=AUTHENTICATOR)
    owner = folder.stat()
    for layout in LAYOUTS:
        (folder / layout).mkdir()
        if os.geteuid() == 0:
            os.chown(folder / layout, owner.st_uid, owner.st_gid)
            text += "cache_effective_user proxy\n"
    configuration = folder / "squid.conf"
    configuration.write_text(text)
    return configuration


def _counts(folder: Path) -> set[int]:
    return {servers.line_count(folder / layout / "access.log") for layout in LAYOUTS}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_finds_the_services_the_people_and_the_refusals(
    pictures: dict[str, dict[str, Any]], layout: str
) -> None:
    picture = pictures[layout]
    visits = [visit if visit != CHALLENGED else _as("alice") for visit in VISITS]
    assert servers.told(picture) == servers.expected(visits, users=True)
    # Three logins, a machine without one, and the one that only waited for the port to open.
    assert picture["people"] == 5
    assert picture["requests"] == len(VISITS)


def _as(user: str) -> Visit:
    """Give the visit that Squid met with a challenge, by whom its address shows it was."""
    return Visit(CHALLENGED.service, CHALLENGED.host, CHALLENGED.source, user)


@pytest.mark.parametrize(("layout", "reader"), LAYOUTS.items())
def test_it_recognises_the_format_and_reads_every_line(
    logs: Path, pictures: dict[str, dict[str, Any]], layout: str, reader: str
) -> None:
    (source,) = pictures[layout]["sources"]
    assert (source["format"], source["confidence"]) == (reader, 1.0)
    assert source["lines"] == servers.line_count(logs / layout / "access.log")
    assert source["unread"] == 0
    assert source["unread_reasons"] == {}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_unknown_model_server_is_a_candidate_and_plain_sites_are_nothing(
    pictures: dict[str, dict[str, Any]], layout: str
) -> None:
    (candidate,) = pictures[layout]["candidates"]
    assert (candidate["host"], candidate["people"], candidate["requests"]) == (
        "modeles.example",
        1,
        1,
    )
    assert any("/v1/chat/completions" in reason for reason in candidate["reasons"])


@pytest.mark.parametrize(("layout", "measured"), [("native", False), ("upload", True)])
def test_bytes_sent_are_known_only_where_the_column_was_added(
    pictures: dict[str, dict[str, Any]], layout: str, *, measured: bool
) -> None:
    picture = pictures[layout]
    (source,) = picture["sources"]
    assert ("bytes_up" in source["sees"]) is measured
    assert any("%>st" in doubt for doubt in source["doubts"]) is measured
    assert all((one["bytes_up"] is not None) is measured for one in picture["services"])
    assert ("no-bytes-up" in {one["code"] for one in picture["blind_spots"]}) is not measured
    chatgpt = next(one for one in picture["services"] if one["id"] == "chatgpt")
    assert chatgpt["bytes_down"] > 0


def test_no_login_is_shown(pictures: dict[str, dict[str, Any]]) -> None:
    shown = str(pictures["native"])
    assert "carol" not in shown
    assert "127.0.0.13" not in shown
