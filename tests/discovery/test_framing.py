from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecluse.discovery.framing import LONGEST, objects, one_per_line, records
from ecluse.discovery.reader import Framing

ONE, TWO = {"a": 1}, {"b": [2, {"c": "}\n{"}]}


def cut(text: str, framing: Framing, size: int = 7) -> list[tuple[int, str | None]]:
    data = text.encode()
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    return list(records(chunks, framing))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "end"])
def test_lines_are_numbered_from_one_and_blank_ones_left_out(end: str, last: str) -> None:
    text = last and end
    assert cut(f"un{end}{end}deux{text}{last}{end if not last else ''}", "lines") == [
        (1, "un"),
        (3, "deux"),
        *([(4, "end")] if last else []),
    ]


@given(
    st.lists(st.text(st.characters(exclude_characters="\n\r", codec="utf-8"))), st.integers(1, 40)
)
@settings(max_examples=60, deadline=None)
def test_however_the_bytes_arrive_the_lines_are_the_same(lines: list[str], size: int) -> None:
    expected = [(rank, one) for rank, one in enumerate(lines, 1) if one.strip()]
    assert cut("".join(f"{one}\n" for one in lines), "lines", size) == expected


def test_a_line_too_long_is_passed_over_and_the_next_ones_read() -> None:
    text = "one\n" + "x" * (3 * LONGEST) + "\ntwo\n"
    assert cut(text, "lines", 1 << 16) == [(1, "one"), (2, None), (3, "two")]
    assert cut(text[: -len("\ntwo\n")], "lines", 1 << 16)[-1] == (2, None)


def test_a_quoted_line_end_belongs_to_its_row() -> None:
    text = 'a,"x\ny ""z""",b\nc,d\n'
    assert cut(text, "csv") == [(1, 'a,"x\ny ""z""",b'), (3, "c,d")]


def test_a_quote_never_closed_costs_no_other_line() -> None:
    text = 'a,"x\n' + "".join(f"{rank},b\n" for rank in range(200))
    found = cut(text, "csv")
    assert [line for line, _ in found] == list(range(1, 202))
    assert found[-1] == (201, "199,b")


SHAPES = {
    "one a line": f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n",
    "pretty": f"{json.dumps(ONE, indent=2)}\n{json.dumps(TWO, indent=2)}\n",
    "an array": json.dumps([ONE, TWO]),
    "a pretty array": json.dumps([ONE, TWO], indent=4),
    "wrapped": json.dumps({"next": None, "value": [ONE, TWO]}),
    "wrapped, pretty": json.dumps({"kind": "x", "items": [ONE, TWO]}, indent=1),
    "side by side": json.dumps(ONE) + json.dumps(TWO),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [1, 7, 1 << 16])
def test_objects_are_found_whatever_holds_them(shape: str, size: int) -> None:
    found = [text for _, text in cut(SHAPES[shape], "json", size)]
    assert [json.loads(text or "") for text in found] == [ONE, TWO]


def test_a_wrapper_too_long_to_hold_is_opened_as_it_comes() -> None:
    many = [{"n": rank, "pad": "x" * 90} for rank in range(3000)]
    text = json.dumps({"next": "y", "value": many})
    assert [json.loads(one or "")["n"] for _, one in cut(text, "json", 1 << 16)] == list(
        range(3000)
    )


def test_a_broken_object_is_given_as_its_line_and_the_next_ones_read() -> None:
    text = f'{json.dumps(ONE)}\n{{"a": \n{json.dumps(TWO)}\nhello\n'
    assert cut(text, "json") == [
        (1, json.dumps(ONE)),
        (2, '{"a": '),
        (3, json.dumps(TWO)),
        (4, "hello"),
    ]


def test_nothing_gives_nothing() -> None:
    assert list(objects([])) == []
    assert cut("\n \n", "json") == []


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (SHAPES["one a line"], True),
        (SHAPES["pretty"], False),
        (SHAPES["an array"], False),
        (SHAPES["wrapped"], False),
        ("not json\n", True),
    ],
)
def test_one_object_a_line_is_told_from_the_rest(head: str, *, expected: bool) -> None:
    assert one_per_line(head.encode()) is expected
