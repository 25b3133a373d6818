"""What a log reader is: one file per format, found by content, pure functions over text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from ecluse.discovery.record import Record

Framing = Literal["lines", "json", "csv"]

DOUBTS: dict[str, Text] = {
    "zone": Text(
        "aucun fuseau horaire dans ce journal\u00a0: heures lues comme {zone}",
        "no time zone in this log: times read as {zone}",
    ),
    "day-first": Text(
        "ordre jour/mois indécidable\u00a0: jour lu en premier",
        "day and month cannot be told apart: day read first",
    ),
    "year": Text(
        "aucune année dans ce journal\u00a0: déduite de la date du jour",
        "no year in this log: worked out from today’s date",
    ),
    "upload": Text(
        "colonne ajoutée en fin de ligne lue comme octets envoyés (%>st)",
        "column added at the end of the line read as bytes sent (%>st)",
    ),
    "encoding": Text(
        "fichier qui n’est pas en UTF-8\u00a0: lu en {encoding}",
        "file that is not UTF-8: read as {encoding}",
    ),
    "mapping": Text(
        "colonnes reconnues à leur nom, faute de fichier de correspondance",
        "columns recognised by their name, for want of a mapping file",
    ),
}


@dataclass(frozen=True, slots=True)
class Context:
    """What a line alone does not say and the file, or the person asking, does."""

    now: datetime
    zone: tzinfo = UTC
    day_first: bool = True
    columns: tuple[str, ...] = ()
    layout: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()

    def doubting(self, *doubts: str) -> Context:
        """Give the same context with more doubts declared, each once."""
        return replace(self, doubts=tuple(dict.fromkeys(self.doubts + doubts)))


class Columns(NamedTuple):
    """A block of lines seen from afar: equally long columns of raw bytes.

    `addresses` and `users` are the tokens of each line (`b"-"` or `b""` where there is none);
    `places` hold the host, perhaps within a URL, and are turned into one by `Reader.host_of`;
    `stamps` are the time, or any prefix of it that is enough to tell the hour apart.
    `raw(i)` gives a line which `parse` understands as it does the original. `apps` are the names
    that the product gives to applications, where it knows them without a host.
    """

    stamps: Sequence[bytes]
    addresses: Sequence[bytes]
    users: Sequence[bytes]
    places: Sequence[bytes]
    raw: Callable[[int], bytes]
    apps: Sequence[bytes] | None = None


def host_is_place(place: bytes) -> str | None:
    """Take the token itself as the host."""
    return place.decode("ascii", "replace").lower().rstrip(".") or None


def no_study(sample: Sequence[str], context: Context) -> Context:  # noqa: ARG001 - the contract
    """Learn nothing from the sample."""
    return context


@dataclass(frozen=True, slots=True)
class Reader:
    """One log format.

    - `score(sample)`: the share, 0 to 1, of sample records that are plainly of this format.
    - `study(sample, context)`: what the file as a whole teaches (column order, date order, zone).
    - `parse(text, context)`: one record; None for a line understood but that tells of no visit
      (comment, header, another kind of event); raises `UnreadableError`.
    - `skim(block)`: optional, for speed: whole lines of bytes to `Columns`, or None when any line
      is not of the plainest shape; then every line goes through `parse`.
    - `place_is_url`: the places of `skim` hold the path wherever the line does.
    - `stamps_sort`: the stamps of `skim` are whole times that sort as text.
    - `literal`: hosts stand in the line as they are named; if not, they are told by their place.
    - `sees`: the fields of `Record` that this format can carry at best.
    """

    name: str
    title: str
    sees: frozenset[str]
    score: Callable[[Sequence[str]], float]
    parse: Callable[[str, Context], Record | None]
    study: Callable[[Sequence[str], Context], Context] = no_study
    framing: Framing = "lines"
    skim: Callable[[bytes], Columns | None] | None = None
    host_of: Callable[[bytes], str | None] = host_is_place
    place_is_url: bool = False
    stamps_sort: bool = False
    literal: bool = True


def share(sample: Sequence[str], recognise: Callable[[str], Any]) -> float:
    """Give the share of non-blank sample records that `recognise` accepts."""
    texts = [text for text in sample if text.strip()]
    if not texts:
        return 0.0
    return sum(1 for text in texts if recognise(text)) / len(texts)
