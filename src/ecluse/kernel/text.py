"""A sentence in both of our languages, side by side, so that neither can be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["fr", "en"]
LANGUAGES: tuple[Lang, ...] = ("fr", "en")

NARROW_NBSP = "\u202f"
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True)
class Text:
    """One meaning, written in French and in English."""

    fr: str
    en: str

    def to(self, lang: Lang) -> str:
        """Give the sentence in `lang`."""
        return self.fr if lang == "fr" else self.en

    def format(self, **values: object) -> Text:
        """Fill the same `{names}` in both sentences."""
        return Text(self.fr.format(**values), self.en.format(**values))


def number(value: float, lang: Lang, digits: int = 0) -> str:
    """Write a number as people of `lang` read it: 1 234,5 or 1,234.5."""
    written = f"{value:,.{digits}f}"
    if lang == "en":
        return written
    return written.replace(",", NARROW_NBSP).replace(".", ",")


def size(count: int, lang: Lang) -> str:
    """Write a number of bytes with decimal prefixes: 1,2 Go or 1.2 GB."""
    units = ("o", "ko", "Mo", "Go", "To") if lang == "fr" else ("B", "kB", "MB", "GB", "TB")
    value, rank = float(count), 0
    while value >= 999.5 and rank < len(units) - 1:
        value, rank = value / 1000, rank + 1
    digits = 0 if rank == 0 or value >= 100 else 1
    return f"{number(value, lang, digits)}{NBSP}{units[rank]}"
