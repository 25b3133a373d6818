from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.discovery.parsing import keyed
from ecluse.discovery.parsing.pairs import pairs
from ecluse.discovery.reader import Context
from ecluse.discovery.record import Record, UnreadableError

PATTERN = re.compile(keyed.pairs_source("src", "user"))
CHARACTERS = st.sampled_from(' "\\=srcuser.-1é\t;')


def parse(text: str, context: Context) -> Record | None:
    """Read `src` and `user` of a line that opens with `x`; a line about `nobody` is no visit."""
    assert context.now
    if not text.startswith("x"):
        raise UnreadableError("shape")
    said = pairs(text)
    return None if "nobody" in text else Record(source_ip=said.get("src"), user=said.get("user"))


def quick(cells: tuple[bytes, ...]) -> keyed.Row | None:
    """Take source and user as they are."""
    _, source, user, _ = cells
    return b"", keyed.first(source), user.strip(b'"'), b"", b""


SKIM = keyed.by_lines(rb"x" + keyed.pairs_source("src", "user"), quick, parse)


@pytest.mark.parametrize(
    ("line", "source", "user"),
    [
        (" src=192.0.2.1 user=jdoe", "192.0.2.1", "jdoe"),
        (' user="John Doe" src=192.0.2.1', "192.0.2.1", "John Doe"),
        (" src=192.0.2.1 src=192.0.2.2", "192.0.2.2", ""),
        (' src=192.0.2.1 src="" user=', "192.0.2.1", ""),
        (' modsrc=192.0.2.9 msg="a src=b" user=x', "", "x"),
    ],
)
def test_the_last_filled_value_of_a_key_counts(line: str, source: str, user: str) -> None:
    found = PATTERN.fullmatch(line.encode())
    assert found is not None
    assert [(group or b"").strip(b'"').decode() for group in found.groups()] == [source, user]


@given(st.lists(st.text(CHARACTERS, max_size=6).map(lambda text: f" src={text}"), max_size=4))
def test_it_reads_as_pairs_does_or_not_at_all(parts: list[str]) -> None:
    line = "".join(parts)
    found = PATTERN.fullmatch(line.encode())
    if found:
        said = pairs(line)
        for group, key in ((1, "src"), (2, "user")):
            assert (found[group] or b"").strip(b'"').decode() == said.get(key, "")


def test_odd_lines_are_read_in_full_among_the_plain_ones() -> None:
    columns = SKIM(b'x src=192.0.2.1 user=a\nx\tuser="b\\"c" src=192.0.2.2\nx nobody\n')
    assert columns is not None
    assert columns.addresses == (b"192.0.2.1", b"192.0.2.2", b"")
    assert columns.users == (b"a", b'b\\"c', b"")
    assert columns.raw(1) == b'x\tuser="b\\"c" src=192.0.2.2'


@pytest.mark.parametrize(
    "block", [b"", b"\n", b"x src=192.0.2.1\n\n", b"x user=a\ny\n", b"x \xff\n"]
)
def test_a_line_that_parsing_refuses_spoils_the_block(block: bytes) -> None:
    assert SKIM(block) is None


def test_the_first_value_that_says_something_is_taken() -> None:
    assert keyed.first(b"", b'"N/A"', b"-", b'"a b"', b"c") == b"a b"
    assert keyed.first(b"") == b""
