from __future__ import annotations

import pytest

from ecluse.discovery.parsing.verdicts import verdict


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("blocked", "blocked"),
        ("Deny", "blocked"),
        ("denied", "blocked"),
        ("block-url", "blocked"),
        ("reset-both", "blocked"),
        ("DROPPED", "blocked"),
        ("sinkhole", "blocked"),
        ("override-lockout", "blocked"),
        ("allow", "allowed"),
        ("passthrough", "allowed"),
        ("accept", "allowed"),
        ("alert", "allowed"),
        ("log-only", "allowed"),
        ("override", "allowed"),
        ("login", None),
        ("logout", None),
        ("edit", None),
        ("", None),
        (None, None),
    ],
)
def test_words_come_down_to_two(word: str | None, expected: str | None) -> None:
    assert verdict(word) == expected
