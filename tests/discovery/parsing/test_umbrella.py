from __future__ import annotations

import pytest

from ecluse.discovery.parsing import umbrella
from ecluse.discovery.record import UnreadableError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"a","b"', ["a", "b"]),
        (' "a", "b, c" ,d', ["a", "b, c", "d"]),
        ('"a""b"', ['a"b']),
        ('"2026-04-15 \r\n10:50:04","htt\nps"', ["2026-04-15 10:50:04", "https"]),
    ],
)
def test_it_reads_the_cells_of_a_row(text: str, expected: list[str]) -> None:
    assert umbrella.cells(text) == expected


@pytest.mark.parametrize("text", ["", " \n", "a\rb,c"])
def test_it_refuses_what_is_no_row(text: str) -> None:
    with pytest.raises(UnreadableError):
        umbrella.cells(text)


@pytest.mark.parametrize(
    ("identity", "kind", "everyone", "kinds", "expected"),
    [
        ("jdoe", "AD Users", "jdoe,PC", "AD Users,AD Computers", "jdoe"),
        ("jdoe", "", "jdoe,Site", "", "jdoe"),
        ("Siege", "Networks", "Siege", "Networks", None),
        ("PC", "Roaming Computers", "PC,jdoe", "Roaming Computers,AD Users", "jdoe"),
        ("PC", "Roaming Computers", "PC,Doe, Jeanne,LAN", "Roaming Computers,AD Users,Networks",
         "Doe, Jeanne"),
        ("PC", "Roaming Computers", "PC", "Roaming Computers,AD Users", None),
        ("Doe (jdoe@example.org)", "SAML Users", "", "", "jdoe@example.org"),
        ("D ([j@e.org](mailto:j@e.org))", "Directory User", "", "", "j@e.org"),
        ("Doe (interim)", "AD Users", "", "", "Doe (interim)"),
    ],
)  # fmt: skip
def test_it_finds_the_person_among_the_identities(
    identity: str, kind: str, everyone: str, kinds: str, expected: str | None
) -> None:
    row = {"identity": identity, "type": kind, "all": everyone, "types": kinds}
    assert umbrella.person(row) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"internal": "192.0.2.1", "external": "203.0.113.9"}, "192.0.2.1"),
        ({"internal": "192.0.2.1:5353"}, "192.0.2.1"),
        ({"internal": "N/A", "external": "2001:DB8::7"}, "2001:db8::7"),
        ({}, None),
    ],
)
def test_it_prefers_the_address_of_the_machine(row: dict[str, str], expected: str | None) -> None:
    assert umbrella.source(row) == expected


def test_columns_that_are_shifted_are_refused() -> None:
    with pytest.raises(UnreadableError) as refusal:
        umbrella.source({"internal": "Jeanne"})
    assert refusal.value.reason == "columns"
