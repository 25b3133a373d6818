from __future__ import annotations

import pytest

from ecluse.discovery.parsing import objects
from ecluse.discovery.record import UnreadableError


def test_it_reads_an_object() -> None:
    assert objects.load(' {"a": [1, null]}\r\n') == {"a": [1, None]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "shape"),
        ("hello", "shape"),
        ("[1]", "shape"),
        ('{"a": 1', "json"),
        ('{"a": 1} x', "json"),
        ('{"a":' * 50_000, "json"),
        ('{"a": ' + "9" * 5000 + "}", "json"),
    ],
)
def test_it_refuses_anything_else(text: str, reason: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        objects.load(text)
    assert refusal.value.reason == reason
    assert objects.maybe(text) == {}


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("text",), "x"),
        (("number",), "12"),
        (("nothing", "text"), "x"),
        (("dash", "flag", "list", "object", "absent"), None),
        (("dash", "number"), "12"),
    ],
)
def test_it_gives_the_first_field_that_says_something(
    keys: tuple[str, ...], expected: str | None
) -> None:
    event = {
        "text": " x ",
        "number": 12,
        "nothing": "N/A",
        "dash": "-",
        "flag": True,
        "list": ["x"],
        "object": {"a": 1},
    }
    assert objects.word(event, *keys) == expected
