"""What a figure can and cannot see, said in words beside it; unknown is never counted as none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ecluse.discovery.detection import Format
from ecluse.discovery.ingest import Ingested, Taken
from ecluse.discovery.reader import DOUBTS
from ecluse.discovery.record import REASONS
from ecluse.kernel.text import Lang, Text, number

# What the absence of a field in a source means for the figures.
MISSING: dict[str, Text] = {
    "user": Text(
        "aucun nom d’utilisateur\u00a0: les personnes sont comptées par adresse",
        "no user name: people are counted by address",
    ),
    "bytes_up": Text(
        "aucun octet envoyé\u00a0: ce qui est sorti n’est pas mesuré",
        "no bytes sent: what went out is not measured",
    ),
    "path": Text(
        "aucun chemin\u00a0: un service d’IA logé sur un site partagé reste invisible",
        "no path: an AI service that lives on a shared site stays invisible",
    ),
    "action": Text(
        "aucun refus consigné\u00a0: rien ne dit si l’accès a été bloqué",
        "no refusal recorded: nothing tells whether access was blocked",
    ),
}
KINDS: dict[str, Text] = {
    "doh": Text(
        "visites vers des résolveurs DNS chiffrés (DoH)\u00a0: les noms demandés échappent au DNS "
        "interne",
        "visits to encrypted DNS resolvers (DoH): the names asked for escape the internal DNS",
    ),
    "vpn": Text(
        "visites vers des VPN ou anonymiseurs\u00a0: leur contenu échappe à ces journaux",
        "visits to VPNs or anonymisers: what goes through them escapes these logs",
    ),
    "relay": Text(
        "visites vers un relais de confidentialité\u00a0: les sites visités sont masqués",
        "visits to a privacy relay: the sites visited are hidden",
    ),
    "address": Text(
        "visites vers une adresse IP sans nom\u00a0: le service ne peut pas être nommé",
        "visits to a bare IP address: the service cannot be named",
    ),
    "shared": Text(
        "visites vers des sites qui servent aussi de l’IA (moteurs, suites bureautiques)\u00a0: "
        "sans le chemin, rien ne les distingue",
        "visits to sites that also serve AI (search engines, office suites): without the path, "
        "nothing tells them apart",
    ),
}
RESOLVERS = frozenset({"bind", "unbound", "dnsmasq", "windows-dns", "umbrella-dns"})
TWICE = Text(
    "une même visite vue par le DNS et par un autre journal compte dans chacun\u00a0: lisez les "
    "personnes plutôt que les requêtes",
    "a visit seen by the DNS and by another log counts in each: read people rather than requests",
)
ELSEWHERE = Text(
    "Hors de ces journaux\u00a0: téléphones personnels, réseaux domestiques, partage de connexion, "
    "et les IA intégrées aux logiciels déjà installés.",
    "Outside these logs: personal phones, home networks, tethering, and the AI built into "
    "software already installed.",
)


@dataclass(frozen=True, slots=True)
class Blind:
    """One thing the picture cannot see: which, where, how much of all visits, in words."""

    code: str
    text: Text
    source: str | None = None
    requests: int | None = None
    share: float | None = None
    people: int | None = None

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Give the published form."""
        return {
            "code": self.code,
            "source": self.source,
            "requests": self.requests,
            "share": self.share,
            "people": self.people,
            "text": self.text.to(lang),
        }


def doubts(found: Format, source: Taken) -> list[Text]:
    """Give, in words, what had to be assumed to read this source."""
    codes = list(found.context.doubts)
    if source.source.encoding != "utf-8":
        codes.append("encoding")
    values = {"zone": str(found.context.zone), "encoding": source.source.encoding.upper()}
    return [DOUBTS[code].format(**values) for code in codes]


def unread_reason(code: str) -> Text:
    """Give the sentence for a key of REASONS, or the system's own words as they are."""
    return REASONS.get(code, Text(code, code))


def blind_spots(result: Ingested, people_by_kind: dict[str, int]) -> list[Blind]:
    """List everything that the picture cannot see, the largest share of visits first."""
    found = [*_by_kind(result, people_by_kind), *_by_source(result.taken)]
    names = {name for one in result.taken for name in one.digest.formats}
    if names & RESOLVERS and names - RESOLVERS:
        found.append(Blind("counted-twice", TWICE))
    return [*found, Blind("elsewhere", ELSEWHERE)]


def _by_kind(result: Ingested, people: dict[str, int]) -> Iterable[Blind]:
    visits = sum(one.digest.visits for one in result.taken)
    counts = {kind: sum(one.digest.blind[kind] for one in result.taken) for kind in KINDS}
    for kind, count in sorted(counts.items(), key=lambda item: -item[1]):
        if count:
            yield Blind(
                kind, KINDS[kind], None, count, round(count / max(visits, 1), 4), people.get(kind)
            )


def _by_source(taken: Iterable[Taken]) -> Iterable[Blind]:
    for one in taken:
        path = one.source.path
        if one.copy_of:
            continue
        if one.detected.main is None:
            reason = unread_reason(one.source.trouble) if one.source.trouble else UNKNOWN
            yield Blind("source-unread", reason, path)
            continue
        for name, words in MISSING.items():
            if name not in one.fields:
                yield Blind(f"no-{name.replace('_', '-')}", words, path)
        unread = one.digest.unread.total()
        if unread:
            yield Blind("lines-unread", _unread(unread, one.digest.lines), path)


UNKNOWN = Text(
    "format non reconnu\u00a0: essayez --format, ou generic-csv avec --mapping",
    "format not recognised: try --format, or generic-csv with --mapping",
)


def _unread(unread: int, lines: int) -> Text:
    return Text(
        f"{number(unread, 'fr')} lignes non lues sur {number(lines, 'fr')}",
        f"{number(unread, 'en')} lines not read out of {number(lines, 'en')}",
    )
