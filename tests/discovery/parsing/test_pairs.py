from __future__ import annotations

import pytest

from ecluse.discovery.parsing.pairs import pairs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a=1 b="two words" c=', {"a": "1", "b": "two words"}),
        (r'm="say \"x=1\" twice" n=2', {"m": r"say \"x=1\" twice", "n": "2"}),
        ('src=192.0.2.1 src="198.51.100.1"', {"src": "198.51.100.1"}),
        ("no pairs here", {}),
        ('open="never closed', {"open": '"never'}),
    ],
)
def test_pairs_are_read_quoted_or_bare(text: str, expected: dict[str, str]) -> None:
    assert pairs(text) == expected
