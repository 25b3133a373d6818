"""Lists, for each of the 29 measures, the function that works out its state; guesses none."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ecluse.plan.declared import on_declaration
from ecluse.plan.observed import inventory, newcomers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ecluse.catalogue.measures import Measure
    from ecluse.plan.facts import Facts
    from ecluse.plan.state import Standing

# `on_declaration` marks a measure for which no observation is gathered yet.
STATES: Mapping[str, Callable[[Facts, Measure], Standing]] = MappingProxyType(
    {
        "P1.01": on_declaration,
        "P1.02": on_declaration,
        "P1.03": on_declaration,
        "P1.04": inventory,
        "P1.05": on_declaration,
        "P1.06": on_declaration,
        "P1.07": on_declaration,
        "P1.08": on_declaration,
        "P1.09": on_declaration,
        "P1.10": on_declaration,
        "P1.11": on_declaration,
        "P2.01": inventory,
        "P2.02": newcomers,
        "P2.03": on_declaration,
        "P2.04": on_declaration,
        "P2.05": on_declaration,
        "P2.06": on_declaration,
        "P2.07": on_declaration,
        "P2.08": on_declaration,
        "P2.09": on_declaration,
        "P2.10": on_declaration,
        "P3.01": on_declaration,
        "P3.02": on_declaration,
        "P3.03": on_declaration,
        "P3.04": on_declaration,
        "P3.05": on_declaration,
        "P3.06": on_declaration,
        "P3.07": on_declaration,
        "P3.08": on_declaration,
    }
)
