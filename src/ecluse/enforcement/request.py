"""From what a person asks for to a decision; refuses shared hosts and lines it cannot read."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ecluse.catalogue.services import Domain, Service, Services
from ecluse.enforcement.decision import Decision, Host, parents
from ecluse.enforcement.refusal import Refused
from ecluse.kernel.text import Text

SHOWN = 10
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Line:
    """A service id or a domain, and where it was asked for (`file:line`, or an option)."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Terms:
    """Why, on whose word, when and until when."""

    reason: str
    author: str
    date: dt.datetime
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision, the shared hosts it leaves open (service, host), and others it cuts too."""

    decision: Decision
    shared: tuple[tuple[str, str], ...]
    also: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    services: frozenset[str]
    hosts: frozenset[Host]
    shared: frozenset[tuple[str, str]]


def read_list(data: bytes, name: str) -> list[Line]:
    """Give the lines of a list: one service id or domain each, `#` begins a comment."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        rank = data[: error.start].count(b"\n") + 1
        raise Refused(
            f"{name}:{rank}\u00a0: ce n’est pas du texte UTF-8. Rien n’a été écrit.",
            f"{name}:{rank}: this is not UTF-8 text. Nothing was written.",
        ) from error
    bare = ((rank, line.partition("#")[0].strip()) for rank, line in enumerate(lines, 1))
    return [Line(text, f"{name}:{rank}") for rank, text in bare if text]


def decide(
    services: Services, forbidden: Sequence[Line], approved: Sequence[Line], terms: Terms
) -> Outcome:
    """Resolve the lines against the catalogue; raise Refused, naming every line in error.

    Shared hosts of the catalogue that stand below a forbidden domain stay reachable, like the
    approved ones.
    """
    claims = _claims(services)
    errors: list[Text] = []
    cut = _resolve(services, claims, forbidden, errors, refuse_shared=True)
    passed = _resolve(services, claims, approved, errors, refuse_shared=False)
    if errors:
        raise _all(errors)
    wide = {host.name for host in cut.hosts if not host.exact}
    protected = {
        Host(domain.host, domain.exact)
        for found in claims.values()
        for domain, _ in found
        if domain.shared and any(parent in wide for parent in parents(domain.host))
    }
    decision = Decision(
        named=tuple(cut.hosts),
        approved=tuple(passed.hosts | protected),
        services=tuple(cut.services),
        reason=terms.reason,
        author=terms.author,
        date=terms.date,
        until=terms.until,
    )
    shared = cut.shared | {
        (service.id, host.name) for host in protected for _, service in claims[host.name]
    }
    return Outcome(decision, tuple(sorted(shared)), tuple(sorted(_also(services, decision))))


def _claims(services: Services) -> Mapping[str, list[tuple[Domain, Service]]]:
    found: dict[str, list[tuple[Domain, Service]]] = {}
    for service in services.by_id.values():
        for domain in service.domains:
            found.setdefault(domain.host, []).append((domain, service))
    return found


def _resolve(
    services: Services,
    claims: Mapping[str, list[tuple[Domain, Service]]],
    lines: Iterable[Line],
    errors: list[Text],
    *,
    refuse_shared: bool,
) -> _Asked:
    ids: set[str] = set()
    hosts: set[Host] = set()
    shared: set[tuple[str, str]] = set()
    for line in lines:
        known = services.by_id.get(line.text)
        try:
            if known:
                hosts |= set(_hosts_of(known, line, own_only=refuse_shared))
                shared |= {(known.id, one.host) for one in known.domains if one.shared}
                ids.add(known.id)
                continue
            name = _domain(line, services)
            if refuse_shared:
                _refuse_shared(name, line, claims)
            hosts.add(Host(name))
        except Refused as refused:
            errors.append(refused.text)
    return _Asked(frozenset(ids), frozenset(hosts), frozenset(shared))


def _hosts_of(service: Service, line: Line, *, own_only: bool) -> Iterator[Host]:
    domains = [one for one in service.domains if not (own_only and one.shared)]
    if domains:
        for one in domains:
            yield Host(one.host, one.exact)
        return
    if service.domains:
        held = ", ".join(one.host for one in service.domains)
        raise Refused(
            f"{line.where}\u00a0: {service.name} n’a que des domaines partagés ({held}), qui "
            "servent aussi à autre chose que l’IA\u00a0: les bloquer couperait le reste. Passez "
            "par les réglages du produit, ou par un proxy qui voit les chemins.",
            f"{line.where}: {service.name} has shared domains only ({held}), which serve other "
            "things than AI: blocking them would cut the rest. Use the product’s own settings, or "
            "a proxy that sees paths.",
        )
    raise Refused(
        f"{line.where}\u00a0: {service.name} n’a aucun domaine au catalogue\u00a0: il n’est "
        "connu que par le nom que lui donnent les pare-feu. Bloquez l’application sur le pare-feu.",
        f"{line.where}: {service.name} has no domain in the catalogue: it is only known by the "
        "name that firewalls give it. Block the application on the firewall.",
    )


def _refuse_shared(
    name: str, line: Line, claims: Mapping[str, list[tuple[Domain, Service]]]
) -> None:
    for one in (name, *parents(name)):
        found = [c for c in claims.get(one, ()) if one == name or not c[0].exact]
        if not found:
            continue
        if any(domain.shared for domain, _ in found):
            names = ", ".join(sorted({service.name for _, service in found}))
            raise Refused(
                f"{line.where}\u00a0: {name} est un domaine partagé\u00a0: il mène à {names}, mais "
                "sert aussi à autre chose. Le bloquer couperait le reste\u00a0: retirez-le.",
                f"{line.where}: {name} is a shared domain: it leads to {names}, but serves other "
                "things too. Blocking it would cut the rest: take it out.",
            )
        return


def _domain(line: Line, services: Services) -> str:
    name = line.text.lower().removesuffix(".")
    if not name.isascii():
        try:
            name = name.encode("idna").decode()
        except UnicodeError:
            raise _unreadable(line, services) from None
    if not _HOST.fullmatch(name) or len(name) > 253:
        raise _unreadable(line, services)
    return name


def _unreadable(line: Line, services: Services) -> Refused:
    text = line.text
    for sign, fr, en in (
        ("/" in text, "écrivez le domaine seul, sans chemin", "write the domain, without a path"),
        ("*" in text, "retirez le joker, un domaine vaut pour ce qui est dessous", "leave the "
         "wildcard out, a domain stands for what is below it"),
        (":" in text, "écrivez le domaine seul, sans port", "write the domain, without a port"),
    ):  # fmt: skip
        if sign:
            return Refused(
                f"{line.where}\u00a0: «\u00a0{text}\u00a0»\u00a0: {fr}.",
                f"{line.where}: “{text}”: {en}.",
            )
    near = difflib.get_close_matches(text, services.by_id, n=1) if _ID.fullmatch(text) else []
    fr = f" Vouliez-vous «\u00a0{near[0]}\u00a0»\u202f?" if near else ""
    en = f" Did you mean “{near[0]}”?" if near else ""
    return Refused(
        f"{line.where}\u00a0: «\u00a0{text}\u00a0» n’est ni un service du catalogue ni un "
        f"domaine.{fr}",
        f"{line.where}: “{text}” is neither a service of the catalogue nor a domain.{en}",
    )


def _all(errors: Sequence[Text]) -> Refused:
    more = len(errors) - SHOWN
    fr = [error.fr for error in errors[:SHOWN]]
    en = [error.en for error in errors[:SHOWN]]
    if more > 0:
        fr.append(f"… et {more} autres lignes.")
        en.append(f"… and {more} more lines.")
    return Refused(
        "\n".join([*fr, "Rien n’a été écrit."]), "\n".join([*en, "Nothing was written."])
    )


def _also(services: Services, decision: Decision) -> Iterator[tuple[str, str]]:
    """Give the other services that a forbidden parent domain takes along."""
    asked = {host.name for host in decision.named}
    for service in services.by_id.values():
        if service.id in decision.services:
            continue
        for domain in service.domains:
            if domain.host not in asked and decision.blocks(domain.host):
                yield service.id, domain.host
