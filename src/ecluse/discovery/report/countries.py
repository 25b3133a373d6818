"""Names of countries in both languages; one it does not know keeps its code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

from ecluse.kernel.text import Text

UNKNOWN = Text("Pays non établi", "Country not established")


@dataclass(frozen=True, slots=True)
class Country:
    """A country's name, and whether it is in the European Economic Area (None: not known)."""

    name: Text
    eea: bool | None


class Countries:
    """All the countries that have a name here."""

    def __init__(self) -> None:
        text = (files(__package__) / "countries.toml").read_text(encoding="utf-8")
        self._known = {
            code: Country(Text(row["fr"], row["en"]), row.get("eea", False))
            for code, row in tomllib.loads(text).items()
        }

    def of(self, code: str | None) -> Country:
        """Give the country of an ISO 3166-1 code; None is a country that nobody established."""
        if code is None:
            return Country(UNKNOWN, None)
        return self._known.get(code) or Country(Text(code, code), eea=None)
