from __future__ import annotations

import csv
import io
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.formats.defender_indicators import FORMAT
from ecluse.enforcement.refusal import Refused
from tests.enforcement import cases


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def read(data: bytes) -> cases.Matcher:
    found = rows(data)
    assert {row["Action"] for row in found} == {"Block"}
    wide = [row["IndicatorValue"] for row in found if row["IndicatorType"] == "DomainName"]
    alone = {
        urlsplit(row["IndicatorValue"]).hostname for row in found if row["IndicatorType"] == "Url"
    }

    def blocks(host: str) -> bool:
        return host in alone or any(f".{host}".endswith(f".{one}") for one in wide)

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=False))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_each_row_bears_the_end_and_the_hash_of_the_decision() -> None:
    made = cases.decision()
    for row in rows(produce(FORMAT, made)):
        assert row["ExpirationTime"] == "2027-03-31T23:59:59.0Z"
        assert made.hash in row["Description"]


def test_the_allow_list_allows() -> None:
    found = rows(produce(FORMAT, cases.decision(approved=cases.ALLOWED), allow=True))
    assert {row["Action"] for row in found} == {"Allowed"}


@pytest.mark.parametrize(("hosts", "fits"), [(500, True), (501, False)])
def test_it_refuses_more_than_one_import_takes(hosts: int, *, fits: bool) -> None:
    made = cases.decision(named=tuple(Host(f"d{rank}.example") for rank in range(hosts)))
    if fits:
        assert len(rows(produce(FORMAT, made))) == 500
        return
    with pytest.raises(Refused, match="501 entries, but the limit is 500"):
        produce(FORMAT, made)
