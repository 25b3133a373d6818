"""Holds the facts that states are worked out from; refuses a part larger than its whole."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# A part that exceeds its whole would come out as "31 of 27": the caller miscounted.
PARTS = (
    ("lines_unread", "lines"),
    ("services_owned", "services"),
    ("new_services", "services"),
    ("candidates_triaged", "candidates"),
    ("blind_requests", "requests"),
)


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """What discovery last observed in the logs; moments carry their time zone.

    Raise ValueError, naming the field, for a negative count, a part larger than its whole, a
    moment without a zone or a period that ends before it starts.
    """

    observed_at: datetime
    """When discovery ran."""
    period_start: datetime
    period_end: datetime
    """First and last moment that the logs cover."""
    people: int
    """Distinct (pseudonymised) people seen."""
    sources: int
    """Log sources read."""
    lines: int
    """Lines met, unread ones included."""
    lines_unread: int
    services: int
    """AI services of the catalogue seen in use."""
    services_owned: int
    """Of these, how many have an owner in the register; 0 as long as there is no register."""
    candidates: int
    """Destinations outside the catalogue that look like AI."""
    candidates_triaged: int
    new_services: int
    """Of the services, how many were first seen in the last 30 days of the period."""
    blind_requests: int
    """Of the requests, how many went to a destination that could not be named."""
    requests: int

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int) and value < 0:
                raise ValueError(f"{field.name} is {value}: a count is never negative")
        for part, whole in PARTS:
            if getattr(self, part) > getattr(self, whole):
                raise ValueError(f"{part} exceeds {whole}: count again")
        for name in ("observed_at", "period_start", "period_end"):
            _refuse_naive(name, getattr(self, name))
        if self.period_end < self.period_start:
            raise ValueError("period_end comes before period_start")

    @property
    def named_requests(self) -> int:
        """Requests whose destination is known: all that the logs can testify to."""
        return self.requests - self.blind_requests

    @property
    def services_unowned(self) -> int:
        """Services seen without an owner in the register."""
        return self.services - self.services_owned

    @property
    def candidates_waiting(self) -> int:
        """Destinations that look like AI and that nobody has sorted."""
        return self.candidates - self.candidates_triaged

    @property
    def newcomers_unowned(self) -> int:
        """The most new services that may lack an owner: the facts do not say which have one."""
        return min(self.new_services, self.services_unowned)


@dataclass(frozen=True, slots=True)
class Declaration:
    """Someone's word that a measure is in place, with a reason and an end; proves nothing."""

    measure: str
    reason: str
    declared_at: datetime
    expires_at: datetime
    by: str

    def __post_init__(self) -> None:
        _refuse_naive("declared_at", self.declared_at)
        _refuse_naive("expires_at", self.expires_at)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the states are worked out from, at the moment `now`.

    `declarations` is keyed by measure id. Raise ValueError when a key and its declaration
    disagree or when `now` has no time zone.
    """

    now: datetime
    usage: UsageFacts | None
    declarations: Mapping[str, Declaration]

    def __post_init__(self) -> None:
        _refuse_naive("now", self.now)
        for key, declaration in self.declarations.items():
            if declaration.measure != key:
                raise ValueError(f"declarations['{key}'] is about '{declaration.measure}'")


def _refuse_naive(name: str, moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise ValueError(f"{name} has no time zone: give it in UTC")
