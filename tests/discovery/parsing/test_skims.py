from __future__ import annotations

import re

from ecluse.discovery.parsing import skims

PATTERN = skims.by_pattern(rb"(?P<stamp>\d+) (?P<address>\S+) (?P<place>\S+)")
WORDS = skims.by_words(4, stamp=0, address=1, user=2, place=3, check=(0, re.compile(rb"\d+")))


def test_a_pattern_gives_its_groups_and_nothing_for_the_others() -> None:
    columns = PATTERN(b"1 192.0.2.1 a.example\n2 192.0.2.2 b.example\n")
    assert columns is not None
    assert list(columns.stamps) == [b"1", b"2"]
    assert list(columns.places) == [b"a.example", b"b.example"]
    assert list(columns.users) == [b"", b""]
    assert columns.raw(1) == b"2 192.0.2.2 b.example"


def test_one_odd_line_declines_the_whole_block() -> None:
    assert PATTERN(b"1 192.0.2.1 a.example\nodd\n") is None
    assert PATTERN(b"") is None


def test_words_are_columns_and_shifted_ones_are_declined() -> None:
    columns = WORDS(b"1 a u p\n2 b v q")
    assert columns is not None
    assert (columns.users, columns.raw(1)) == ([b"u", b"v"], b"2 b v q")
    assert WORDS(b"1 a u\n2 b v q extra\n") is None
    assert WORDS(b"1 a u\n") is None


def test_lines_are_counted_with_or_without_a_last_end() -> None:
    assert [skims.line_count(block) for block in (b"", b"a", b"a\n", b"a\nb")] == [0, 1, 1, 2]
