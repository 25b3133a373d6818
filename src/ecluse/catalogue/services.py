"""Names the AI service behind a host, from facts with a source; refuses to name a shared host."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from importlib.resources import files
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from ecluse.catalogue.toml import Row, rows
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable
    from pathlib import Path

Blind = Literal["doh", "vpn", "relay"]

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "agent-platform": Text(fr="plateforme d’agents", en="agent platform"),
        "api": Text(fr="API de modèles", en="model API"),
        "assistant": Text(fr="assistant", en="assistant"),
        "browser": Text(fr="navigateur avec IA", en="AI browser"),
        "cloud-platform": Text(fr="plateforme d’IA dans le cloud", en="cloud AI platform"),
        "code-assistant": Text(fr="assistant de programmation", en="coding assistant"),
        "companion": Text(fr="compagnon ou personnage", en="companion or character"),
        "customer-support": Text(fr="relation client", en="customer support"),
        "data-analysis": Text(fr="analyse de données", en="data analysis"),
        "education": Text(fr="enseignement", en="education"),
        "embedded": Text(fr="IA intégrée à un logiciel", en="AI inside a product"),
        "health": Text(fr="santé", en="health"),
        "image": Text(fr="image et design", en="image and design"),
        "legal": Text(fr="droit", en="legal"),
        "local-model": Text(fr="modèles sur le poste", en="models on the workstation"),
        "meeting-notes": Text(fr="comptes rendus de réunion", en="meeting notes"),
        "ml-tooling": Text(fr="outillage de modèles", en="model tooling"),
        "model-hub": Text(fr="dépôt de modèles", en="model hub"),
        "music": Text(fr="musique", en="music"),
        "other": Text(fr="autre ou non précisé", en="other or not stated"),
        "presentation": Text(fr="présentations", en="presentations"),
        "recruitment": Text(fr="recrutement", en="recruitment"),
        "sales": Text(fr="vente et prospection", en="sales and prospecting"),
        "search": Text(fr="moteur de réponse", en="answer engine"),
        "translation": Text(fr="traduction", en="translation"),
        "video": Text(fr="vidéo", en="video"),
        "voice": Text(fr="voix et transcription", en="voice and transcription"),
        "writing": Text(fr="rédaction", en="writing"),
    }
)

_SERVICE = (
    "id",
    "name",
    "vendor",
    "country",
    "kind",
    "apps",
    "sources",
    "domains",
    "note",
    "remove",
)
_DOMAIN = ("host", "exact", "shared", "paths", "region", "regions", "sources")
_OWN = "organisation"

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PATH = re.compile(r"(?:/[^/\s?#]+)+")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from, under which licence, and from which day."""

    id: str
    name: Text
    licence: Text
    date: dt.date
    reference: str


@dataclass(frozen=True, slots=True)
class Domain:
    """A host that leads to a service, with everything below it unless `exact`.

    A `shared` host serves much else: only one of its `paths` names the service.
    """

    host: str
    exact: bool
    shared: bool
    paths: tuple[str, ...]
    region: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """An AI service on offer; vendor and country (ISO 3166-1 alpha-2) are absent when unknown."""

    id: str
    name: str
    vendor: str | None
    country: str | None
    kind: str
    apps: tuple[str, ...]
    domains: tuple[Domain, ...]
    note: Text | None


@dataclass(frozen=True, slots=True)
class Services:
    """All the services known: says whose host this is."""

    by_id: Mapping[str, Service]
    sources: Mapping[str, Source]
    _claims: Mapping[str, tuple[tuple[Domain, Service], ...]] = field(repr=False)
    _apps: Mapping[str, Service] = field(repr=False)

    def match(self, host: str, path: str | None = None) -> Service | None:
        """Give the service behind `host` (lower case, no port), or None.

        The longest domain wins. Where that domain is shared, only a path that begins with one of
        its paths, at a segment boundary, names a service; its parents are not asked instead.
        """
        for suffix in _suffixes(host):
            claims = [
                claim
                for claim in self._claims.get(suffix, ())
                if suffix == host or not claim[0].exact
            ]
            if claims:
                return _claimant(claims, path)
        return None

    def with_app(self, app: str) -> Service | None:
        """Give the service that firewalls and consent screens call `app`, whatever the case."""
        return self._apps.get(app.strip().casefold())


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """A way out that hides AI use from logs: a resolver, a VPN or a relay, with its hosts."""

    kind: Blind
    name: str
    hosts: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Blindness:
    """All the blind spots known: says whether a host hides what follows."""

    spots: tuple[BlindSpot, ...]
    _kinds: Mapping[str, Blind] = field(repr=False)

    def hosts(self, kind: Blind) -> tuple[str, ...]:
        """Give the hosts of one kind, in the order of the file."""
        return tuple(host for spot in self.spots if spot.kind == kind for host in spot.hosts)

    def match(self, host: str) -> Blind | None:
        """Say what `host` (lower case, no port), or a parent of it, is; None when neither."""
        return next((self._kinds[one] for one in _suffixes(host) if one in self._kinds), None)


def load_services(extra: Sequence[Path] = ()) -> Services:
    """Read the packaged services, then the organisation's own files in order.

    In a later file, a service with a known id replaces the earlier one whole, and
    `remove = true` takes it out. Raise CatalogueError, with file:line, at the first fact that
    cannot be used.
    """
    sources: dict[str, Source] = {}
    entries: dict[str, tuple[Service, Row]] = {}
    layers = [(_packaged(), None), *((rows(path), _OWN) for path in extra)]
    for layer, own in layers:
        _refuse_tables(layer, "source", "service")
        sources |= _read_sources(row for row in layer if row.table == "source")
        seen: dict[str, Row] = {}
        for row in (row for row in layer if row.table == "service"):
            _apply(row, entries, seen, sources, own)
    return _indexed(entries, sources)


def load_blindness(extra: Sequence[Path] = ()) -> Blindness:
    """Read the packaged blind spots, then the organisation's own; same errors as services."""
    spots: list[BlindSpot] = []
    kinds: dict[str, Blind] = {}
    sources = _read_sources(rows(_data() / "services" / "sources.toml"))
    for path in [_data() / "blindness.toml", *extra]:
        layer = rows(path)
        _refuse_tables(layer, "doh", "vpn", "relay")
        for row in layer:
            row.refuse_unknown("name", "hosts", "source")
            kind = cast("Blind", row.table)
            hosts = row.strings("hosts")
            for host in hosts:
                _check_host(row, host, "hosts")
                if host in kinds:
                    raise row.error(f"'{host}' stands twice: keep one", "hosts")
                kinds[host] = kind
            source = row.string("source", _OWN)
            if source not in sources:
                raise row.error(f"unknown source '{source}': known: {', '.join(sources)}", "source")
            spots.append(BlindSpot(kind, row.string("name"), hosts, source))
    return Blindness(tuple(spots), MappingProxyType(kinds))


def _data() -> Traversable:
    return files("ecluse.catalogue") / "data"


def _packaged() -> list[Row]:
    folder = _data() / "services"
    found = sorted(one.name for one in folder.iterdir() if one.name.endswith(".toml"))
    return [row for name in found for row in rows(folder / name)]


def _refuse_tables(layer: Iterable[Row], *known: str) -> None:
    for row in layer:
        if row.table not in known:
            wanted = " or ".join(f"[[{one}]]" for one in known)
            raise row.error(f"is not read here: write {wanted}")


def _read_sources(layer: Iterable[Row]) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for row in layer:
        row.refuse_unknown("id", "name", "licence", "date", "reference")
        source = Source(
            id=row.string("id"),
            name=row.text("name"),
            licence=row.text("licence"),
            date=row.date("date"),
            reference=row.string("reference"),
        )
        if source.id in found:
            raise row.error(f"source '{source.id}' stands twice: keep one", "id")
        found[source.id] = source
    return found


def _apply(
    row: Row,
    entries: dict[str, tuple[Service, Row]],
    seen: dict[str, Row],
    sources: Mapping[str, Source],
    own: str | None,
) -> None:
    key = row.string("id")
    if key in seen:
        there = f"{seen[key].file}:{seen[key].line}"
        raise row.error(f"id '{key}' is already at {there}: choose another", "id")
    seen[key] = row
    if row.boolean("remove", default=False):
        row.refuse_unknown("id", "remove")
        if key not in entries:
            near = difflib.get_close_matches(key, entries, n=1)
            hint = f"did you mean '{near[0]}'?" if near else "take the row out"
            raise row.error(f"no service '{key}' to remove: {hint}", "id")
        del entries[key]
        return
    entries[key] = (_read_service(row, sources, own), row)


def _read_service(row: Row, sources: Mapping[str, Source], own: str | None) -> Service:
    row.refuse_unknown(*_SERVICE)
    usual = row.strings("sources", (own,) if own else ())
    service = Service(
        id=row.string("id"),
        name=row.string("name"),
        vendor=row.string("vendor", None),
        country=row.string("country", None),
        kind=row.string("kind"),
        apps=row.strings("apps", ()),
        domains=tuple(
            domain
            for one in row.rows("domains", "host")
            for domain in _read_domains(one, sources, usual)
        ),
        note=row.text("note", None),
    )
    if not _ID.fullmatch(service.id):
        raise row.error(f"id '{service.id}' is not in kebab-case: write 'like-this'", "id")
    if service.kind not in KINDS:
        near = difflib.get_close_matches(service.kind, KINDS, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(KINDS)}"
        raise row.error(f"unknown kind '{service.kind}': {hint}", "kind")
    if service.country is not None and not _COUNTRY.fullmatch(service.country):
        raise row.error(f"country '{service.country}': write two capitals such as FR", "country")
    if not service.domains and not service.apps:
        raise row.error("names neither a domain nor an app: write at least one", "domains")
    return service


def _read_domains(row: Row, sources: Iterable[str], usual: tuple[str, ...]) -> Iterator[Domain]:
    row.refuse_unknown(*_DOMAIN)
    host, regions = row.string("host"), row.strings("regions", ())
    if regions and "{region}" not in host:
        raise row.error("has regions: write {region} where they stand in the host")
    paths, shared = row.strings("paths", ()), row.boolean("shared", default=False)
    if paths and not shared:
        raise row.error("has paths but is not shared: add shared = true or leave the paths out")
    for path in paths:
        if not _PATH.fullmatch(path):
            raise row.error(f"path '{path}': write '/like/this', without '?' or a final '/'")
    named = row.strings("sources", usual)
    if not named:
        raise row.error("has no source: write at least one")
    for source in set(named) - set(sources):
        raise row.error(f"unknown source '{source}': known: {', '.join(sources)}")
    exact = row.boolean("exact", default=False)
    region = row.string("region", None)
    for place in regions or (region,):
        one = host.replace("{region}", place) if regions and place else host
        _check_host(row, one, "host")
        yield Domain(one, exact, shared, paths, place, named)


def _check_host(row: Row, host: str, key: str) -> None:
    if _HOST.fullmatch(host) and len(host) <= 253 and ("xn--" not in host or _decodes(host)):
        return
    for sign, advice in (
        (host != host.lower(), "write it in lower case"),
        ("://" in host or "/" in host, "write the host alone, without scheme or path"),
        (":" in host, "write the host alone, without a port"),
        ("*" in host, "leave the wildcard out: a host stands for everything below it"),
        (host.endswith("."), "leave the final dot out"),
        (not host.isascii(), "write its xn-- form"),
        ("." not in host, "a single label names no service"),
    ):
        if sign:
            raise row.error(f"host '{host}': {advice}", key)
    raise row.error(f"host '{host}' is not a hostname: write one such as chat.example.net", key)


def _decodes(host: str) -> bool:
    try:
        host.encode().decode("idna")
    except UnicodeError:
        return False
    return True


def _indexed(entries: Mapping[str, tuple[Service, Row]], sources: Mapping[str, Source]) -> Services:
    claims: dict[str, tuple[tuple[Domain, Service], ...]] = {}
    claimed: dict[tuple[str, str], str] = {}
    apps: dict[str, Service] = {}
    for service, row in entries.values():
        for domain in service.domains:
            claims[domain.host] = (*claims.get(domain.host, ()), (domain, service))
            for path in _ways(domain):
                first = claimed.get((domain.host, path))
                if first is not None:
                    what = f"'{domain.host}{path}' already leads to '{first}'"
                    raise row.error(what, "domains")
                claimed[domain.host, path] = service.id
        for app in service.apps:
            if apps.setdefault(app.casefold(), service) is not service:
                first = apps[app.casefold()].id
                raise row.error(f"app '{app}' already names '{first}': keep one", "apps")
    by_id = {key: service for key, (service, _) in entries.items()}
    return Services(
        by_id=MappingProxyType(by_id),
        sources=MappingProxyType(dict(sources)),
        _claims=MappingProxyType(claims),
        _apps=MappingProxyType(apps),
    )


def _suffixes(host: str) -> Iterator[str]:
    while host:
        yield host
        host = host.partition(".")[2]


def _claimant(claims: Sequence[tuple[Domain, Service]], path: str | None) -> Service | None:
    asked = re.split(r"[?#]", path or "", maxsplit=1)[0] + "/"
    led = [
        (len(way), service)
        for domain, service in claims
        for way in _ways(domain)
        if not way or asked.startswith(way + "/")
    ]
    return max(led, key=itemgetter(0))[1] if led else None


def _ways(domain: Domain) -> tuple[str, ...]:
    """Give the paths that name the service; "" is the host alone, () is never."""
    return domain.paths or (() if domain.shared else ("",))
