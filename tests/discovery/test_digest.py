from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from ecluse.catalogue.services import load_blindness, load_services
from ecluse.catalogue.signals import load_signals
from ecluse.discovery import usage
from ecluse.discovery.detection import Format
from ecluse.discovery.digest import PIECE, Digest, Digester, pieces, understand
from ecluse.discovery.finder import Finder, words
from ecluse.discovery.keying import Keyer
from ecluse.discovery.readers import named
from ecluse.discovery.record import UnreadableError
from ecluse.discovery.relevance import Lookup
from tests.discovery import visits
from tests.discovery.visits import visit

KEYER = Keyer(b"k" * 32)
MOMENT = datetime(2026, 11, 20, 10, 30, 12, tzinfo=UTC)


def formats(*names: str) -> tuple[Format, ...]:
    return tuple(Format(named(name), visits.CONTEXT, 1.0) for name in names)


def digester(*names: str, since: datetime | None = None) -> Digester:
    look = lookup()
    made = Digester(3, formats(*names), sees_path=True, lookup=look, keyer=KEYER, since=since)
    made._finder = compiled()
    return made


@cache
def lookup() -> Lookup:
    return Lookup(load_services(), load_blindness(), load_signals())


@cache
def compiled() -> Finder:
    look = lookup()
    return Finder(words(look.services, look.blindness, look.signals, paths=True, apps=True))


def rows(digest: Digest) -> list[dict[str, object]]:
    return [dict(zip(usage.COLUMNS, row, strict=True)) for row in digest.rows]


def test_a_visit_to_ai_is_a_row_without_any_name_in_clear() -> None:
    text = visit("squid", "chatgpt.com", path="/v1/models", user="Jean.Dupont")
    digest = digester("squid").texts([text])
    (row,) = rows(digest)
    assert row["host"] == "chatgpt.com"
    assert (row["kind"], row["format"], row["source"]) == ("service", "squid", 3)
    assert row["user"] == KEYER.user("jean.dupont")
    assert row["address"] == KEYER.address("192.0.2.10")
    assert "upont" not in repr(digest)
    assert "192.0.2.10" not in repr(digest)


def test_a_visit_to_anything_else_is_counted_and_not_kept() -> None:
    digest = digester("squid").texts([visit("squid", "intranet.example")])
    assert (digest.lines, digest.read, digest.visits, digest.rows) == (1, 1, 1, [])
    assert len(digest.pairs) == 1


@pytest.mark.parametrize(
    ("host", "path", "kind", "blind"),
    [
        ("claude.ai", "/", "service", None),
        ("www.bing.com", "/chat", "service", None),
        ("www.bing.com", "/maps", None, "shared"),
        ("notes-ai.example", "/", "candidate", None),
        ("a.example", "/v1/chat/completions", "candidate", None),
        ("198.51.100.7", "/", None, "address"),
        ("198.51.100.7", "/v1/chat/completions", "candidate", None),
        ("dns.google", "/", "doh", "doh"),
        ("nordvpn.com", "/", "vpn", "vpn"),
    ],
)
@pytest.mark.parametrize("from_afar", [False, True])
def test_each_kind_of_visit_has_its_place(
    host: str, path: str, kind: str | None, blind: str | None, *, from_afar: bool
) -> None:
    text = visit("squid", host, path=path)
    seen = digester("squid")
    digest = seen.block(text.encode() + b"\n") if from_afar else seen.texts([text])
    assert [row["kind"] for row in rows(digest)] == ([kind] if kind else [])
    assert {name: count for name, count in digest.blind.items() if count} == (
        {blind: 1} if blind else {}
    )


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("hello", "shape"),
        (None, "long"),
        ("1795170612.277 \0 192.0.2.10", "binary"),
        ("1795170612.277   3387 192.0.2.10", "columns"),
    ],
)
def test_what_is_not_read_is_counted_by_reason_and_the_rest_goes_on(
    bad: str | None, reason: str
) -> None:
    good = visit("squid")
    digest = digester("squid").texts([good, bad, good])
    assert (digest.lines, digest.read, dict(digest.unread)) == (3, 2, {reason: 1})


def test_mixed_formats_are_each_read_as_what_they_are() -> None:
    texts = [visit("unbound"), visit("dnsmasq"), visit("dnsmasq"), "hello"]
    digest = digester("dnsmasq", "unbound").texts(texts)
    assert dict(digest.formats) == {"dnsmasq": 2, "unbound": 1}
    assert digest.unread.total() == 1


def test_the_refusal_is_that_of_the_reader_which_came_nearest() -> None:
    with pytest.raises(UnreadableError) as refusal:
        understand("1795170612.277   3387 192.0.2.10", formats("dnsmasq", "squid"))
    assert refusal.value.reason == "columns"


@pytest.mark.parametrize(("after", "early"), [(-1, 0), (1, 2), (48, 2)])
@pytest.mark.parametrize("from_afar", [False, True])
def test_what_is_before_the_period_asked_for_is_left_out(
    after: int, early: int, *, from_afar: bool
) -> None:
    seen = digester("squid", since=MOMENT + timedelta(hours=after))
    text = visits.log("squid", [visit("squid")] * 2)
    digest = seen.block(text.encode()) if from_afar else seen.texts(text.splitlines())
    assert (digest.lines, digest.early, len(digest.rows)) == (2, early, 2 - early)
    assert digest.visits == 2 - early


def test_digests_of_one_source_add_up() -> None:
    texts = [visit("squid", user="a"), visit("squid", "dns.google", user="b"), "hello"]
    seen = digester("squid")
    whole, total = seen.texts(texts), Digest()
    for text in texts:
        total.add(seen.texts([text]))
    whole.rows = []
    assert total == whole


def test_a_nul_byte_makes_its_line_unread_and_no_other() -> None:
    lines = [visit("squid").encode()] * 5 + [b"\0" * 20 + visit("squid").encode()]
    digest = digester("squid").block(b"\n".join(lines) + b"\n")
    assert (digest.lines, digest.read, dict(digest.unread)) == (6, 5, {"binary": 1})


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_line_ends_of_windows_and_a_last_line_without_one_change_nothing(end: bytes) -> None:
    block = end.join([visit("squid", user="a").encode(), visit("squid", user="b").encode()])
    digest = digester("squid").block(block)
    assert (digest.lines, digest.read, len(digest.rows), len(digest.pairs)) == (2, 2, 2, 2)
    assert {row["host"] for row in rows(digest)} == {"chatgpt.com"}


def test_pieces_are_whole_lines_and_lose_nothing() -> None:
    block = b"".join(b"%d %s\n" % (rank, b"x" * (rank % 700)) for rank in range(2000)) + b"last"
    cut = list(pieces(block))
    assert b"".join(cut) == block
    assert len(cut) > 5
    assert all(one.endswith(b"\n") for one in cut[:-1])
    assert all(len(one) <= PIECE + 800 for one in cut)


def test_a_line_of_squid_that_names_no_host_is_no_visit_either_way() -> None:
    error = (
        "1795170612.277      0 192.0.2.99 NONE_NONE/000 0 - error:transaction-end-before-headers "
        "- HIER_NONE/- -"
    )
    text = visits.log("squid", [visit("squid"), error])
    assert digester("squid").block(text.encode()).visits == 1
    assert digester("squid").texts(text.splitlines()).visits == 1
