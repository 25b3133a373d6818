"""Works out the state of a measure that rests on someone's word; never takes it for a proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecluse.kernel.text import Text
from ecluse.plan.state import Standing, State
from ecluse.plan.wording import filled

if TYPE_CHECKING:
    from ecluse.catalogue.measures import Measure
    from ecluse.plan.facts import Declaration, Facts

RENEW = Text(
    fr="Renouveler la déclaration ou la remplacer par une observation avant le {end}.",
    en="Renew the declaration or replace it with an observation by {end}.",
)
RENEW_LATE = Text(
    fr="La déclaration a expiré le {end}\u00a0: la renouveler ou la remplacer par une observation.",
    en="The declaration expired on {end}: renew it or replace it with an observation.",
)
ONLY_A_WORD = Text(
    fr="Cet état repose sur une déclaration du {start}\u00a0: rien n’a été observé.",
    en="This state rests on a declaration of {start}: nothing was observed.",
)


def in_force(facts: Facts, measure: Measure) -> Declaration | None:
    """Give the declaration that holds now; it holds from its date up to its end, included."""
    found = facts.declarations.get(measure.id)
    if found and found.declared_at <= facts.now <= found.expires_at:
        return found
    return None


def on_declaration(facts: Facts, measure: Measure) -> Standing:
    """`declared`, `stale` once the declaration has expired, else `not-measured`.

    A declaration dated later than now does not hold yet.
    """
    found = facts.declarations.get(measure.id)
    if found is None or found.declared_at > facts.now:
        return Standing(
            measure=measure.id,
            state=State.NOT_MEASURED,
            figure=None,
            observed_at=None,
            observed_where=None,
            fresh_until=None,
            next_step=measure.first_step,
            unseen=(),
        )
    holds = in_force(facts, measure) is not None
    return Standing(
        measure=measure.id,
        state=State.DECLARED if holds else State.STALE,
        figure=None,
        observed_at=None,
        observed_where=None,
        fresh_until=found.expires_at,
        next_step=filled(RENEW if holds else RENEW_LATE, end=found.expires_at),
        unseen=(filled(ONLY_A_WORD, start=found.declared_at),),
    )
