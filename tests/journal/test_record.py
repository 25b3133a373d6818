from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.journal.errors import EventRefused
from ecluse.journal.record import Actor, Clock, Event, draft, entry, event_from

WHO = Actor(id="u:7f3a", role="dpo", auth="sso")
TEXT = st.characters(exclude_categories=["Cs"])
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(TEXT, max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(TEXT, max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def written(event: Event, number: int = 7) -> dict[str, Any]:
    return dict(json.loads(entry(number, draft(event, "ecluse 0", Clock()))))


def test_an_entry_says_all_that_happened_with_its_keys_in_order() -> None:
    event = Event(
        kind="crisis.cut_applied",
        actor=WHO,
        case="c-12",
        object="service:chatgpt",
        reason='fuite « probable » "\\\n',
        approver="u:99",
        exercise=True,
        late=True,
        happened=datetime(2026, 11, 22, 8, 2, tzinfo=UTC),
        data={"b": [1, {"é": None}], "a": 1.5},
    )
    raw = entry(7, draft(event, "ecluse 0", Clock("ntp", 12.5)))
    said = json.loads(raw)
    assert list(said) == sorted(said)
    assert (
        raw == json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    )
    assert (said["seq"], said["v"], said["event"]) == (7, 1, "crisis.cut_applied")
    assert said["actor"] == {"auth": "sso", "id": "u:7f3a", "role": "dpo"}
    assert said["clock"] == {"offset_ms": 12.5, "source": "ntp"}
    assert said["reason"] == event.reason
    assert said["data"] == event.data
    assert (said["exercise"], said["late"]) == (True, True)
    assert said["happened"] == "2026-11-22T08:02:00Z"
    assert datetime.fromisoformat(said["ts"]).tzinfo is UTC


def test_absent_fields_are_not_written_and_salts_differ() -> None:
    first, second = (written(Event(kind="a.b", actor=WHO)) for _ in range(2))
    assert set(first) == {"actor", "clock", "event", "salt", "seq", "tool", "ts", "v"}
    assert first["salt"] != second["salt"]
    assert len(first["salt"]) == 32


@given(st.dictionaries(st.text(TEXT, max_size=8), JSON, min_size=1, max_size=4))
def test_any_json_survives(data: dict[str, Any]) -> None:
    said = written(Event(kind="a.b", actor=WHO, data=data))
    assert "masked" in said or said["data"] == data


@pytest.mark.parametrize(
    ("reason", "kept", "count"),
    [
        ("écrit par jean.dupont@corp.fr", "écrit par (e-mail)", 1),
        ("\n\tx@y.fr et z+1@a-b.co.uk.", "\n\t(e-mail) et (e-mail).", 2),
        ("5 @ 3, @home, a@b", "5 @ 3, @home, a@b", 0),
    ],
)
def test_addresses_never_reach_an_entry_and_are_counted(reason: str, kept: str, count: int) -> None:
    data = {"to@corp.fr": ["x", {"cc": "y@corp.fr"}]} if count else {}
    said = written(Event(kind="a.b", actor=WHO, reason=reason, data=data))
    assert said["reason"] == kept
    assert said.get("masked", 0) == (count + 2 if count else 0)
    assert not count or said["data"] == {"(e-mail)": ["x", {"cc": "(e-mail)"}]}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "nodot"}, "event_kind"),
        ({"kind": "A.b"}, "event_kind"),
        ({"kind": None}, "event_kind"),
        ({"actor": Actor(id="Jean Dupont")}, "event_actor.id"),
        ({"actor": Actor(id="jean@corp.fr")}, "event_actor.id"),
        ({"actor": Actor(id="u", role='x"')}, "event_actor.role"),
        ({"actor": Actor(id="u", auth="")}, "event_actor.auth"),
        ({"case": "c\\12"}, "event_case"),
        ({"object": 5}, "event_object"),
        ({"approver": "x" * 129}, "event_approver"),
        ({"reason": "x" * 2001}, "event_reason"),
        ({"reason": 5}, "event_reason"),
        ({"reason": "\ud800"}, "event_json"),
        ({"data": [1]}, "event_data"),
        ({"data": {"n": float("nan")}}, "event_json"),
        ({"data": {"n": object()}}, "event_json"),
        ({"data": {"n": "x" * 70_000}}, "event_size"),
    ],
)
def test_what_cannot_be_an_entry_is_refused_by_name(change: dict[str, Any], code: str) -> None:
    said: dict[str, Any] = {"kind": "a.b", "actor": WHO}
    event = Event(**(said | change))
    with pytest.raises(EventRefused) as refusal:
        draft(event, "ecluse 0", Clock())
    assert refusal.value.code == code
    assert "L’événement n’a pas été inscrit" in refusal.value.text.fr


def test_the_largest_entry_fits_in_an_entry_bundle() -> None:
    empty = len(entry(0, draft(Event(kind="a.b", actor=WHO, data={"n": ""}), "t", Clock())))
    room = 65_535 - empty - 31
    raw = entry(10**18, draft(Event(kind="a.b", actor=WHO, data={"n": "x" * room}), "t", Clock()))
    assert len(raw) <= 65_535
    with pytest.raises(EventRefused):
        draft(Event(kind="a.b", actor=WHO, data={"n": "x" * (room + 8)}), "t", Clock())


def test_a_line_of_json_becomes_an_event() -> None:
    line = {
        "event": "a.b",
        "actor": {"id": "u:1", "role": "dpo"},
        "case": None,
        "happened": "2026-11-22T09:00:00+01:00",
        "late": True,
    }
    event = event_from(line)
    assert event.actor == Actor(id="u:1", role="dpo", auth="none")
    assert written(event)["happened"] == "2026-11-22T08:00:00Z"
    assert event_from({"event": "a.b", "actor": "u:1"}).actor.id == "u:1"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (None, "event_json"),
        ([], "event_json"),
        ({"event": "a.b"}, "event_actor"),
        ({"event": "a.b", "actor": {"role": "x"}}, "event_actor"),
        ({"event": "a.b", "actor": {"id": "u", "name": "x"}}, "event_actor"),
        ({"event": "a.b", "actor": "u", "colour": 1}, "event_field"),
        ({"event": "a.b", "actor": "u", "late": "yes"}, "event_late"),
        ({"event": "a.b", "actor": "u", "happened": "yesterday"}, "event_happened"),
        ({"event": "a.b", "actor": "u", "happened": "2026-11-22T09:00:00"}, "event_happened"),
    ],
)
def test_a_line_that_is_no_event_is_refused_by_name(line: object, code: str) -> None:
    with pytest.raises(EventRefused) as refusal:
        event_from(line)
    assert refusal.value.code == code


def test_the_source_of_a_clock_is_an_identifier() -> None:
    with pytest.raises(ValueError, match="identifier"):
        Clock(source='x"')
