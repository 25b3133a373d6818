from __future__ import annotations

import pytest

from ecluse.discovery.parsing import blocks


def test_it_reads_one_object_per_line() -> None:
    read = blocks.objects(b'{"a":1}\r\n{"b":"x\\ny"}\n')
    assert read == ([b'{"a":1}', b'{"b":"x\\ny"}'], [{"a": 1}, {"b": "x\ny"}])


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"\n",
        b'{"a":1}\n\n{"b":2}\n',
        b'{"a":1}\nhello\n',
        b'{"a":1}\n[2]\n',
        b'{"a":1\n',
        b'{"a":1}{"b":2}\n',
        b'{"a":1},{"b":2}\n',
        b'{"a":[{}\n{}]}\n',
        b'{"a":\xff}\n',
    ],
)
def test_one_broken_line_spoils_the_block(block: bytes) -> None:
    assert blocks.objects(block) is None


def test_stamps_keep_the_zone_and_tens_of_minutes() -> None:
    moments = ["2026-03-02T10:30:12.345+0100", "2026-03-02T10:39:59Z"]
    assert blocks.stamps(moments) == [b"2026-03-02T10:3+0100", b"2026-03-02T10:3Z"]


@pytest.mark.parametrize(
    "moment",
    [
        1772443812,
        None,
        "2026-03-02T10:30:12",
        "2026-03-32T10:30:12Z",
        "2026-03-02T24:30:12Z",
        "2026-03-02T10:30:62Z",
        "2026-03-02T10:30:12+9900",
    ],
)
def test_one_impossible_date_spoils_the_block(moment: object) -> None:
    assert blocks.stamps(["2026-03-02T10:30:12Z", moment]) is None
