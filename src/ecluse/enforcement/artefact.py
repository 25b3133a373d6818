"""What a blocklist format can say and how much of it; refuses what it cannot say exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.refusal import Refused
from ecluse.kernel.text import Text, number


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that a product loads, in entries or bytes, and who says so."""

    most: int
    unit: str  # "entries" or "bytes"
    source: str


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a decision down for a product.

    `render` gives the blocklist and `allow` the allow-list, when the product has a use for one.
    `merge(decision, export, name, allowed)` keeps what an import would otherwise erase.
    `each_suffix` and `each_exact` are the entries that a host takes, to be held against `limits`.
    """

    name: str
    title: str
    render: Callable[[Decision], bytes]
    use: Text
    allow: Callable[[Decision], bytes] | None = None
    merge: Callable[[Decision, bytes, str, bool], bytes] | None = None
    exact: bool = True
    suffix: bool = True
    exceptions: bool = False
    comments: bool = True
    each_suffix: int = 1
    each_exact: int = 1
    limits: tuple[Limit, ...] = ()

    def entries(self, hosts: Sequence[Host]) -> int:
        """Count the entries that `hosts` take in this format."""
        exact = sum(1 for host in hosts if host.exact)
        return exact * self.each_exact + (len(hosts) - exact) * self.each_suffix


def produce(
    chosen: Format,
    decision: Decision,
    *,
    allow: bool = False,
    export: tuple[bytes, str] | None = None,
) -> bytes:
    """Write `decision` in the format, merged with `export` (bytes, name of the file) if given.

    Raise Refused when the format cannot say it exactly, or when the product would cut it short.
    """
    hosts = decision.approved_alone if allow else decision.hosts
    _refuse_nothing(hosts, allow=allow)
    if allow:
        _check_allow(chosen, decision)
    elif decision.kept and not chosen.exceptions:
        raise _no_exception(chosen, decision)
    _refuse_above(chosen, max(chosen.entries(hosts), len(decision.kept)), "entries")
    if export is not None:
        if chosen.merge is None:
            raise Refused(
                f"{chosen.name} ne se fusionne avec aucun export\u00a0: retirez --merge.",
                f"{chosen.name} merges with no export: take --merge out.",
            )
        written = chosen.merge(decision, *export, allow)
    elif allow and chosen.allow:
        written = chosen.allow(decision)
    else:
        written = chosen.render(decision)
    _refuse_above(chosen, len(written), "bytes")
    return written


def _refuse_nothing(hosts: Sequence[Host], *, allow: bool) -> None:
    if not hosts:
        what = ("approuvé", "approved") if allow else ("interdit", "forbidden")
        raise Refused(
            f"aucun domaine {what[0]}\u00a0: il n’y a rien à écrire.",
            f"no {what[1]} domain: there is nothing to write.",
        )


def _check_allow(chosen: Format, decision: Decision) -> None:
    if chosen.allow is None:
        raise Refused(
            f"{chosen.name} n’a pas l’usage d’une liste d’autorisation seule. Formats qui en ont "
            "une\u00a0: ecluse block --formats.",
            f"{chosen.name} has no use for an allow-list on its own. Formats that have one: "
            "ecluse block --formats.",
        )
    under = [host for host in decision.named if decision.approved_parent(host.name)]
    if under:
        raise Refused(
            f"{under[0].name} est interdit sous un domaine approuvé\u00a0: la liste d’autorisation "
            "l’ouvrirait. Donnez des domaines approuvés plus précis.",
            f"{under[0].name} is forbidden below an approved domain: the allow-list would open "
            "it. Give more precise approved domains.",
        )


def _no_exception(chosen: Format, decision: Decision) -> Refused:
    host = decision.kept[0].name
    parent = decision.blocked_parent(host)
    return Refused(
        f"{chosen.name} ne sait pas laisser passer {host} tout en bloquant {parent}. Choisissez un "
        "format qui admet des exceptions (ecluse block --formats), ou interdisez des domaines plus "
        "précis. Rien n’a été écrit.",
        f"{chosen.name} cannot let {host} through while blocking {parent}. Choose a format with "
        "exceptions (ecluse block --formats), or forbid more precise domains. Nothing was written.",
    )


def _refuse_above(chosen: Format, count: int, unit: str) -> None:
    for limit in chosen.limits:
        if limit.unit == unit and count > limit.most:
            fr = "entrées" if unit == "entries" else "octets"
            raise Refused(
                f"{chosen.name}\u00a0: {number(count, 'fr')} {fr}, or la limite est de "
                f"{number(limit.most, 'fr')} ({limit.source}). Le produit couperait la suite sans "
                "le dire. Rien n’a été écrit.",
                f"{chosen.name}: {number(count, 'en')} {unit}, but the limit is "
                f"{number(limit.most, 'en')} ({limit.source}). The product would silently drop "
                "the rest. Nothing was written.",
            )
