from __future__ import annotations

from pathlib import Path

import pytest

from ecluse.discovery import coverage
from ecluse.discovery.detection import Detected, Format
from ecluse.discovery.ingest import Ingested, Taken
from ecluse.discovery.reader import DOUBTS
from ecluse.discovery.readers import named
from ecluse.discovery.record import REASONS
from ecluse.discovery.sources import Source
from ecluse.kernel.text import Text
from tests.discovery import visits

ALL = frozenset(coverage.MISSING)


def taken(path: str = "a.log", *, fields: frozenset[str] = ALL, visited: int = 0) -> Taken:
    found = Format(named("squid"), visits.CONTEXT, 1.0)
    one = Taken(Source(path), Detected((found,)), fields)
    one.digest.visits = one.digest.lines = one.digest.read = visited
    return one


def spots(*sources: Taken, people: dict[str, int] | None = None) -> list[coverage.Blind]:
    return coverage.blind_spots(Ingested(list(sources), Path("unused")), people or {})


def test_what_no_log_holds_is_always_said() -> None:
    assert [one.code for one in spots(taken(visited=3))] == ["elsewhere"]


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("user", "no-user"),
        ("bytes_up", "no-bytes-up"),
        ("path", "no-path"),
        ("action", "no-action"),
    ],
)
def test_a_field_that_a_source_never_fills_is_a_blind_spot_of_that_source(
    missing: str, code: str
) -> None:
    first, *_ = spots(taken("dns.log", fields=ALL - {missing}), taken("proxy.log"))
    assert (first.code, first.source) == (code, "dns.log")


def test_hidden_visits_come_first_the_largest_share_before_the_others() -> None:
    one, other = taken("a.log", visited=150), taken("b.log", visited=50)
    one.digest.blind.update(doh=10, address=0)
    other.digest.blind.update(vpn=30, doh=2)
    vpn, doh, *_ = spots(one, other, people={"doh": 4})
    assert (vpn.code, vpn.requests, vpn.share, vpn.people) == ("vpn", 30, 0.15, None)
    assert (doh.code, doh.requests, doh.share, doh.people) == ("doh", 12, 0.06, 4)
    assert vpn.source is None


def test_a_source_not_read_says_why_and_a_copy_says_nothing() -> None:
    unknown = Taken(Source("x.log"), Detected(()))
    empty = Taken(Source("y.log", trouble="empty"), Detected(()))
    denied = Taken(Source("z.log", trouble="Permission denied"), Detected(()))
    copied = Taken(Source("w.log"), Detected(()), copy_of="x.log")
    *found, _ = spots(unknown, empty, denied, copied)
    assert [(one.code, one.source, one.text) for one in found] == [
        ("source-unread", "x.log", coverage.UNKNOWN),
        ("source-unread", "y.log", REASONS["empty"]),
        ("source-unread", "z.log", Text("Permission denied", "Permission denied")),
    ]


def test_lines_not_read_are_counted_with_their_denominator() -> None:
    one = taken(visited=3)
    one.digest.lines = 1234
    one.digest.unread.update(shape=1000, long=2)
    found, _ = spots(one)
    assert found.code == "lines-unread"
    assert found.text == Text(
        "1\u202f002 lignes non lues sur 1\u202f234", "1,002 lines not read out of 1,234"
    )


def test_a_doubt_is_said_with_what_was_assumed() -> None:
    one = taken()
    one.source.encoding = "utf-16-le"
    found = Format(named("squid"), visits.CONTEXT.doubting("zone", "upload"), 1.0)
    zone, upload, encoding = coverage.doubts(found, one)
    assert "UTC" in zone.fr
    assert upload == DOUBTS["upload"]
    assert "UTF-16-LE" in encoding.en


def test_the_published_form_holds_every_figure() -> None:
    blind = coverage.Blind("doh", Text("oui", "yes"), None, 3, 0.5, 2)
    assert blind.as_json("fr") == {
        "code": "doh",
        "source": None,
        "requests": 3,
        "share": 0.5,
        "people": 2,
        "text": "oui",
    }
