from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from ecluse.catalogue.toml import CatalogueError, Row, rows
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SAMPLE = '''# a comment with [[thing]] in it
[[thing]]
id = "a # [[thing]]"
note = """
[[thing]]
id = "fake"
"""
parts = [
  { name = "x", "quoted key" = 1 }, # { a comment
  "y",
  { name = 'z' }, { name = "w" },
]

[[ thing ]]  # spaces are allowed
id = 'b'
deep = [
  [[1]],
]
label = { fr = "un", en = "one" }
day = 2026-11-22
many = 3
yes = true
names = ["p", "q"]

[[other]]
id = "c"
'''


def _write(folder: Path, text: str | bytes) -> Path:
    path = folder / "data.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.fixture
def sample(tmp_path: Path) -> list[Row]:
    return rows(_write(tmp_path, SAMPLE))


def test_rows_come_in_the_order_of_the_file_with_the_line_of_their_header(
    sample: list[Row],
) -> None:
    assert [(row.table, row.line) for row in sample] == [("thing", 2), ("thing", 14), ("other", 25)]
    assert sample[0].string("note") == '[[thing]]\nid = "fake"\n'


def test_windows_line_ends_and_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    plain = rows(_write(tmp_path, SAMPLE))
    windows = rows(_write(tmp_path, b"\xef\xbb\xbf" + SAMPLE.replace("\n", "\r\n").encode()))
    assert [(row.line, row.values) for row in windows] == [(row.line, row.values) for row in plain]


def test_typed_getters_give_what_the_file_says(sample: list[Row]) -> None:
    row = sample[1]
    assert row.string("id") == "b"
    assert row.integer("many") == 3
    assert row.boolean("yes") is True
    assert row.date("day") == dt.date(2026, 11, 22)
    assert row.strings("names") == ("p", "q")
    assert row.text("label") == Text(fr="un", en="one")


def test_a_default_stands_in_for_an_absent_key(sample: list[Row]) -> None:
    row = sample[2]
    assert row.string("x", None) is None
    assert row.integer("x", 4) == 4
    assert row.boolean("x", default=False) is False
    assert row.date("x", None) is None
    assert row.strings("x", ()) == ()
    assert row.text("x", None) is None
    assert row.rows("x") == []


def test_errors_inside_a_list_name_the_line_of_the_item(sample: list[Row]) -> None:
    parts = sample[0].rows("parts", short="name")
    assert [part.string("name") for part in parts] == ["x", "y", "z", "w"]
    assert [str(part.error("!")).split(":")[-2] for part in parts] == ["9", "10", "11", "11"]


@pytest.mark.parametrize(
    ("line", "get", "said"),
    [
        ("x = 1", lambda row: row.string("x"), "'x' is 1: write a string"),
        ('x = " "', lambda row: row.string("x"), "'x' is empty"),
        ("", lambda row: row.string("x"), "lacks 'x': write x = a string"),
        ("x = true", lambda row: row.integer("x"), "'x' is True: write a whole number"),
        ("x = 1", lambda row: row.boolean("x"), "'x' is 1: write true or false"),
        ('x = "2026-11-22"', lambda row: row.date("x"), "write a date such as 2026-11-22"),
        ("x = 2026-11-22T10:00:00Z", lambda row: row.date("x"), "write a date"),
        ('x = ["a", 2]', lambda row: row.strings("x"), "'x' holds 2"),
        ('x = ["a", ""]', lambda row: row.strings("x"), "'x' holds ''"),
        ('x = "a"', lambda row: row.strings("x"), "write a list of strings"),
        ('x = { fr = "a" }', lambda row: row.text("x"), "'x' lacks 'en'"),
        ('x = { fr = " ", en = "b" }', lambda row: row.text("x"), "'x' lacks 'fr'"),
        ('x = { fr = "a", en = "b", de = "c" }', lambda row: row.text("x"), "more than fr and en"),
        ('x = ["a"]', lambda row: row.rows("x"), "'x' holds 'a'"),
        ("hots = 1", lambda row: row.refuse_unknown("id", "host"), "did you mean 'host'?"),
        ("zzz = 1", lambda row: row.refuse_unknown("id", "host"), "known: id, host"),
    ],
)
def test_a_wrong_field_is_named_with_its_file_and_line(
    tmp_path: Path, line: str, get: Callable[[Row], Any], said: str
) -> None:
    path = _write(tmp_path, f'\n[[thing]]\nid = "a"\n\n{line}\n')
    with pytest.raises(CatalogueError) as caught:
        get(rows(path)[0])
    where = 5 if line else 2
    assert str(caught.value).startswith(f"{path}:{where}: [[thing]] ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        (b'[[a]]\nid = "x"\nid = \n', "3:6", "is not TOML"),
        (b'[[a]]\nid = "x\n', "2:8", "is not TOML"),
        (b'[[a]]\nid = """x\n', "3", "is not TOML"),
        (b'[[a]]\nid = "1"\n\nb = "\xff"\n', "4", "is not UTF-8"),
        (b'# top\nid = "x"\n', "2", "'id' stands outside a row: write [[id]]"),
        (b'[[b]]\n[a]\nid = "x"\n', "2", "'a' stands outside a row: write [[a]]"),
        (b'[["a"]]\nid = "x"\n', "1", "no header of its own"),
        (b'a = [{ id = "x" }]\n', "1", "no header of its own"),
        (b"x = " + b"[" * 5000, "1", "is not TOML"),
    ],
)
def test_a_broken_file_is_refused_with_the_place(
    tmp_path: Path, text: bytes, where: str, said: str
) -> None:
    path = _write(tmp_path, text)
    with pytest.raises(CatalogueError) as caught:
        rows(path)
    assert str(caught.value).startswith(f"{path}:{where}: ")
    assert said in str(caught.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"absent\.toml:1: cannot be read"):
        rows(tmp_path / "absent.toml")


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    assert rows(_write(tmp_path, "# nothing yet\n")) == []
