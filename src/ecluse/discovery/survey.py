"""From paths to the picture, in one call: find, recognise, read, count, draw."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ecluse.catalogue.services import Services, load_blindness, load_services
from ecluse.catalogue.signals import load_signals
from ecluse.discovery import copies, detection, ingest, picture, sources
from ecluse.discovery.ingest import Taken
from ecluse.discovery.keying import Keyer
from ecluse.discovery.reader import Context, Reader
from ecluse.discovery.readers import READERS
from ecluse.discovery.relevance import Lookup


@dataclass(frozen=True, slots=True)
class Options:
    """How to read: what the person said, and what their machine gives where they said nothing."""

    context: Context
    keyer: Keyer
    reader: Reader | None = None
    since: datetime | None = None
    catalogues: tuple[Path, ...] = ()
    keep: Path | None = None


class Progress:
    """What is told while reading; this one says nothing."""

    def start(self, found: Sequence[Taken]) -> None:
        """All sources are known, none is read yet."""

    def advance(self, source: int, consumed: int, lines: int) -> None:
        """`consumed` bytes of this source are read, and `lines` lines of all of them."""


def recognise(paths: Sequence[str], options: Options) -> list[Taken]:
    """Find the sources and tell their formats; those that cannot be read say why."""
    found = sources.find(paths)
    for source in found:
        source.prepare()
    same = copies.copies(found)
    return [_take(source, same.get(source.path), options) for source in found]


def _take(source: sources.Source, copy_of: str | None, options: Options) -> Taken:
    if source.trouble or not source.head.strip():
        source.trouble = source.trouble or "empty"
        return Taken(source, detection.Detected(()), copy_of=copy_of)
    if options.reader:
        detected = detection.forced(source, options.reader, options.context)
    else:
        detected = detection.detect(source, READERS, options.context)
    if detected.main is None:
        return Taken(source, detected, copy_of=copy_of)
    sample = detection.sample_of(source.head, detected.main.reader.framing)
    return Taken(source, detected, detection.fields_seen(detected.main, sample), copy_of)


def survey(paths: Sequence[str], options: Options, progress: Progress) -> picture.Picture:
    """Read everything and draw the picture; the Parquet files stay only if `options.keep` is set.

    Raises CatalogueError for an organisation's own file that cannot be used.
    """
    services: Services = load_services(options.catalogues)
    signals = load_signals()
    lookup = Lookup(services, load_blindness(), signals)
    taken = recognise(paths, options)
    progress.start(taken)

    def advance(source: int, consumed: int) -> None:
        progress.advance(source, consumed, sum(one.digest.lines for one in taken))

    with tempfile.TemporaryDirectory(prefix="ecluse-") as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        result = ingest.ingest(taken, lookup, options.keyer, folder, options.since, advance)
        return picture.draw(result, services, signals, options.context.now)
