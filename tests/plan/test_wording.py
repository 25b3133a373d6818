from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ecluse.kernel.text import Text
from ecluse.plan.wording import counted, filled

ONE, MANY = Text("ligne", "line"), Text("lignes", "lines")


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (0, "0 ligne", "0 lines"),
        (1, "1 ligne", "1 line"),
        (2, "2 lignes", "2 lines"),
        (12_000, "12\u202f000 lignes", "12,000 lines"),
    ],
)
def test_a_count_agrees_with_its_noun(count: int, fr: str, en: str) -> None:
    assert counted(count, ONE, MANY) == Text(fr, en)


def test_each_value_is_written_as_its_language_writes_it() -> None:
    sentence = Text("{n} {what} au {end}", "{n} {what} by {end}")
    found = filled(sentence, n=1234, what=MANY, end=datetime(2026, 8, 1, tzinfo=UTC))
    assert found == Text("1\u202f234 lignes au 1\u00a0août 2026", "1,234 lines by 1\u00a0Aug 2026")
