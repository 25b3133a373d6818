from __future__ import annotations

from ecluse.enforcement.refusal import Refused


def test_a_refusal_carries_both_languages() -> None:
    refused = Refused("non", "no")
    assert (refused.text.fr, refused.text.en, str(refused)) == ("non", "no", "no")
