"""What an entry says, as canonical UTF-8 JSON; it stores nothing and lets no address through."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from ecluse.journal.errors import EventRefused
from ecluse.journal.tiles import MAX_ENTRY
from ecluse.kernel import clock
from ecluse.kernel.text import Text

VERSION = 1
MAX_REASON = 2_000
ROOM_FOR_SEQ = 32
_KIND = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MASK = "(e-mail)"
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


class Draft(NamedTuple):
    """An entry in two halves: its number goes between them when the batch is written."""

    head: bytes
    tail: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acted: a pseudonym, never a name; the role held; how the person was recognised."""

    id: str
    role: str = "system"
    auth: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened.

    `kind` is `area.what_happened`; `case`, `object` and `approver` are identifiers, without
    spaces or addresses; `happened` is when it took place if that is not now; `late` says that it
    is entered after the fact; `data` is any JSON object.
    """

    kind: str
    actor: Actor
    case: str | None = None
    object: str | None = None
    reason: str | None = None
    approver: str | None = None
    exercise: bool = False
    late: bool = False
    happened: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the time of entries comes from, and its known offset in milliseconds, if measured."""

    source: str = "system"
    offset_ms: float | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.source):
            raise ValueError("the source of a clock must be an identifier")


def _refused(name: str, fr: str, en: str) -> EventRefused:
    return EventRefused(
        f"event_{name}",
        Text(
            fr=f"L’événement n’a pas été inscrit\u00a0: {fr}. Corrigez-le puis renvoyez-le.",
            en=f"The event was not entered: {en}. Correct it and send it again.",
        ),
    )


def _not_identifier(name: str) -> EventRefused:
    return _refused(
        name,
        f"«\u00a0{name}\u00a0» doit être un identifiant de 128 caractères au plus "
        "(lettres, chiffres et . _ : / # -), ni un nom ni une adresse",
        f"“{name}” must be an identifier of at most 128 characters (letters, digits and "
        ". _ : / # -), neither a name nor an address",
    )


def _identifiers(event: Event) -> Iterator[tuple[str, object]]:
    actor = event.actor
    yield from (("actor.id", actor.id), ("actor.role", actor.role), ("actor.auth", actor.auth))
    optional = (("case", event.case), ("object", event.object), ("approver", event.approver))
    yield from (pair for pair in optional if pair[1] is not None)


def _identified(event: Event) -> bool:
    """Tell whether all identifiers are good; unrolled, as every exchange passes here."""
    actor, good = event.actor, _ID.fullmatch
    try:
        return bool(
            good(actor.id)
            and good(actor.role)
            and good(actor.auth)
            and (event.case is None or good(event.case))
            and (event.object is None or good(event.object))
            and (event.approver is None or good(event.approver))
        )
    except TypeError:
        return False


def _check(event: Event) -> None:
    if not isinstance(event.kind, str) or not _KIND.fullmatch(event.kind):
        raise _refused(
            "kind",
            "«\u00a0event\u00a0» doit s’écrire domaine.fait, en minuscules sans accent",
            "“event” must be written area.fact, in plain lower-case letters",
        )
    if not _identified(event):
        for name, value in _identifiers(event):
            if not isinstance(value, str) or not _ID.fullmatch(value):
                raise _not_identifier(name)
    if event.reason is not None and (
        not isinstance(event.reason, str) or len(event.reason) > MAX_REASON
    ):
        raise _refused(
            "reason",
            f"«\u00a0reason\u00a0» doit être un texte de {MAX_REASON} caractères au plus",
            f"“reason” must be a text of at most {MAX_REASON} characters",
        )
    if not isinstance(event.data, (dict, Mapping)):
        raise _refused(
            "data", "«\u00a0data\u00a0» doit être un objet JSON", "“data” must be an object"
        )


def _dump(value: object) -> str:
    try:
        text = _ENCODER.encode(value)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise _refused(
            "json",
            "une valeur ne s’écrit pas en JSON (type, nombre infini ou texte mal encodé)",
            "a value cannot be written as JSON (type, infinite number or ill-encoded text)",
        ) from error
    return text


def _masked(value: Any) -> tuple[Any, int]:
    """Replace e-mail addresses anywhere in a JSON value; give how many there were."""
    if isinstance(value, str):
        return _ADDRESS.subn(_MASK, value)
    if isinstance(value, Mapping):
        pairs = [(_masked(str(key)), _masked(item)) for key, item in value.items()]
        return {k: v for (k, _), (v, _) in pairs}, sum(n + m for (_, n), (_, m) in pairs)
    if isinstance(value, list | tuple):
        items = [_masked(item) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    return value, 0


def _clean(event: Event) -> tuple[str, str, int]:
    """Give the reason and the data as JSON text without e-mail addresses, and how many went."""
    reason = "" if event.reason is None else _dump(event.reason)
    data = _dump(event.data if type(event.data) is dict else dict(event.data)) if event.data else ""
    if "@" not in reason and "@" not in data:
        return reason, data, 0
    (said, told), count = _masked((event.reason, event.data))
    return _dump(said) if reason else "", _dump(told) if data else "", count


def without_addresses(event: Event) -> Event:
    """Give the event as it may wait or be logged: no e-mail address, their number in `data`."""
    (reason, data), count = _masked((event.reason, event.data))
    return replace(event, reason=reason, data={**data, "masked": count}) if count else event


def _head(event: Event, source: Clock) -> str:
    """Write what comes before the number, keys in order.

    By hand, because it is on the path of every exchange: identifiers were checked to need no
    escape, so that only free values go through the JSON encoder.
    """
    reason, data, masked = _clean(event)
    actor, offset = event.actor, "null" if source.offset_ms is None else source.offset_ms
    said = [f'{{"actor":{{"auth":"{actor.auth}","id":"{actor.id}","role":"{actor.role}"}}']
    if event.approver is not None:
        said.append(f'"approver":"{event.approver}"')
    if event.case is not None:
        said.append(f'"case":"{event.case}"')
    said.append(f'"clock":{{"offset_ms":{offset},"source":"{source.source}"}}')
    if data:
        said.append(f'"data":{data}')
    said.append(f'"event":"{event.kind}"')
    if event.exercise:
        said.append('"exercise":true')
    if event.happened is not None:
        said.append(f'"happened":"{clock.iso(event.happened)}"')
    if event.late:
        said.append('"late":true')
    if masked:
        said.append(f'"masked":{masked}')
    if event.object is not None:
        said.append(f'"object":"{event.object}"')
    if reason:
        said.append(f'"reason":{reason}')
    said.append(f'"salt":"{os.urandom(16).hex()}"')
    return ",".join(said)


def draft(event: Event, tool: str, source: Clock) -> Draft:
    """Write an event as everything of an entry but its number; absent fields are not written.

    E-mail addresses are replaced and counted in `masked`; a random salt keeps the leaf hash from
    being guessed once the entry itself is withheld. EventRefused names the field at fault.
    """
    _check(event)
    head = _head(event, source).encode()
    moment = clock.now().isoformat(timespec="microseconds")[: -len("+00:00")]
    tail = f',"tool":"{tool}","ts":"{moment}Z","v":{VERSION}}}'.encode()
    if len(head) + len(tail) + ROOM_FOR_SEQ > MAX_ENTRY:
        raise _refused(
            "size",
            f"il dépasse {MAX_ENTRY} octets\u202f; déposez le contenu comme pièce et citez-la",
            f"it is over {MAX_ENTRY} bytes; file the content as an exhibit and cite that",
        )
    return Draft(head, tail)


def entry(number: int, half: Draft) -> bytes:
    """Give the exact bytes of an entry: the draft with its number, keys in sorted order."""
    return b'%b,"seq":%d%b' % (half.head, number, half.tail)


def event_from(value: object) -> Event:
    """Read an event from parsed JSON, `event` standing for the kind; refuse unknown fields."""
    if not isinstance(value, dict):
        raise _refused("json", "la ligne n’est pas un objet JSON", "the line is no JSON object")
    rest = dict(value)
    rest["kind"] = rest.pop("event", None)
    rest["actor"] = _actor_from(rest.get("actor"))
    unknown = sorted(set(rest) - {item.name for item in fields(Event)})
    if unknown:
        raise _refused(
            "field",
            f"champ inconnu «\u00a0{unknown[0][:40]}\u00a0»",
            f"unknown field “{unknown[0][:40]}”",
        )
    for name in ("exercise", "late"):
        if not isinstance(rest.get(name, False), bool):
            raise _refused(name, f"«\u00a0{name}\u00a0» doit être vrai ou faux", f"“{name}”: bool")
    if rest.get("happened") is not None:
        rest["happened"] = _moment(rest["happened"])
    return Event(**rest)


def _actor_from(value: object) -> Actor:
    if isinstance(value, str):
        return Actor(id=value)
    if isinstance(value, dict) and "id" in value and set(value) <= {"id", "role", "auth"}:
        return Actor(**value)
    raise _refused(
        "actor",
        "«\u00a0actor\u00a0» doit être un identifiant, ou un objet avec id, role et auth",
        "“actor” must be an identifier, or an object with id, role and auth",
    )


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _refused(
            "happened",
            "«\u00a0happened\u00a0» doit être une date ISO 8601 avec son fuseau",
            "“happened” must be an ISO 8601 time with its zone",
        )
    return moment
