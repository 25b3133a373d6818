"""What a decision would have cut in past usage; counts people, and never invents a department."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecluse.catalogue.services import Services
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.past import Past, Period, opened
from ecluse.kernel.clock import iso
from ecluse.kernel.text import Lang, Text

# The visits that would newly be cut: those already refused change nothing for anyone.
CUT = """
SELECT service, name, count(DISTINCT who) AS people, count(*) AS requests,
       list_sort(list(DISTINCT app) FILTER (app IS NOT NULL)) AS apps,
       list_sort(list(DISTINCT host)) AS hosts
FROM ai WHERE cut AND NOT refused GROUP BY service, name
ORDER BY people DESC, requests DESC, name
"""
TOTAL = """
SELECT count(DISTINCT who) FILTER (cut AND NOT refused) AS people,
       count(*) FILTER (cut AND NOT refused) AS requests,
       count(*) FILTER (cut AND refused) AS refused,
       list_sort(list(DISTINCT app) FILTER (cut AND NOT refused AND app IS NOT NULL)) AS apps,
       count(*) FILTER (NOT cut AND host IS NULL AND list_contains($asked, service)) AS unseen
FROM ai
"""
ELSEWHERE = """
SELECT service, name, count(DISTINCT who) AS people, count(*) AS requests
FROM ai
WHERE NOT cut AND NOT refused AND who IN (SELECT who FROM ai WHERE cut AND NOT refused)
  AND NOT coalesce(list_contains($asked, service), false)
GROUP BY service, name ORDER BY people DESC, requests DESC, name
"""
LIMITS = (
    Text(
        "Les services (au sens de l’organisation) des personnes ne sont pas dans les "
        "journaux\u00a0: ce calcul ne dit rien des directions ni des équipes.",
        "The logs do not say which department people belong to: nothing here speaks of "
        "departments or teams.",
    ),
    Text(
        "Seules les visites d’IA ont été conservées\u00a0: un usage sans rapport avec l’IA "
        "sur les mêmes domaines serait coupé aussi, et ne se voit pas ici.",
        "Only visits to AI were kept: other use of the same domains would be cut too, and does "
        "not show here.",
    ),
)
UNSEEN = Text(
    "{count} visites ne sont connues que par le nom de l’application, sans domaine\u00a0: rien ne "
    "dit si une liste de domaines les couperait.",
    "{count} visits are only known by the name of an application, without a domain: nothing tells "
    "whether a list of domains would cut them.",
)


@dataclass(frozen=True, slots=True)
class Cut:
    """What one service (None: a host that no service claims) would have lost."""

    service: str | None
    name: str
    people: int
    requests: int
    apps: tuple[str, ...]
    hosts: tuple[str, ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another service or host that the people concerned used and would keep."""

    service: str | None
    name: str
    people: int
    requests: int
    approved: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would have been cut, in total and by service, and what the same people use instead."""

    period: Period
    people: int
    requests: int
    refused: int
    apps: tuple[str, ...]
    asked: tuple[Cut, ...]
    others: tuple[Cut, ...]
    elsewhere: tuple[Elsewhere, ...]
    unseen: int

    def limits(self) -> list[Text]:
        """Say what this result cannot tell."""
        return [*LIMITS, *([UNSEEN.format(count=self.unseen)] if self.unseen else [])]

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Give the published object."""
        return {
            "period": period_json(self.period),
            "would_be_cut": {
                "people": self.people,
                "people_seen": self.period.people,
                "requests": self.requests,
                "requests_seen": self.period.requests,
                "applications": list(self.apps),
                "already_refused": self.refused,
            },
            "services": [_cut_json(one) for one in self.asked],
            "others_cut": [_cut_json(one) for one in self.others],
            "used_by_the_same_people": [
                {
                    "service": one.service,
                    "name": one.name,
                    "people": one.people,
                    "requests": one.requests,
                    "approved": one.approved,
                }
                for one in self.elsewhere
            ],
            "cannot_tell": [text.to(lang) for text in self.limits()],
        }


def dry_run(
    decision: Decision, folder: Path, services: Services, approved: Iterable[str] = ()
) -> DryRun:
    """Run `decision` over the usage in `folder`; raise Refused when it cannot be read.

    `approved` are ids of approved services, marked among what people use instead.
    """
    asked = _asked(decision, services)
    kept = set(approved)
    with opened(folder, services, decision.blocks) as past:
        total = past.rows(TOTAL, asked=sorted(asked))[0]
        cuts = _cuts(past, asked, decision)
        elsewhere = tuple(
            Elsewhere(**row, approved=row["service"] in kept)
            for row in past.rows(ELSEWHERE, asked=sorted(asked))
        )
        return DryRun(
            period=past.period(),
            people=total["people"],
            requests=total["requests"],
            refused=total["refused"],
            apps=tuple(total["apps"] or ()),
            asked=tuple(one for one in cuts if one.asked),
            others=tuple(one for one in cuts if not one.asked),
            elsewhere=elsewhere,
            unseen=total["unseen"],
        )


def _asked(decision: Decision, services: Services) -> set[str]:
    """Give the services decided on, and those whose own domain was named."""
    named = (services.match(host.name) for host in decision.named)
    return set(decision.services) | {service.id for service in named if service}


def _cuts(past: Past, asked: set[str], decision: Decision) -> list[Cut]:
    seen = {
        row["name"]: Cut(
            row["service"],
            row["name"],
            row["people"],
            row["requests"],
            tuple(row["apps"] or ()),
            tuple(row["hosts"]),
            asked=row["service"] in asked or row["service"] is None,
        )
        for row in past.rows(CUT)
    }
    unseen = (
        Cut(one, one, 0, 0, (), (), asked=True) for one in decision.services if one not in seen
    )
    return [*seen.values(), *unseen]


def _cut_json(one: Cut) -> dict[str, Any]:
    return {
        "service": one.service,
        "name": one.name,
        "people": one.people,
        "requests": one.requests,
        "applications": list(one.apps),
        "hosts": list(one.hosts),
    }


def period_json(period: Period) -> dict[str, Any]:
    """Give what a period covers as JSON values."""
    return {
        "start": iso(period.start) if period.start else None,
        "end": iso(period.end) if period.end else None,
        "people": period.people,
        "requests": period.requests,
        "sources": period.sources,
        "formats": list(period.formats),
    }
