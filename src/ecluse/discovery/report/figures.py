"""The five figures, each with its denominator, and the sentences above them."""

from __future__ import annotations

from ecluse.discovery.ingest import Taken
from ecluse.discovery.report import words
from ecluse.discovery.report.model import DASH, Figure, clean
from ecluse.discovery.report.subject import PEOPLE, Subject
from ecluse.kernel import clock
from ecluse.kernel.text import Text

SERVICES = (Text("service d’IA", "AI service"), Text("services d’IA", "AI services"))
SOURCES = (Text("source", "source"), Text("sources", "sources"))
REQUESTS = (Text("requête", "request"), Text("requêtes", "requests"))

USERS = (
    Text("personne se sert de l’IA", "person uses AI"),
    Text("personnes se servent de l’IA", "people use AI"),
)
USERS_OF = Text(
    "sur {people} vues dans les journaux ({share})", "out of {people} in the logs ({share})"
)
SEEN = (
    Text("service d’IA vu", "AI service seen"),
    Text("services d’IA vus", "AI services seen"),
)
SEEN_OF = Text("sur {known} que connaît le catalogue", "out of {known} that the catalogue knows")
FOREIGN = Text(
    "éditeur établi hors de l’EEE\u00a0: {count} sur {all}",
    "vendor established outside the EEA: {count} out of {all}",
)
NEW = Text(
    "vus pour la première fois dans les 30 derniers jours\u00a0: {count}",
    "first seen in the last 30 days: {count}",
)
SENT = Text("envoyés à ces services", "sent to these services")
SENT_OF = Text("mesurés par {some} sur {all}", "measured by {some} out of {all}")
UNMEASURED = Text(
    "aucune source sur {all} ne compte les octets envoyés",
    "no source out of {all} counts the bytes sent",
)
UNKNOWN = (
    Text("inconnu qui ressemble à de l’IA", "unknown that looks like AI"),
    Text("inconnus qui ressemblent à de l’IA", "unknown that look like AI"),
)
UNKNOWN_OF = Text("{some} sur {all} ({share})", "{some} out of {all} ({share})")
HIDDEN = (
    Text("visite dont le service reste caché", "visit whose service stays hidden"),
    Text("visites dont le service reste caché", "visits whose service stays hidden"),
)
HIDDEN_OF = Text("sur {all} ({share})", "out of {all} ({share})")
HIDDEN_NOTE = Text(
    "DNS chiffré, VPN, relais, adresses nues, sites partagés",
    "encrypted DNS, VPN, relays, bare addresses, shared sites",
)
LEAD = Text(
    "{users} sur {people} ont joint {services}. Le plus répandu, {first}, en touche {reach}.",
    "{users} out of {people} reached {services}. The most widespread, {first}, reaches {reach}.",
)


def lead(about: Subject) -> str:
    """Say the whole in one or two sentences."""
    found = about.picture.services
    if not found:
        return words.NO_SERVICE.to(about.lang)
    return about.say(
        LEAD,
        users=about.counted(about.timeline.people, *PEOPLE),
        people=about.number(about.picture.people),
        services=about.counted(len(found), *SERVICES),
        first=clean(about.service(found[0]).name),
        reach=about.number(found[0]["people"]),
    )


def truth(about: Subject) -> str:
    """Say what was read: sources, period, people, lines."""
    picture = about.picture
    digests = [one.digest for one in picture.taken]
    period = about.say(words.NO_PERIOD)
    if picture.start and picture.end:
        period = about.say(words.PERIOD, start=about.day(picture.start), end=about.day(picture.end))
    return about.say(
        words.TRUTH,
        read=about.counted(sum(1 for one in digests if one.read), *SOURCES),
        all=about.number(len(digests)),
        period=period,
        people=about.people(),
        lines=about.say(
            words.LINES,
            read=about.number(sum(one.read + one.asides for one in digests)),
            all=about.number(sum(one.lines for one in digests)),
        ),
    )


def made(about: Subject) -> str:
    """Say when the picture was drawn, and whose hours it shows."""
    moment = clock.minute(about.picture.observed_at, about.lang, about.zone)
    return about.say(words.MADE, moment=moment, zone=str(about.zone))


def figures(about: Subject) -> tuple[Figure, ...]:
    """Give the five figures: people, services, bytes sent, unknown ones, what stays hidden."""
    return (_users(about), _seen(about), _sent(about), _unknown(about), _hidden(about))


def _users(about: Subject) -> Figure:
    users, people = about.timeline.people, about.picture.people
    of = about.say(USERS_OF, people=about.number(people), share=about.percent(users, people))
    return Figure(about.number(users), about.noun(users, *USERS), of)


def _seen(about: Subject) -> Figure:
    picture = about.picture
    inside = [about.countries.of(about.service(one).country).eea for one in picture.services]
    notes = []
    if inside:
        outside, all_of_them = about.number(inside.count(False)), about.number(len(inside))
        notes.append(about.say(FOREIGN, count=outside, all=all_of_them))
    if picture.new_services():
        notes.append(about.say(NEW, count=about.number(picture.new_services())))
    return Figure(
        about.number(len(picture.services)),
        about.noun(len(picture.services), *SEEN),
        about.say(SEEN_OF, known=about.number(len(picture.catalogue.by_id))),
        "\u202f; ".join(notes) if about.lang == "fr" else "; ".join(notes),
    )


def _read(about: Subject) -> list[Taken]:
    return [one for one in about.picture.taken if one.digest.read]


def _sent(about: Subject) -> Figure:
    read = _read(about)
    counting = sum(1 for one in read if "bytes_up" in one.fields)
    if not counting:
        return Figure(DASH, about.say(SENT), about.say(UNMEASURED, all=about.number(len(read))))
    total = about.sent() if about.picture.services else 0
    of = about.say(SENT_OF, some=about.counted(counting, *SOURCES), all=about.number(len(read)))
    return Figure(DASH if total is None else about.size(total), about.say(SENT), of)


def _unknown(about: Subject) -> Figure:
    found, visits = about.picture.candidates, about.picture.visits
    asked = sum(one.requests for one in found)
    of = about.say(
        UNKNOWN_OF,
        some=about.counted(asked, *REQUESTS),
        all=about.number(visits),
        share=about.percent(asked, visits),
    )
    return Figure(about.number(len(found)), about.noun(len(found), *UNKNOWN), of)


def _hidden(about: Subject) -> Figure:
    visits = about.picture.visits
    hidden = sum(one.digest.blind.total() for one in about.picture.taken)
    of = about.say(HIDDEN_OF, all=about.number(visits), share=about.percent(hidden, visits))
    return Figure(about.number(hidden), about.noun(hidden, *HIDDEN), of, about.say(HIDDEN_NOTE))
