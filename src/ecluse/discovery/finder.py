"""Finds the lines that may be about AI at the speed of memory; what they say is read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import hyperscan

from ecluse.catalogue.services import Blindness, Services
from ecluse.catalogue.signals import Signals
from ecluse.discovery.relevance import suffixes

_BLIND = ("doh", "vpn", "relay")
_AROUND = (rb"(?:^|[^a-z0-9])", rb"(?:[^a-z0-9]|$)")


@dataclass(frozen=True, slots=True)
class Words:
    """The expressions looked for: those that make a line worth reading, and shared hosts."""

    telling: tuple[bytes, ...]
    shared: tuple[bytes, ...]


def words(
    services: Services, blindness: Blindness, signals: Signals, *, paths: bool, apps: bool
) -> Words:
    """List what to look for; `paths` and `apps` tell whether the format writes them at all.

    A line without any of these cannot be about AI, by the rules of `relevance`: the converse is
    for a full reading to say.
    """
    domains = [one for service in services.by_id.values() for one in service.domains]
    shared = {one.host for one in domains if one.shared and not (paths and one.paths)}
    telling = {one.host for one in domains if not one.shared or (paths and one.paths)}
    telling.update(host for kind in _BLIND for host in blindness.hosts(kind))  # type: ignore[arg-type]
    found = [re.escape(host).encode() for host in _tops(telling)]
    for signal in signals.by_id.values():
        inside = b"|".join(re.escape(value).encode() for value in signal.values)
        if signal.where == "part":
            found.append(_AROUND[0] + b"(?:" + inside + b")" + _AROUND[1])
        elif signal.where == "end":
            found.append(b"(?:" + inside + b")" + _AROUND[1])
        else:
            found.append(inside)
    if apps:
        names = sorted({app.lower() for one in services.by_id.values() for app in one.apps})
        found += [_AROUND[0] + re.escape(name).encode() + _AROUND[1] for name in names]
    around = [_AROUND[0] + re.escape(host).encode() + rb"(?:[^a-z0-9.-]|$)" for host in shared]
    return Words(tuple(found), tuple(around))


def _tops(hosts: Iterable[str]) -> list[str]:
    """Leave out the hosts that stand under another one."""
    kept = set(hosts)
    return sorted(host for host in kept if not kept & set(suffixes(host)[1:]))


@dataclass(slots=True)
class Finder:
    """The words compiled; made once in each process, since it cannot cross from one to another."""

    words: Words
    _base: hyperscan.Database = field(init=False, repr=False)

    def __post_init__(self) -> None:
        every = [*self.words.telling, *self.words.shared]
        self._base = hyperscan.Database()
        self._base.compile(
            expressions=every,
            ids=[int(rank >= len(self.words.telling)) for rank in range(len(every))],
            elements=len(every),
            flags=hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_MULTILINE,
        )

    def lines(self, block: bytes) -> tuple[list[bytes], int]:
        """Give the lines worth reading in full, and how many others name a shared host."""
        ends: tuple[set[int], set[int]] = (set(), set())

        def note(which: int, _start: int, end: int, _flags: int, _context: object) -> None:
            ends[which].add(end)

        self._base.scan(block, match_event_handler=note)
        telling = dict(_span(block, end) for end in sorted(ends[0]))
        others = {_span(block, end)[0] for end in ends[1]} - telling.keys()
        return [block[start:end] for start, end in telling.items()], len(others)


def _span(block: bytes, end: int) -> tuple[int, int]:
    """Give where the line that a match ends in starts and ends."""
    last = end - 1 if end and block[end - 1 : end] == b"\n" else end
    start = block.rfind(b"\n", 0, last) + 1
    stop = block.find(b"\n", last)
    return start, len(block) if stop < 0 else stop
