from __future__ import annotations

import pytest

from ecluse.plan.state import LABELS, State


@pytest.mark.parametrize(
    ("state", "name", "fr", "en"),
    [
        (State.PROVEN, "proven", "prouvé", "proven"),
        (State.PARTIAL, "partial", "partiel", "partial"),
        (State.DECLARED, "declared", "déclaré", "declared"),
        (State.STALE, "stale", "périmé", "stale"),
        (State.CONTRADICTED, "contradicted", "contredit", "contradicted"),
        (State.NOT_MEASURED, "not-measured", "non mesuré", "not measured"),
    ],
)
def test_a_state_has_an_id_and_a_word_in_each_language(
    state: State, name: str, fr: str, en: str
) -> None:
    assert state == name
    assert (state.label.fr, state.label.en) == (fr, en)


def test_every_state_has_its_word() -> None:
    assert set(LABELS) == set(State)
