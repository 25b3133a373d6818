from __future__ import annotations

from pathlib import Path
from typing import Any

from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.displacement import Displacement, compare
from tests.enforcement import cases, usage_files
from tests.enforcement.usage_files import visit

DECISION = Decision((Host("talker.example"),), services=("talker",), date=cases.DATE)
BEFORE = [
    *(visit(f"u-{rank}", "talker.example", rank) for rank in range(1, 6)),
    visit("u-3", "helper.example", 1),
    visit("u-7", "talker.example", 1, action="blocked"),
    visit("u-1", "www.talker.example", 13, format="dnsmasq", source=1),
]
AFTER = [
    visit("u-1", "talker.example", 20),
    visit("u-2", "talker.example", 20, action="blocked"),
    visit("u-2", "helper.example", 21),
    visit("u-2", "unknown-ai.example", 21, kind="candidate"),
    visit("u-3", "helper.example", 22),
    visit("u-4", "talker.example", 22, action="blocked"),
    visit("u-6", "talker.example", 22),
]


def _compare(
    tmp_path: Path, before: list[dict[str, Any]], after: list[dict[str, Any]]
) -> Displacement:
    first = usage_files.write(tmp_path / "before", before)
    second = usage_files.write(tmp_path / "after", after)
    return compare(DECISION, first, second, usage_files.services(tmp_path))


def test_everyone_who_used_it_is_counted_once(tmp_path: Path) -> None:
    found = _compare(tmp_path, BEFORE, AFTER)
    assert found.people == 5
    assert (found.still, found.moved, found.others, found.gone) == (1, 1, 1, 2)
    assert found.people == found.still + found.moved + found.others + found.gone
    assert (found.tried, found.newcomers) == (2, 1)


def test_it_says_where_use_moved(tmp_path: Path) -> None:
    found = _compare(tmp_path, BEFORE, AFTER)
    assert found.moved_to == (("helper", 1), ("unknown-ai.example", 1))


def test_it_says_that_the_second_period_is_shorter_and_has_fewer_sources(tmp_path: Path) -> None:
    said = [text.en for text in _compare(tmp_path, BEFORE, AFTER).coverage()]
    assert any("3 days against 13" in one for one in said)
    assert any("(1 against 2)" in one for one in said)
    assert any("dnsmasq" in one for one in said)


def test_the_same_usage_twice_weakens_nothing_but_what_stays_outside(tmp_path: Path) -> None:
    found = _compare(tmp_path, BEFORE, BEFORE)
    assert (found.still, found.moved, found.gone) == (5, 0, 0)
    assert len(found.coverage()) == 1


def test_two_folders_without_anyone_in_common_prove_nothing(tmp_path: Path) -> None:
    after = [visit("other-key", "helper.example", 20)]
    found = _compare(tmp_path, BEFORE, after)
    assert found.gone == 5
    assert any("proves nothing" in text.en for text in found.coverage())


def test_the_published_object_adds_up(tmp_path: Path) -> None:
    made = _compare(tmp_path, BEFORE, AFTER).as_json("fr")
    assert made["people_before"] == 5
    assert made["moved_to"][0] == {"name": "helper", "people": 1}
