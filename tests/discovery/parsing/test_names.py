from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ecluse.discovery.parsing import names
from ecluse.discovery.reader import Context
from ecluse.discovery.record import Record, UnreadableError

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (["Date et heure", "Hôte"], {"time": "Date et heure", "host": "Hôte"}),
        (["date", "heure", "url"], {"time": "date", "clock": "heure", "url": "url"}),
        (["timestamp", "heure"], {"time": "timestamp"}),
        (["Src_IP", "dst-host", "host"], {"source_ip": "Src_IP", "host": "dst-host"}),
        (["colour", "shape"], {}),
    ],
)
def test_names_are_known_without_case_accents_or_punctuation(
    columns: list[str], found: dict[str, str]
) -> None:
    assert names.recognised(columns) == found


def test_no_usual_name_stands_for_two_fields() -> None:
    known = [name for words in names.NAMES.values() for name in words]
    assert len(known) == len(set(known))
    assert all(names.folded(name) == name for name in known)


@pytest.mark.parametrize(
    ("fields", "enough"),
    [
        ({"host", "user"}, True),
        ({"app", "time"}, True),
        ({"host"}, False),
        ({"user", "time"}, False),
    ],
)
def test_visits_need_a_place_and_a_person_or_a_time(fields: set[str], *, enough: bool) -> None:
    assert names.tells_of_visits(dict.fromkeys(fields, "x")) is enough


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"host": "a.example:8443"}, "port", 8443),
        ({"host": "https://a.example/x?y"}, "path", "/x"),
        ({"url": "https://b.example/x", "host": "a.example"}, "host", "a.example"),
        ({"url": "https://b.example/x", "host": "a.example"}, "path", "/x"),
        ({"host": "a.example", "path": "/z?q=1"}, "path", "/z"),
        ({"host": "a.example", "port": "99999"}, "port", None),
        ({"host": "a.example", "bytes_up": "1\u00a0234"}, "bytes_up", 1234),
        ({"host": "a.example", "bytes_up": "12.5 ko"}, "bytes_up", None),
        ({"host": "a.example", "action": "Refusé"}, "action", "blocked"),
        ({"host": "a.example", "action": "Accepté"}, "action", "allowed"),
        ({"host": "a.example", "action": "DENIED"}, "action", "blocked"),
        ({"host": "a.example", "action": "login"}, "action", None),
        ({"host": "a.example", "source_ip": "laptop-12"}, "source_ip", "laptop-12"),
        ({"app": "Writer"}, "app", "Writer"),
    ],
)
def test_values_become_a_record(values: dict[str, str], field: str, value: object) -> None:
    record = names.record(values.get, CONTEXT)
    assert record is not None
    assert getattr(record, field) == value


def test_nothing_makes_no_record() -> None:
    assert names.record({"status": "200"}.get, CONTEXT) is None
    assert names.record({"user": "x"}.get, CONTEXT) == Record(user="x")


def test_a_time_format_is_obeyed() -> None:
    given = replace(CONTEXT, mapping={"time_format": "%d.%m.%y %H:%M %z"})
    read = names.moment("21.11.26 10:11 +0100", given)
    assert read == datetime(2026, 11, 21, 9, 11, tzinfo=UTC)
    with pytest.raises(UnreadableError):
        names.moment("2026-11-21T10:11:00Z", given)
