"""After a block: did use stop, and where did it move; refuses to call silence a success."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ecluse.catalogue.services import Services
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.dry_run import period_json
from ecluse.enforcement.past import Past, Period, opened
from ecluse.kernel.text import Lang, Text

USED = "SELECT DISTINCT who, name FROM ai WHERE NOT cut AND NOT refused AND who IS NOT NULL"
REACHED = """
SELECT who, bool_or(NOT refused) AS reached FROM ai WHERE cut AND who IS NOT NULL GROUP BY who
"""
EVERYONE = "SELECT DISTINCT who FROM visits WHERE who IS NOT NULL"

SHORTER = Text(
    "La seconde période est plus courte ({after} jours contre {before})\u00a0: des personnes "
    "peuvent n’avoir pas encore eu l’occasion d’y revenir.",
    "The second period is shorter ({after} days against {before}): some people may not have had "
    "the occasion to come back yet.",
)
FEWER = Text(
    "La seconde période lit moins de sources ({after} contre {before})\u00a0: ce qui passait par "
    "les autres ne se voit plus.",
    "The second period reads fewer sources ({after} against {before}): what went through the "
    "others no longer shows.",
)
MISSING = Text(
    "La seconde période ne contient plus de journal {formats}.",
    "The second period no longer holds any {formats} log.",
)
NO_ONE = Text(
    "Aucune personne n’est commune aux deux périodes\u00a0: les noms n’ont sans doute pas été "
    "pseudonymisés avec la même clé. La comparaison ne prouve rien.",
    "No one is common to both periods: names were probably not pseudonymised with the same key. "
    "The comparison proves nothing.",
)
OUTSIDE = Text(
    "Téléphones personnels, réseaux domestiques et partages de connexion restent hors de ces "
    "journaux\u00a0: une personne qui n’y apparaît plus a pu s’y déplacer.",
    "Personal phones, home networks and tethering stay outside these logs: someone who no longer "
    "appears may have moved there.",
)


@dataclass(frozen=True, slots=True)
class Displacement:
    """What became of the people who used the blocked services before: each counted once.

    `people` = `still` + `moved` + `others` + `gone`. `tried` counts those of them whom the block
    refused at least once and who never got through. `moved_to` gives the services and hosts new
    to them, with the number of people.
    """

    before: Period
    after: Period
    people: int
    still: int
    moved: int
    others: int
    gone: int
    tried: int
    newcomers: int
    moved_to: tuple[tuple[str, int], ...]
    common: int

    def coverage(self) -> list[Text]:
        """Say what weakens the comparison."""
        said = []
        before, after = _days(self.before), _days(self.after)
        if after < before:
            said.append(SHORTER.format(before=before, after=after))
        if self.after.sources < self.before.sources:
            said.append(FEWER.format(before=self.before.sources, after=self.after.sources))
        missing = sorted(set(self.before.formats) - set(self.after.formats))
        if missing:
            said.append(MISSING.format(formats=", ".join(missing)))
        if self.people and not self.common:
            said.append(NO_ONE)
        return [*said, OUTSIDE]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Give the published object."""
        return {
            "before": period_json(self.before),
            "after": period_json(self.after),
            "people_before": self.people,
            "still_reach_it": self.still,
            "moved": self.moved,
            "kept_to_other_services": self.others,
            "not_seen_any_more": self.gone,
            "refused_and_never_through": self.tried,
            "reach_it_for_the_first_time": self.newcomers,
            "moved_to": [{"name": name, "people": people} for name, people in self.moved_to],
            "coverage": [text.to(lang) for text in self.coverage()],
        }


@dataclass(frozen=True, slots=True)
class _Side:
    period: Period
    everyone: frozenset[str]
    reached: frozenset[str]
    refused: frozenset[str]
    used: dict[str, frozenset[str]]  # by person, what they used that the decision leaves open


def compare(decision: Decision, before: Path, after: Path, services: Services) -> Displacement:
    """Compare two folders of usage, for the people who reached the blocked hosts in the first."""
    first, second = (_side(decision, folder, services) for folder in (before, after))
    group = first.reached
    still = group & second.reached
    rest = group - still
    new = {
        who: second.used.get(who, frozenset()) - first.used.get(who, frozenset()) for who in group
    }
    moved = {who for who in rest if new[who]}
    others = {who for who in rest - moved if who in second.used}
    counts: dict[str, int] = {}
    for names in new.values():
        for name in names:
            counts[name] = counts.get(name, 0) + 1
    return Displacement(
        before=first.period,
        after=second.period,
        people=len(group),
        still=len(still),
        moved=len(moved),
        others=len(others),
        gone=len(rest - moved - others),
        tried=len(rest & second.refused),
        newcomers=len(second.reached - group),
        moved_to=tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0]))),
        common=len(first.everyone & second.everyone),
    )


def _side(decision: Decision, folder: Path, services: Services) -> _Side:
    with opened(folder, services, decision.blocks) as past:
        reached = {row["who"]: row["reached"] for row in past.rows(REACHED)}
        return _Side(
            period=past.period(),
            everyone=frozenset(row["who"] for row in past.rows(EVERYONE)),
            reached=frozenset(who for who, through in reached.items() if through),
            refused=frozenset(who for who, through in reached.items() if not through),
            used=_used(past),
        )


def _used(past: Past) -> dict[str, frozenset[str]]:
    held: dict[str, set[str]] = {}
    for row in past.rows(USED):
        held.setdefault(row["who"], set()).add(row["name"])
    return {who: frozenset(names) for who, names in held.items()}


def _days(period: Period) -> int:
    if period.start is None or period.end is None:
        return 0
    return (period.end - period.start + timedelta(days=1)).days
