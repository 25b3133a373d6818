from __future__ import annotations

import pytest

from ecluse.discovery.report.model import LONGEST, clean


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("chat.example", "chat.example"),
        ("élan\u00a0: «\u00a0x\u00a0»", "élan\u00a0: «\u00a0x\u00a0»"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
        ("a\x00b\x1b[31m\n", "a\ufffdb\ufffd[31m\ufffd"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
        ("x" * 500, "x" * (LONGEST - 1) + "…"),
    ],
)
def test_it_shows_what_cannot_be_seen_and_cuts_what_is_endless(name: str, shown: str) -> None:
    assert clean(name) == shown
