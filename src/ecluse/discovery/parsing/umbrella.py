"""What Cisco Umbrella's CSV exports share: quoted rows, optional headers, typed identities."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from ecluse.discovery.parsing import hosts, moments
from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\Z", re.ASCII)
_BREAK = re.compile(r"[\r\n]+")
_LOGIN = re.compile(r"\((?:\[[^\]]*\]\(mailto:)?([^\s()\[\]]+@[^\s()\[\]]+?)\)?\)\Z")
_PEOPLE = re.compile(r"(?:.*\W)?users?\Z", re.IGNORECASE | re.DOTALL)


class Layout(NamedTuple):
    """Where each field stands: its column by default, and the names that headers give it."""

    places: Mapping[str, int]
    names: Mapping[str, str]


def cells(text: str) -> list[str]:
    """Read one logical row; white space before a quote, and line breaks within, are left out."""
    text = text.strip()
    try:
        row = next(csv.reader([text], skipinitialspace=True), None)
    except csv.Error as error:
        raise UnreadableError("shape") from error
    if not row:
        raise UnreadableError("shape")
    if "\n" in text or "\r" in text:
        row = [_BREAK.sub("", cell) for cell in row]
    return [cell.strip() for cell in row]


def is_header(row: Sequence[str]) -> bool:
    """Tell the optional header row, which names the columns."""
    return row[0].lower() == "timestamp"


def is_stamp(cell: str) -> bool:
    """Tell a cell that is a time as Umbrella writes it."""
    return bool(_STAMP.match(cell))


def learn(sample: Sequence[str], context: Context) -> Context:
    """Take the columns' names from the header row, where the sample has one."""
    for text in sample:
        try:
            row = cells(text)
        except UnreadableError:
            continue
        if is_header(row):
            return replace(context, columns=tuple(cell.lower() for cell in row))
    return context


@lru_cache(maxsize=16)
def _columns(columns: tuple[str, ...], names: tuple[tuple[str, str], ...]) -> dict[str, int]:
    known = dict(names)
    return {known[name]: at for at, name in reversed(list(enumerate(columns))) if name in known}


def fields(row: Sequence[str], layout: Layout, context: Context) -> dict[str, str]:
    """Give the known fields of a row by name; those that this version lacks are left out."""
    places = layout.places
    if context.columns:
        places = _columns(context.columns, tuple(layout.names.items())) or places
    return {name: row[at] for name, at in places.items() if at < len(row) and row[at]}


def source(row: Mapping[str, str]) -> str | None:
    """Give the address of the machine, or else that of its site; a cell of neither is refused.

    A row whose columns are shifted, because a comma stood outside quotes, shows here.
    """
    found = []
    for name in ("internal", "external"):
        cell = hosts.plain(row.get(name))
        found.append(hosts.address(hosts.split_port(cell)[0]) if cell else None)
        if cell and found[-1] is None:
            raise UnreadableError("columns")
    return found[0] or found[1]


@lru_cache(maxsize=1 << 12)
def time(text: str) -> datetime:
    """Read a time, which Umbrella always writes in UTC."""
    if not is_stamp(text):
        raise UnreadableError("time")
    return moments.build(
        int(text[:4]), int(text[5:7]), int(text[8:10]), moments.clock(text[11:]), UTC
    )


def person(row: Mapping[str, str]) -> str | None:
    """Give the login among the identities: a network, site, device or computer is nobody.

    Umbrella names the first identity that its policy matched, then all of them with their types;
    a person's name may itself hold commas. Old versions give no types: the first one is taken.
    """
    return _person(
        row.get("identity", ""), row.get("type", ""), row.get("all", ""), row.get("types", "")
    )


@lru_cache(maxsize=1 << 14)
def _person(identity: str, kind: str, everyone: str, kinds: str) -> str | None:
    if _is_person(kind) or not (kind or kinds):
        return _login(identity)
    listed = [word.strip() for word in kinds.split(",")]
    people = [at for at, word in enumerate(listed) if _is_person(word)]
    if not people:
        return None
    names, at = everyone.split(","), people[0]
    if len(names) == len(listed):
        return _login(names[at])
    if len(people) > 1 or len(names) < len(listed):
        return None
    return _login(",".join(names[at : len(names) - len(listed) + at + 1]))


def _is_person(kind: str) -> bool:
    return bool(_PEOPLE.match(kind.strip()))


def _login(name: str) -> str | None:
    """Prefer the login that a display name holds in brackets."""
    match = _LOGIN.search(name.strip())
    return hosts.plain(match[1] if match else name)
