"""Which hosts and applications matter to this question; all others are counted, never kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from ecluse.catalogue.services import Blindness, Services
from ecluse.catalogue.signals import Signals
from ecluse.discovery.parsing.hosts import is_address

# service: in the catalogue · shared: serves AI under some of its paths only · candidate: looks
# like AI, in no list · doh, vpn, relay: hides what people do · address: a bare IP · "": the rest
Kind = Literal["service", "shared", "candidate", "doh", "vpn", "relay", "address", ""]
LEAST_WEIGHT = 2
_CACHE = 1 << 17


@dataclass(slots=True)
class Lookup:
    """Answers what a host is, remembering its answers; safe to hand to other processes."""

    services: Services
    blindness: Blindness
    signals: Signals
    _known: dict[str, Kind] = field(default_factory=dict, repr=False)
    _marks: dict[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False)
    _apis: tuple[str, ...] = field(default=(), repr=False)
    _shared: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for service in self.services.by_id.values():
            for domain in service.domains:
                if domain.shared:
                    self._shared.setdefault(domain.host, []).extend(domain.paths)

    def kind(self, host: str) -> Kind:
        """Tell what a host is: lower case, without port."""
        known = self._known.get(host)
        if known is None:
            if len(self._known) >= _CACHE:
                self._known.clear()
            known = self._known[host] = self._find(host)
        return known

    def _find(self, host: str) -> Kind:
        if is_address(host):
            return "address"
        blind = self.blindness.match(host)
        if blind:
            return blind
        if self.services.match(host):
            return "service"
        if any(suffix in self._shared for suffix in suffixes(host)):
            return "shared"
        if host.endswith((".arpa", ".local", ".lan")):
            return ""
        weight = sum(match.weight for match in self.signals.of_host(host))
        return "candidate" if weight >= LEAST_WEIGHT else ""

    def marks(self, where: str) -> tuple[bytes, ...]:
        """Give the literals of a kind of signal as bytes, without those that hold another one."""
        known = self._marks.get(where)
        if known is None:
            words = self.signals.literals(where)
            least = [w for w in words if not any(o != w and o in w for o in words)]
            known = self._marks[where] = tuple(word.encode() for word in least)
        return known

    def api(self, path: str | None) -> str | None:
        """Give the path of a model API that this path holds, or None."""
        if not path or not any(mark in path for mark in self._api_marks()):
            return None
        return self.signals.path_of(path)

    def _api_marks(self) -> tuple[str, ...]:
        if not self._apis:
            self._apis = tuple(mark.decode() for mark in self.marks("path"))
        return self._apis

    def streams(self, mime: str | None) -> bool:
        """Tell whether the answer came as a stream of events."""
        return bool(mime) and str(mime).encode() in self.marks("mime")

    def place(self, host: str, path: str | None) -> str | None:
        """Give host and path rule (`www.bing.com/chat`) where a path on a shared host names one."""
        if not path or self.kind(host) != "shared":
            return None
        for suffix in suffixes(host):
            for rule in sorted(self._shared.get(suffix, ()), key=len, reverse=True):
                if path == rule or path.startswith(rule + "/"):
                    return suffix + rule
        return None

    def app(self, name: str) -> Kind:
        """Tell what an application is, from the name that a product gives it."""
        if self.services.with_app(bare_app(name)):
            return "service"
        words = name.lower().replace(" ", "-").replace("_", "-")
        weight = sum(match.weight for match in self.signals.of_host(words))
        return "candidate" if weight >= LEAST_WEIGHT else ""


def suffixes(host: str) -> list[str]:
    """Give the host, then each domain above it down to two labels: the longest first."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(max(1, len(labels) - 1))]


def bare_app(name: str) -> str:
    """Give an application's name without what it was used from: `Gemini (docs)` is Gemini."""
    bare, bracket, _ = name.partition(" (")
    return bare if bracket and name.endswith(")") else name
