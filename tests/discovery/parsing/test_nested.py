from __future__ import annotations

from typing import Any

import pytest

from ecluse.discovery.parsing import nested

TREE: dict[str, Any] = {
    "a": {"b": 1, "list": [{"c": "x"}, {"c": "y"}], "empty": [], "none": None},
    "d.e": {"f.g": True, "h": "z"},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", 1),
        ("a.list.c", "x"),
        ("a.list.1.c", "y"),
        ("a.list.7.c", None),
        ("a.empty.c", None),
        ("d.e.f.g", True),
        ("d.e.h", "z"),
        ("a.none", None),
        ("a.b.c", None),
        ("nothing", None),
        ("", TREE),
    ],
)
def test_a_dotted_path_is_followed(path: str, value: object) -> None:
    assert nested.dig(TREE, path) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", "x"),
        (3, "3"),
        (True, None),
        (None, None),
        (["x"], None),
        ("-", None),
        ("<null>", None),
        ("a\ud800b", "a?b"),
    ],
)
def test_only_what_says_something_is_text(value: object, text: str | None) -> None:
    assert nested.text(value) == text


def test_the_first_path_that_says_something_wins() -> None:
    assert nested.first(TREE, "a.none", "nothing", "d.e.h", "a.b") == "z"
    assert nested.first(TREE, "a.none", "nothing") is None


def test_one_object_stands_for_a_list_of_one() -> None:
    assert list(nested.objects({"a": 1})) == [{"a": 1}]
    assert list(nested.objects([{"a": 1}, "x", {"b": 2}])) == [{"a": 1}, {"b": 2}]
    assert list(nested.objects(None)) == []


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:443", "192.0.2.7"),
        ("[192.0.2.7]:443", "192.0.2.7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"),
        ("fe80::7%eth0", "fe80::7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("localhost", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_has_one_writing(written: str | None, address: str | None) -> None:
    assert nested.address(written) == address
