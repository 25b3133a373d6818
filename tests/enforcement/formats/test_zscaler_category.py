from __future__ import annotations

import json

from hypothesis import given, settings

from ecluse.enforcement.artefact import produce
from ecluse.enforcement.decision import Decision
from ecluse.enforcement.formats.zscaler_category import FORMAT
from tests.enforcement import cases


def read(data: bytes) -> cases.Matcher:
    urls = json.loads(data)["urls"]

    def blocks(host: str) -> bool:
        return any(f".{host}".endswith(one) if one[0] == "." else host == one for one in urls)

    return blocks


@settings(deadline=None)
@given(cases.decisions(exceptions=False))
def test_it_cuts_what_was_decided_and_nothing_else(made: Decision) -> None:
    cases.check(FORMAT, read, made)


def test_the_category_is_one_that_the_interface_takes_and_bears_its_facts() -> None:
    made = cases.decision()
    body = json.loads(produce(FORMAT, made))
    assert body["customCategory"] is True
    assert body["superCategory"] == "USER_DEFINED"
    assert made.hash in body["description"]
    assert json.loads(produce(FORMAT, cases.decision(approved=cases.ALLOWED), allow=True))[
        "urls"
    ] == [
        ".mail.example",
        ".talk.example",
    ]
