"""Works out the states that rest on observed usage; lets no old or blind look pass for a proof."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from ecluse.kernel.text import Text
from ecluse.plan import coverage
from ecluse.plan.declared import in_force, on_declaration
from ecluse.plan.state import Figure, Standing, State
from ecluse.plan.wording import counted, filled

if TYPE_CHECKING:
    from datetime import datetime

    from ecluse.catalogue.measures import Measure
    from ecluse.plan.facts import Declaration, Facts, UsageFacts

SERVICES = (
    Text(fr="service vu dans les journaux", en="service seen in the logs"),
    Text(fr="services vus dans les journaux", en="services seen in the logs"),
)
OWNED = Text(
    fr="{services}, dont {owned} avec un propriétaire au registre",
    en="Owner in the register: {owned} of {services}",
)
CANDIDATES = (
    Text(fr="destination candidate", en="candidate destination"),
    Text(fr="destinations candidates", en="candidate destinations"),
)
TRIAGED = Text(
    fr="{candidates}, dont {triaged} avec une décision",
    en="Decision recorded: {triaged} of {candidates}",
)
REQUESTS = (
    Text(fr="requête à destination connue", en="request to a known destination"),
    Text(fr="requêtes à destination connue", en="requests to a known destination"),
)
NO_SERVICE = Text(
    fr="Aucun service d’IA du catalogue parmi {requests}",
    en="No AI service of the catalogue among {requests}",
)
NO_CANDIDATE = Text(
    fr="Aucune destination candidate parmi {requests}",
    en="No candidate destination among {requests}",
)
ELSEWHERE = Text(
    fr="Les propriétaires notés ailleurs que dans le registre d’Écluse.",
    en="Owners noted elsewhere than in Écluse’s register.",
)
SUPPLIED = Text(
    fr="Les IA que l’organisation fournit et que l’on atteint sans passer par ces journaux.",
    en="AI that the organisation supplies and that is reached without going through these logs.",
)
NEWCOMERS = Text(
    fr="Services nouveaux qui n’ont peut-être pas de propriétaire\u00a0: {part} sur {whole}.",
    en="New services that may have no owner: {part} of {whole}.",
)
WORD = Text(
    fr="Ce qui a été déclaré le {start}\u00a0: Écluse ne l’a pas observé.",
    en="What was declared on {start}: Écluse has not observed it.",
)

GIVE_OWNERS = Text(
    fr="Donner un propriétaire aux services vus qui n’en ont pas ({count}), dans le registre.",
    en="Give an owner to the services seen that have none ({count}), in the register.",
)
SORT = Text(
    fr="Classer les destinations candidates qui attendent ({count}), dans le registre.",
    en="Sort the candidate destinations that are waiting ({count}), in the register.",
)
GIVE_NEW_OWNERS = Text(
    fr="Donner un propriétaire aux services nouveaux qui n’en ont pas ({count} au plus), dans le "
    "registre.",
    en="Give an owner to the new services that have none ({count} at most), in the register.",
)
SETTLE = Text(
    fr="Donner un propriétaire à chaque service vu qui n’en a pas ({count}), ou retirer la "
    "déclaration du {start}.",
    en="Give each service seen without an owner ({count}) one, or withdraw the declaration "
    "of {start}.",
)
COMPLETE = Text(
    fr="Compléter les journaux donnés à ecluse discover\u00a0: plus de la moitié lui échappe.",
    en="Complete the logs given to ecluse discover: more than half of them escapes it.",
)
NAME = Text(
    fr="Donner à ecluse discover des journaux qui nomment les destinations, du proxy ou du DNS.",
    en="Give ecluse discover logs that name the destinations, from the proxy or the DNS.",
)
SET_CLOCK = Text(
    fr="Corriger l’horloge en avance, puis relancer ecluse discover.",
    en="Set right the clock that runs ahead, then run ecluse discover again.",
)
LOOK_LONGER = Text(
    fr="Donner à ecluse discover une semaine de journaux complets avant de conclure à l’absence.",
    en="Give ecluse discover a week of complete logs before concluding that there is none.",
)
RUN_AGAIN = Text(
    fr="Relancer ecluse discover au plus tard le {end}.", en="Run ecluse discover again by {end}."
)
RUN_ON_RECENT = Text(
    fr="Lancer ecluse discover sur des journaux récents\u00a0: ceux-ci s’arrêtent le {end}.",
    en="Run ecluse discover on recent logs: these end on {end}.",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What the logs say of one measure, before their age and their gaps are weighed.

    `pending` is what remains to be done, None when nothing is; `nothing_seen` tells that the
    figure speaks of an absence; `denied` is the declaration that the logs contradict.
    """

    figure: Figure
    pending: Text | None
    nothing_seen: bool
    denied: Declaration | None
    unseen: tuple[Text, ...]


def inventory(facts: Facts, measure: Measure) -> Standing:
    """Whether every service seen in the logs has an owner and every candidate was sorted.

    Contradicted when a register is kept, the logs outlive a declaration in force, and services
    without an owner are still seen: an empty register denies nothing.
    """
    if facts.usage is None:
        return on_declaration(facts, measure)
    return _weighed(facts, measure, facts.usage, _inventory_finding(facts, measure, facts.usage))


def newcomers(facts: Facts, measure: Measure) -> Standing:
    """Whether every candidate destination was sorted and every new service has an owner."""
    if facts.usage is None:
        return on_declaration(facts, measure)
    return _weighed(facts, measure, facts.usage, _newcomers_finding(facts.usage))


def _inventory_finding(facts: Facts, measure: Measure, usage: UsageFacts) -> Finding:
    unowned = usage.services_unowned
    declaration = in_force(facts, measure)
    outlived = declaration is not None and usage.period_end >= declaration.declared_at
    denied = declaration if outlived and usage.services_owned and unowned else None
    pending = None
    if denied:
        pending = filled(SETTLE, count=unowned, start=denied.declared_at)
    elif unowned:
        pending = filled(GIVE_OWNERS, count=unowned)
    elif usage.candidates_waiting:
        pending = filled(SORT, count=usage.candidates_waiting)
    return Finding(
        figure=_owned_figure(usage),
        pending=pending,
        nothing_seen=usage.services == 0,
        denied=denied,
        unseen=(ELSEWHERE, SUPPLIED) if unowned else (SUPPLIED,),
    )


def _owned_figure(usage: UsageFacts) -> Figure:
    if usage.services == 0:
        return _none_among(usage, NO_SERVICE)
    services = counted(usage.services, *SERVICES)
    what = filled(OWNED, services=services, owned=usage.services_owned)
    return Figure(usage.services_owned, usage.services, what)


def _newcomers_finding(usage: UsageFacts) -> Finding:
    new = usage.newcomers_unowned
    pending = None
    if usage.candidates_waiting:
        pending = filled(SORT, count=usage.candidates_waiting)
    elif new:
        pending = filled(GIVE_NEW_OWNERS, count=new)
    return Finding(
        figure=_triaged_figure(usage),
        pending=pending,
        nothing_seen=usage.candidates + usage.new_services == 0,
        denied=None,
        unseen=(filled(NEWCOMERS, part=new, whole=usage.new_services),) if new else (),
    )


def _triaged_figure(usage: UsageFacts) -> Figure:
    if usage.candidates == 0:
        return _none_among(usage, NO_CANDIDATE)
    candidates = counted(usage.candidates, *CANDIDATES)
    what = filled(TRIAGED, candidates=candidates, triaged=usage.candidates_triaged)
    return Figure(usage.candidates_triaged, usage.candidates, what)


def _none_among(usage: UsageFacts, sentence: Text) -> Figure:
    requests = counted(usage.named_requests, *REQUESTS)
    return Figure(0, usage.named_requests, filled(sentence, requests=requests))


def _weighed(facts: Facts, measure: Measure, usage: UsageFacts, finding: Finding) -> Standing:
    """Weigh a finding by the age and the gaps of the logs; old logs are stale whatever they say."""
    spots = (*finding.unseen, *coverage.blind_spots(usage, facts.now))
    fresh_until = _fresh_until(facts, measure, usage)
    if facts.now <= fresh_until and usage.named_requests == 0:
        return _nothing_read(facts, measure, spots)
    state, next_step = _verdict(facts, usage, finding, fresh_until)
    word = in_force(facts, measure)
    if word and state is not State.CONTRADICTED:
        spots = (filled(WORD, start=word.declared_at), *spots)
    return Standing(
        measure=measure.id,
        state=state,
        figure=finding.figure,
        observed_at=usage.observed_at,
        observed_where=coverage.where(usage),
        fresh_until=fresh_until,
        next_step=next_step,
        unseen=spots,
    )


def _fresh_until(facts: Facts, measure: Measure, usage: UsageFacts) -> datetime:
    """Count from the last moment covered; a date in the future never makes logs any fresher."""
    last = min(usage.period_end, usage.observed_at, facts.now)
    return last.astimezone(UTC) + timedelta(days=measure.fresh_days)


def _nothing_read(facts: Facts, measure: Measure, spots: tuple[Text, ...]) -> Standing:
    """Logs that name no destination measure nothing: only a declaration can speak."""
    standing = on_declaration(facts, measure)
    if standing.state is State.NOT_MEASURED:
        standing = replace(standing, next_step=NAME)
    return replace(standing, unseen=(*standing.unseen, *spots))


def _verdict(
    facts: Facts, usage: UsageFacts, finding: Finding, fresh_until: datetime
) -> tuple[State, Text]:
    if facts.now > fresh_until:
        return State.STALE, filled(RUN_ON_RECENT, end=min(usage.period_end, usage.observed_at))
    if finding.pending:
        return State.CONTRADICTED if finding.denied else State.PARTIAL, finding.pending
    if coverage.mostly_hidden(usage):
        return State.PARTIAL, COMPLETE
    if coverage.runs_ahead(usage, facts.now):
        return State.PARTIAL, SET_CLOCK
    if finding.nothing_seen and not coverage.shows_absence(usage):
        return State.PARTIAL, LOOK_LONGER
    return State.PROVEN, filled(RUN_AGAIN, end=fresh_until)
