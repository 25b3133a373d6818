"""What was decided, on whose word and until when; refuses a decision that contradicts itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ecluse.enforcement.refusal import Refused
from ecluse.kernel.clock import iso


@dataclass(frozen=True, order=True)
class Host:
    """A host name in lower case, with everything below it unless `exact`."""

    name: str
    exact: bool = False


@dataclass(frozen=True)
class Decision:
    """A decision to cut hosts; the same facts in any order make the same object and hash.

    `named` holds every forbidden host; `approved` holds hosts that must stay reachable, always
    with what is below them. Where both claim a host, the longer name wins.
    """

    named: tuple[Host, ...]
    approved: tuple[Host, ...] = ()
    services: tuple[str, ...] = ()
    reason: str = ""
    author: str = ""
    date: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    until: dt.date | None = None

    def __post_init__(self) -> None:
        """Put everything in order; raise Refused where the decision contradicts itself."""
        for name in ("named", "approved"):
            object.__setattr__(self, name, _sorted(getattr(self, name)))
        object.__setattr__(self, "services", tuple(sorted(set(self.services))))
        object.__setattr__(self, "reason", one_line(self.reason))
        object.__setattr__(self, "author", one_line(self.author))
        forbidden = {host.name for host in self.named}
        both = sorted(forbidden & self._approved_names)
        if both:
            raise Refused(
                f"{both[0]} est à la fois interdit et approuvé\u00a0: retirez-le de l’une des deux "
                "listes. Rien n’a été écrit.",
                f"{both[0]} is both forbidden and approved: take it out of one of the two lists. "
                "Nothing was written.",
            )
        self._refuse_nesting()

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """Give the forbidden hosts without those that a forbidden parent already covers."""
        return tuple(host for host in self.named if self._above(host.name) != "forbidden")

    @cached_property
    def kept(self) -> tuple[Host, ...]:
        """Give the approved hosts that stand below a forbidden one: the exceptions to make."""
        return tuple(host for host in self.approved if self._above(host.name) == "forbidden")

    @cached_property
    def approved_alone(self) -> tuple[Host, ...]:
        """Give the approved hosts without those that an approved parent already covers."""
        wide = {host.name for host in self.approved if not host.exact}
        return tuple(h for h in self.approved if not any(p in wide for p in parents(h.name)))

    @cached_property
    def canonical(self) -> bytes:
        """Give the decision as one line of JSON, keys sorted, UTF-8: what the hash covers."""
        return json.dumps(
            self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    @cached_property
    def hash(self) -> str:
        """Give the SHA-256 of the canonical bytes, in hexadecimal."""
        return hashlib.sha256(self.canonical).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """Give the facts of the decision as JSON values."""
        return {
            "approved": [_as_json(host) for host in self.approved],
            "author": self.author,
            "date": iso(self.date),
            "forbidden": [_as_json(host) for host in self.named],
            "reason": self.reason,
            "services": list(self.services),
            "until": self.until.isoformat() if self.until else None,
        }

    def blocks(self, host: str) -> bool:
        """Tell whether this decision cuts `host` (lower case, no port)."""
        if host in self._approved_names:
            return False
        return host in self._names or self._above(host) == "forbidden"

    def approved_parent(self, name: str) -> str | None:
        """Give the nearest approved host above `name`."""
        return next((one for one in parents(name) if one in self._approved_names), None)

    def blocked_parent(self, name: str) -> str | None:
        """Give the nearest forbidden host above `name`, if one covers what is below it."""
        return next((one for one in parents(name) if one in self._suffixes), None)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(host.name for host in self.named)

    @cached_property
    def _suffixes(self) -> frozenset[str]:
        return frozenset(host.name for host in self.named if not host.exact)

    @cached_property
    def _approved_names(self) -> frozenset[str]:
        return frozenset(host.name for host in self.approved)

    def _above(self, name: str) -> str | None:
        for parent in parents(name):
            if parent in self._approved_names:
                return "approved"
            if parent in self._suffixes:
                return "forbidden"
        return None

    def _refuse_nesting(self) -> None:
        """A blocklist has one level of exceptions: refuse an exception to an exception."""
        for host in self.named:
            if self._above(host.name) != "approved":
                continue
            between = self.approved_parent(host.name)
            top = self.blocked_parent(between or "")
            if top:
                raise Refused(
                    f"{host.name} est interdit sous {between}, approuvé, lui-même sous {top}, "
                    "interdit\u00a0: aucune liste de blocage n’exprime cela sûrement. Retirez l’un "
                    "des trois. Rien n’a été écrit.",
                    f"{host.name} is forbidden below {between}, approved, itself below {top}, "
                    "forbidden: no blocklist expresses that safely. Take one of the three out. "
                    "Nothing was written.",
                )


def parents(name: str) -> Iterator[str]:
    """Give the names above `name`, nearest first."""
    _, _, rest = name.partition(".")
    while rest:
        yield rest
        _, _, rest = rest.partition(".")


def one_line(text: str) -> str:
    """Put a free text on one line without control characters, so that no comment can escape."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _sorted(hosts: Iterable[Host]) -> tuple[Host, ...]:
    """Sort by name; a host given both exactly and with what is below it is kept as the latter."""
    wide = {host.name for host in hosts if not host.exact}
    return tuple(sorted({host for host in hosts if not host.exact or host.name not in wide}))


def _as_json(host: Host) -> dict[str, Any]:
    return {"exact": host.exact, "host": host.name}
