"""Names the six states of a measure and what goes with one; never reduces them to yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class State(StrEnum):
    """What can be said of a measure at a given moment.

    Only PROVEN is good news: DECLARED rests on someone's word, STALE on an observation too old.
    """

    PROVEN = "proven"
    PARTIAL = "partial"
    DECLARED = "declared"
    STALE = "stale"
    CONTRADICTED = "contradicted"
    NOT_MEASURED = "not-measured"

    @property
    def label(self) -> Text:
        """The word shown to people."""
        return LABELS[self]


LABELS: Mapping[State, Text] = MappingProxyType(
    {
        State.PROVEN: Text(fr="prouvé", en="proven"),
        State.PARTIAL: Text(fr="partiel", en="partial"),
        State.DECLARED: Text(fr="déclaré", en="declared"),
        State.STALE: Text(fr="périmé", en="stale"),
        State.CONTRADICTED: Text(fr="contredit", en="contradicted"),
        State.NOT_MEASURED: Text(fr="non mesuré", en="not measured"),
    }
)


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` out of `of` (None when it has no denominator); `what` says it as a sentence."""

    value: int
    of: int | None
    what: Text


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of one measure, and what a person needs in order to judge it.

    `observed_at` is when the observation was made, `fresh_until` the last moment at which it (or
    the declaration) still holds, `unseen` what the figure cannot see. What was never observed
    has neither figure, place nor time.
    """

    measure: str
    state: State
    figure: Figure | None
    observed_at: datetime | None
    observed_where: Text | None
    fresh_until: datetime | None
    next_step: Text | None
    unseen: tuple[Text, ...]
