from __future__ import annotations

import pytest

from ecluse.catalogue.services import load_services
from ecluse.discovery.report.countries import UNKNOWN, Countries

CODES = sorted({one.country for one in load_services().by_id.values() if one.country})


@pytest.mark.parametrize("code", CODES)
def test_every_country_of_the_catalogue_has_a_name(code: str) -> None:
    found = Countries().of(code)
    assert code not in {found.name.fr, found.name.en}
    assert found.eea is not None


@pytest.mark.parametrize(
    ("code", "eea"), [("FR", True), ("NO", True), ("CH", False), ("GB", False), ("US", False)]
)
def test_it_knows_who_is_in_the_european_economic_area(code: str, *, eea: bool) -> None:
    assert Countries().of(code).eea is eea


def test_it_counts_thirty_members_of_that_area() -> None:
    assert sum(one.eea is True for one in map(Countries().of, _all_codes())) == 30


def _all_codes() -> list[str]:
    letters = [chr(one) for one in range(ord("A"), ord("Z") + 1)]
    return [first + second for first in letters for second in letters]


def test_a_country_it_does_not_know_keeps_its_code_and_no_side() -> None:
    found = Countries().of("ZZ")
    assert (found.name.fr, found.eea) == ("ZZ", None)
    assert Countries().of(None).name == UNKNOWN
