from __future__ import annotations

import pytest

from ecluse.kernel.text import NARROW_NBSP, NBSP, Text, number, size


def test_a_text_gives_the_language_asked_for() -> None:
    text = Text("oui", "yes")
    assert (text.to("fr"), text.to("en")) == ("oui", "yes")


def test_values_are_filled_in_both_languages() -> None:
    assert Text("{n} lignes", "{n} lines").format(n=3) == Text("3 lignes", "3 lines")


@pytest.mark.parametrize(
    ("value", "digits", "fr", "en"),
    [
        (0, 0, "0", "0"),
        (1234, 0, f"1{NARROW_NBSP}234", "1,234"),
        (1234567.5, 1, f"1{NARROW_NBSP}234{NARROW_NBSP}567,5", "1,234,567.5"),
        (-1234, 0, f"-1{NARROW_NBSP}234", "-1,234"),
    ],
)
def test_numbers_are_written_as_people_read_them(
    value: float, digits: int, fr: str, en: str
) -> None:
    assert number(value, "fr", digits) == fr
    assert number(value, "en", digits) == en


@pytest.mark.parametrize(
    ("count", "fr", "en"),
    [
        (0, "0_o", "0_B"),
        (999, "999_o", "999_B"),
        (1000, "1,0_ko", "1.0_kB"),
        (1_234_567, "1,2_Mo", "1.2_MB"),
        (250_000_000, "250_Mo", "250_MB"),
        (1_200_000_000, "1,2_Go", "1.2_GB"),
        (5 * 10**15, f"5{NARROW_NBSP}000_To", "5,000_TB"),
    ],
)
def test_sizes_use_decimal_prefixes(count: int, fr: str, en: str) -> None:
    assert size(count, "fr") == fr.replace("_", NBSP)
    assert size(count, "en") == en.replace("_", NBSP)
