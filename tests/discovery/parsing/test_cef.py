from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from ecluse.discovery.parsing import cef
from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC), zone=ZoneInfo("Europe/Paris"))
HEAD = "CEF:0|Example|Gate \\| way|1.0|100|A name|3|"


def test_it_takes_an_event_apart() -> None:
    event = cef.read(HEAD + "src=192.0.2.1 msg=one two\\=three cs1= suser=EXAMPLE\\\\jdoe ")
    assert event is not None
    assert (event.vendor, event.product, event.name) == ("Example", "Gate | way", "A name")
    assert event.fields == {
        "src": "192.0.2.1",
        "msg": "one two=three",
        "suser": "EXAMPLE\\jdoe",
    }


@pytest.mark.parametrize("prefix", ["", "<13>", "Mar  2 10:30:12 host ", "host: "])
def test_a_prefix_does_not_hide_the_event(prefix: str) -> None:
    assert cef.read(prefix + HEAD + "src=192.0.2.1") is not None


@pytest.mark.parametrize("text", ["", "CEF:0|a|b|c", "XCEF:0|a|b|c|d|e|f|", "a 0|b|c|d|e|f|g|"])
def test_anything_else_is_no_event(text: str) -> None:
    assert cef.read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "LEEF:1.0|Example|Gate|1.0|100|src=192.0.2.1\tmsg=one two",
        "LEEF:2.0|Example|Gate|1.0|100|^|src=192.0.2.1^msg=one two",
        "LEEF:2.0|Example|Gate|1.0|100|x5E|src=192.0.2.1^msg=one two",
        "LEEF:2.0|Example|Gate|1.0|100||src=192.0.2.1\tmsg=one two",
    ],
)
def test_it_takes_leef_apart_by_its_delimiter(text: str) -> None:
    event = cef.read_leef(text)
    assert event is not None
    assert event.fields == {"src": "192.0.2.1", "msg": "one two"}


@pytest.mark.parametrize(
    ("text", "zone", "hour"),
    [
        ("1772443812000", "", 9),
        ("Mar 02 2026 10:30:12", "", 9),
        ("Mar 02 2026 10:30:12", "UTC", 10),
        ("Mar 02 2026 10:30:12", "America/New_York", 15),
        ("Mar 02 2026 10:30:12", "+0200", 8),
        ("Mar 02 2026 10:30:12", "Nowhere/At_All", 9),
        ("Mar 02 2026 10:30:12.000 UTC", "", 10),
        ("Mar 2 10:30:12", "", 9),
        ("Mon Mar  2 10:30:12 2026", "", 9),
        ("2026-03-02T10:30:12Z", "", 10),
        ("2026-03-02 10:30:12", "", 9),
    ],
)
def test_it_reads_the_dates_of_cef(text: str, zone: str, hour: int) -> None:
    assert cef.moment(text, zone, CONTEXT) == datetime(2026, 3, 2, hour, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "Mar 32 2026 10:30:12", "Foo 02 2026 10:30:12"])
def test_it_refuses_what_is_no_date(text: str) -> None:
    with pytest.raises(UnreadableError):
        cef.moment(text, "", CONTEXT)


@pytest.mark.parametrize(
    ("vendor", "product", "expected"),
    [
        ("Example", "Gate", (3, 5)),
        ("Fortinet", "Fortigate", (5, 3)),
        ("Palo Alto Networks", "PAN-OS", (3, 5)),
        ("Palo Alto Networks", "LF", (5, 3)),
    ],
)
def test_vendors_differ_on_what_went_out(
    vendor: str, product: str, expected: tuple[int, int]
) -> None:
    assert cef.volumes(cef.Event(vendor, product, "x", {"in": "3", "out": "5"})) == expected
