"""Which format a source is written in, told from its content alone, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecluse.discovery import framing
from ecluse.discovery.reader import Context, Framing, Reader
from ecluse.discovery.record import UnreadableError
from ecluse.discovery.sources import Source

SAMPLE = 400
LEAST = 0.02  # a format seen in fewer of the sample's records than this is noise


@dataclass(frozen=True, slots=True)
class Format:
    """One reader with what it learnt from this file, and the share of the sample it recognised."""

    reader: Reader
    context: Context
    confidence: float


@dataclass(frozen=True, slots=True)
class Detected:
    """The formats of a source, the most frequent first; more than one where lines are mixed."""

    formats: tuple[Format, ...]

    @property
    def main(self) -> Format | None:
        """Give the most frequent format, or None where nothing was recognised."""
        return self.formats[0] if self.formats else None


def sample_of(head: bytes, cut: Framing) -> list[str]:
    """Give the first records of a file's beginning, without the last, which may be cut short."""
    whole = head if len(head) < framing.LONGEST >> 2 else head[: head.rfind(b"\n") + 1] or head
    texts = []
    for _, text in framing.records([whole], cut):
        if text is not None:
            texts.append(text)
        if len(texts) >= SAMPLE:
            break
    return texts


def detect(source: Source, readers: Sequence[Reader], context: Context) -> Detected:
    """Hold the sample against every reader and keep those that recognise a share of it."""
    samples: dict[Framing, list[str]] = {}
    scored = []
    for reader in readers:
        sample = samples.get(reader.framing)
        if sample is None:
            sample = samples[reader.framing] = sample_of(source.head, reader.framing)
        confidence = reader.score(sample)
        if confidence >= LEAST:
            scored.append((confidence, reader, sample))
    scored.sort(key=lambda found: -found[0])
    return Detected(tuple(_learn(*found, context) for found in _compatible(scored)))


def _compatible(
    scored: list[tuple[float, Reader, list[str]]],
) -> list[tuple[float, Reader, list[str]]]:
    """Keep the first, and of the others those which its framing lets through and it leaves."""
    if not scored:
        return []
    left = 1.02 - scored[0][0]
    same = [found for found in scored[1:] if found[1].framing == scored[0][1].framing]
    return scored[:1] + [found for found in same if found[0] <= left]


def forced(source: Source, reader: Reader, context: Context) -> Detected:
    """Take the format that the person named, whatever the content looks like."""
    sample = sample_of(source.head, reader.framing)
    return Detected((_learn(reader.score(sample), reader, sample, context),))


def _learn(confidence: float, reader: Reader, sample: list[str], context: Context) -> Format:
    return Format(reader, reader.study(sample, context), round(confidence, 3))


def fields_seen(found: Format, sample: Sequence[str]) -> frozenset[str]:
    """Give the fields that at least one record of the sample fills."""
    seen: set[str] = set()
    for text in sample:
        try:
            record = found.reader.parse(text, found.context)
        except UnreadableError:
            continue
        if record is not None:
            seen.update(name for name, value in record._asdict().items() if value is not None)
    return frozenset(seen)
