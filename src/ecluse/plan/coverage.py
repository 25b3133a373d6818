"""Says what the logs could and could not see; never takes silence for absence."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from ecluse.kernel.text import Text
from ecluse.plan.wording import counted, filled

if TYPE_CHECKING:
    from datetime import datetime

    from ecluse.plan.facts import UsageFacts

# A whole working week: less than that, and not seeing a tool may only mean it was not its day.
WEEK = timedelta(days=7)
# A source may write local time as UTC, which puts its lines up to 14 hours ahead.
CLOCK_SLACK = timedelta(days=1)

UNREAD = Text(
    fr="Lignes de journal non comprises\u00a0: {part} sur {whole}.",
    en="Log lines not understood: {part} of {whole}.",
)
BLIND = Text(
    fr="Requêtes dont la destination reste inconnue\u00a0: {part} sur {whole}.",
    en="Requests whose destination stays unknown: {part} of {whole}.",
)
WAITING = Text(
    fr="Destinations candidates qui restent à classer\u00a0: {part} sur {whole}.",
    en="Candidate destinations still to be sorted: {part} of {whole}.",
)
AHEAD = Text(
    fr="L’âge réel de ce qui porte une date à venir\u00a0: une horloge est fausse.",
    en="The true age of what bears a date in the future: a clock is wrong.",
)
OUTSIDE = Text(
    fr="Ce qui ne passe pas par ces journaux\u00a0: téléphones, réseaux personnels, accès directs.",
    en="What does not go through these logs: phones, personal networks, direct access.",
)
SOURCES = (
    Text(fr="source de journaux", en="log source"),
    Text(fr="sources de journaux", en="log sources"),
)
WHERE = Text(fr="{sources}, du {start} au {end}", en="{sources}, from {start} to {end}")


def where(usage: UsageFacts) -> Text:
    """Name the place of the observation: how many sources, and which days they cover."""
    sources = counted(usage.sources, *SOURCES)
    return filled(WHERE, sources=sources, start=usage.period_start, end=usage.period_end)


def blind_spots(usage: UsageFacts, now: datetime) -> tuple[Text, ...]:
    """List what a figure drawn from these logs cannot see; never empty."""
    parts = (
        (UNREAD, usage.lines_unread, usage.lines),
        (BLIND, usage.blind_requests, usage.requests),
        (WAITING, usage.candidates_waiting, usage.candidates),
    )
    found = [filled(text, part=part, whole=whole) for text, part, whole in parts if part]
    if runs_ahead(usage, now):
        found.append(AHEAD)
    return (*found, OUTSIDE)


def mostly_hidden(usage: UsageFacts) -> bool:
    """Whether more of the logs escaped than was seen, in lines or in requests."""
    return 2 * usage.lines_unread > usage.lines or 2 * usage.blind_requests > usage.requests


def runs_ahead(usage: UsageFacts, now: datetime) -> bool:
    """Whether the dates lie in the future by more than a mistaken time zone explains."""
    return (
        usage.period_end > usage.observed_at + CLOCK_SLACK or usage.observed_at > now + CLOCK_SLACK
    )


def shows_absence(usage: UsageFacts) -> bool:
    """Whether seeing nothing can be taken for an absence, within these logs.

    It takes a week or more, every line read, every destination named and every candidate sorted.
    """
    gaps = usage.lines_unread + usage.blind_requests + usage.candidates_waiting
    return gaps == 0 and usage.period_end - usage.period_start >= WEEK
