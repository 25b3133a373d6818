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
SHORT = 4
_INNER = re.compile(rb"[A-Za-z0-9]")
_NAME = re.compile(rb"\.?[A-Za-z0-9-]")


@dataclass(frozen=True, slots=True)
class Words:
    """What is looked for, in lower case.

    `telling` makes a line worth reading wherever it stands, `whole` and the names of `apps` only
    as whole words, `endings` at the end of a name; `shared` are hosts that also serve other things.
    """

    telling: tuple[bytes, ...]
    whole: tuple[bytes, ...]
    endings: tuple[bytes, ...]
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
    hosts = {one.host for one in domains if not one.shared or (paths and one.paths)}
    for blind in blindness.spots:
        hosts.update(blind.hosts)
    telling = _tops(hosts)
    for where in ("inside", "path", "mime"):
        telling += signals.literals(where)
    whole = list(signals.literals("part"))
    if apps:
        whole += [app for one in services.by_id.values() for app in one.apps]
    return Words(
        _encoded(telling), _encoded(whole), _encoded(signals.literals("end")), _encoded(shared)
    )


def _encoded(found: Iterable[str]) -> tuple[bytes, ...]:
    return tuple(sorted({word.lower().encode() for word in found}))


def _tops(hosts: Iterable[str]) -> list[str]:
    """Leave out the hosts that stand under another one."""
    kept = set(hosts)
    return sorted(host for host in kept if not kept & set(suffixes(host)[1:]))


@dataclass(slots=True)
class Finder:
    """The words compiled; made once in each process, since it cannot cross from one to another.

    Plain words are compiled and what stands around them is looked at afterwards, which keeps
    compiling under 0.2 s where expressions take seconds. Short words are the exception: they
    stand inside so many others that looking afterwards would cost more.
    """

    words: Words
    _short: int = field(init=False, repr=False)
    _all: tuple[bytes, ...] = field(init=False, repr=False)
    _base: hyperscan.Database = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = self.words
        short = tuple(word for word in found.whole if len(word) <= SHORT)
        long = tuple(word for word in found.whole if len(word) > SHORT)
        self._short = len(short)
        self._all = short + found.telling + long + found.endings + found.shared
        plain = [re.escape(word) for word in self._all]
        bounded = [b"[^a-z0-9]" + word + b"[^a-z0-9]" for word in plain[: len(short)]]
        self._base = hyperscan.Database()
        self._base.compile(
            expressions=bounded + plain[len(short) :],
            ids=list(range(len(plain))),
            elements=len(plain),
            flags=hyperscan.HS_FLAG_CASELESS,
        )

    def lines(self, block: bytes) -> tuple[list[bytes], int]:
        """Give the lines worth reading in full, and how many others name a shared host."""
        text = b"\n" + block + b"\n"  # so that every word has something around it
        telling: set[int] = set()
        shared: set[int] = set()
        short, plain = self._short, self._short + len(self.words.telling)
        last = len(self._all) - len(self.words.shared)

        def note(which: int, _start: int, end: int, _flags: int, _context: object) -> None:
            if which < short:
                telling.add(end - 1)
            elif which < plain or (which < last and self._stands_alone(text, which, end)):
                telling.add(end)
            elif which >= last and self._is_a_host(text, which, end):
                shared.add(end)

        self._base.scan(text, match_event_handler=note)
        found = dict(_span(text, end) for end in sorted(telling))
        others = {_span(text, end)[0] for end in shared} - found.keys()
        return [text[start:end] for start, end in found.items()], len(others)

    def _stands_alone(self, block: bytes, which: int, end: int) -> bool:
        if _INNER.match(block, end):
            return False
        before = end - len(self._all[which]) - 1
        is_ending = which >= len(self.words.telling) + len(self.words.whole)
        return is_ending or not _INNER.match(block, before)

    def _is_a_host(self, block: bytes, which: int, end: int) -> bool:
        before = end - len(self._all[which]) - 1
        return not _NAME.match(block, end) and not _INNER.match(block, before)


def _span(block: bytes, end: int) -> tuple[int, int]:
    """Give where the line that a match ends in starts and ends."""
    start = block.rfind(b"\n", 0, end) + 1
    stop = block.find(b"\n", end)
    return start, len(block) if stop < 0 else stop
