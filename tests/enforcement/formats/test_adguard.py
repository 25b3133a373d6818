from __future__ import annotations

from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.formats.adguard import FORMAT
from tests.enforcement import cases


def read(data: bytes) -> cases.Matcher:
    rules = cases.bare(data, "!")
    passes = [one[4:-1] for one in rules if one.startswith("@@||") and one.endswith("^")]
    wide = [one[2:-1] for one in rules if one.startswith("||") and one.endswith("^")]
    alone = {one for one in rules if one[0].isalnum()}
    assert len(passes) + len(wide) + len(alone) == len(rules)

    def within(host: str, names: list[str]) -> bool:
        return any(host == one or host.endswith("." + one) for one in names)

    def blocks(host: str) -> bool:
        # An exception wins over any block, however specific.
        return not within(host, passes) and (host in alone or within(host, wide))

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=True))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_the_allow_list_holds_exceptions_alone() -> None:
    rules = cases.bare(produce(FORMAT, cases.decision(approved=cases.ALLOWED), allow=True), "!")
    assert rules == ["@@||mail.example^", "@@||talk.example^"]
