"""Puts counts and dates into sentences in both languages; refuses to round or to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecluse.kernel.clock import day
from ecluse.kernel.text import Text, number

if TYPE_CHECKING:
    from datetime import datetime


def counted(count: int, one: Text, many: Text) -> Text:
    """Write `count` before its noun, singular for 1 (in French, for 0 as well)."""
    fr = one.fr if count < 2 else many.fr
    en = one.en if count == 1 else many.en
    return Text(f"{number(count, 'fr')} {fr}", f"{number(count, 'en')} {en}")


def filled(sentence: Text, **values: int | datetime | Text) -> Text:
    """Fill `{names}` in both sentences, each value written the way its language writes it."""
    return Text(
        fr=sentence.fr.format(**{name: _in_french(value) for name, value in values.items()}),
        en=sentence.en.format(**{name: _in_english(value) for name, value in values.items()}),
    )


def _in_french(value: int | datetime | Text) -> str:
    if isinstance(value, Text):
        return value.fr
    return number(value, "fr") if isinstance(value, int) else day(value, "fr")


def _in_english(value: int | datetime | Text) -> str:
    if isinstance(value, Text):
        return value.en
    return number(value, "en") if isinstance(value, int) else day(value, "en")
