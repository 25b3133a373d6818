"""Seen from afar or read line by line, a block comes down to the same figures."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecluse.catalogue.services import load_blindness, load_services
from ecluse.catalogue.signals import load_signals
from ecluse.discovery import detection, finder
from ecluse.discovery.digest import Digest, Digester
from ecluse.discovery.keying import Keyer
from ecluse.discovery.reader import Context
from ecluse.discovery.readers import named
from ecluse.discovery.relevance import Lookup
from tests.discovery import visits

PLAIN = ["www.journal.example", "intranet", "a.b.c.example", "x-y.example", "paie.example.net"]
PATHS = ["/", "/a/b.html", "/chat", "/x/chat"]
PEOPLE = ["alice", "bob", "-"]
ADDRESSES = ["192.0.2.10", "192.0.2.11"]


@cache
def lookup() -> Lookup:
    return Lookup(load_services(), load_blindness(), load_signals())


@cache
def hosts() -> list[str]:
    """Every kind of host that a rule knows, as it stands, under another one, or nearly it."""
    found = {one.host for s in lookup().services.by_id.values() for one in s.domains}
    found |= {host for kind in ("doh", "vpn", "relay") for host in lookup().blindness.hosts(kind)}
    for signal in load_signals().by_id.values():
        if signal.where in {"part", "inside", "end"}:
            for value in signal.values:
                bare = value.strip(".-")
                found |= {f"{bare}.example", f"my-{bare}.example", f"x{bare}y.example"}
                found.add(f"site.{bare}")
    return sorted(found)


@cache
def paths() -> list[str]:
    shared = [p for s in lookup().services.by_id.values() for d in s.domains for p in d.paths]
    apis = [v for s in load_signals().by_id.values() if s.where == "path" for v in s.values]
    return [*PATHS, *shared, *(f"/x{api}" for api in apis), *(api.lower() for api in apis)]


def host(name: str) -> st.SearchStrategy[str]:
    # By labels, as Windows writes it, no name that is a bare address is told from afar.
    # Stormshield's name without a dot gives way to the address: only a full reading tells so.
    plain = [one for one in PLAIN if "." in one or name != "stormshield"]
    bare = [] if not named(name).literal else ["198.51.100.7", "203.0.113.9"]
    known = st.sampled_from(hosts())
    return st.one_of(
        known,
        known.map(lambda name: f"www.{name}"),
        known.map(lambda name: f"x{name}"),
        known.map(lambda name: f"{name}.example"),
        known.map(lambda name: f"{name}.local"),
        known.map(str.upper),
        st.sampled_from([*plain, *bare]),
    )


@st.composite
def line(draw: st.DrawFn, name: str) -> str:
    return visits.visit(
        name,
        draw(host(name)),
        path=draw(st.sampled_from(paths())),
        user=draw(st.sampled_from(PEOPLE)),
        address=draw(st.sampled_from(ADDRESSES)),
    )


def digester(name: str, text: str) -> Digester:
    reader = named(name)
    context = reader.study(text.splitlines(), Context(now=visits.NOW))
    known = detection.Format(reader, context, 1.0)
    made = Digester(0, (known,), "path" in reader.sees, lookup(), Keyer(b"k" * 32))
    made._finder = compiled(paths="path" in reader.sees, apps="app" in reader.sees)
    return made


@cache
def compiled(*, paths: bool, apps: bool) -> finder.Finder:
    """Compile once what every digester would: that takes far longer than a block."""
    look = lookup()
    words = finder.words(look.services, look.blindness, look.signals, paths=paths, apps=apps)
    return finder.Finder(words)


def figures(digest: Digest) -> dict[str, Any]:
    return {
        "lines": digest.lines,
        "understood": digest.read + digest.asides,
        "visits": digest.visits,
        "unread": digest.unread,
        "blind": Counter({kind: count for kind, count in digest.blind.items() if count}),
        "pairs": digest.pairs - {("", "")},
        "first": digest.first,
        "last": digest.last,
        "rows": Counter(digest.rows),
    }


def both(name: str, lines: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    text = visits.log(name, lines)
    from_afar = digester(name, text).block(text.encode())
    one_by_one = digester(name, text).texts(text.splitlines())
    return figures(from_afar), figures(one_by_one)


@pytest.mark.parametrize("name", visits.SKIMMED)
def test_seen_from_afar_or_line_by_line_the_figures_are_the_same(name: str) -> None:
    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(line(name), min_size=1, max_size=12))
    def check(lines: list[str]) -> None:
        from_afar, one_by_one = both(name, lines)
        assert from_afar == one_by_one

    check()


@pytest.mark.parametrize("name", visits.SKIMMED)
def test_no_host_that_a_rule_knows_is_overlooked(name: str) -> None:
    from_afar, one_by_one = both(name, [visits.visit(name, each) for each in hosts()])
    assert from_afar == one_by_one
    assert len(from_afar["rows"]) > 300


@pytest.mark.parametrize("name", visits.SKIMMED)
def test_no_path_that_a_rule_knows_is_overlooked(name: str) -> None:
    shared = sorted(
        {d.host for s in lookup().services.by_id.values() for d in s.domains if d.paths}
    )
    lines = [
        visits.visit(name, each, path=path) for path in paths() for each in [shared[0], PLAIN[0]]
    ]
    lines += [visits.visit(name, each, path=path) for each in shared for path in paths()[::5]]
    from_afar, one_by_one = both(name, lines)
    assert from_afar == one_by_one


@pytest.mark.parametrize("name", ["squid", "dnsmasq", "stormshield"])
def test_the_lines_found_are_the_lines_themselves_and_each_once(name: str) -> None:
    lines = [visits.visit(name, each) for each in ("a.example", "chatgpt.com", "claude.ai")]
    found, shared = compiled(paths=True, apps=True).lines("\n".join(lines).encode())
    assert found == [one.encode() for one in lines[1:]]
    assert shared == 0


def test_a_shared_host_is_counted_and_not_read_where_no_path_is_written() -> None:
    lines = [visits.visit("dnsmasq", each) for each in ("www.bing.com", "a.example", "x.example")]
    block = "".join(f"{one}\n" for one in lines).encode()
    assert compiled(paths=False, apps=False).lines(block) == ([], 1)
