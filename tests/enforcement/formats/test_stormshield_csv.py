from __future__ import annotations

import csv

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.formats.stormshield_csv import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases

EXPORT = (
    "#name,#ip/fqdn,#date,#revision,#comment\r\n"
    'erp,erp.example.com,2026/01/02,1.2,"le nôtre, à garder"\r\n'
    "erp,192.0.2.14,,,\r\n"
    "ecluse-blocked,old.example,2026/01/02,,\r\n"
    "ecluse-approved,chat.example,,,\r\n"
    "\r\n"
).encode()


def rows(data: bytes) -> list[list[str]]:
    lines = data.decode().split("\n")
    assert lines[-2:] == ["", ""], "a blank line must follow the last entry"
    return [row for row in csv.reader(lines) if row and not row[0].startswith("#")]


def read(data: bytes) -> cases.Matcher:
    names = [row[1] for row in rows(data) if row[0] == "ecluse-blocked"]
    assert all(name.count("*") <= 1 for name in names)

    def blocks(host: str) -> bool:
        return any(host.endswith(one[1:]) if one.startswith("*") else host == one for one in names)

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=False))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_an_export_comes_back_with_our_service_replaced_and_the_others_untouched() -> None:
    made = cases.decision()
    merged = produce(FORMAT, made, export=(EXPORT, "export.csv"))
    found = rows(merged)
    assert found[:3] == [
        ["erp", "erp.example.com", "2026/01/02", "1.2", "le nôtre, à garder"],
        ["erp", "192.0.2.14", "", "", ""],
        ["ecluse-approved", "chat.example", "", "", ""],
    ]
    assert "old.example" not in merged.decode()
    assert read(merged)("www.blocked.example")
    assert made.hash in next(row for row in found if row[0] == "ecluse-blocked")[4]


def test_merging_twice_changes_nothing_more() -> None:
    once = produce(FORMAT, cases.decision(), export=(EXPORT, "export.csv"))
    assert produce(FORMAT, cases.decision(), export=(once, "export.csv")) == once


def test_the_allow_list_replaces_the_approved_service_alone() -> None:
    merged = produce(
        FORMAT, cases.decision(approved=cases.ALLOWED), allow=True, export=(EXPORT, "export.csv")
    )
    names = {(row[0], row[1]) for row in rows(merged)}
    assert ("ecluse-blocked", "old.example") in names
    assert ("ecluse-approved", "*.mail.example") in names


@pytest.mark.parametrize(
    ("export", "place"),
    [
        (b"erp,a.example,,,\nnot a service\n", "export.csv:2"),
        (b"erp,,,,\n", "export.csv:1"),
        (b"\xff\xfe", "export.csv"),
    ],
)
def test_it_names_the_line_of_an_export_that_is_not_one(export: bytes, place: str) -> None:
    with pytest.raises(Refused, match=place):
        produce(FORMAT, cases.decision(), export=(export, "export.csv"))
