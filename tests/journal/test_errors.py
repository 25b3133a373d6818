from __future__ import annotations

import ecluse.journal
from ecluse.journal import errors
from ecluse.kernel.text import Text


def test_a_refusal_has_a_code_and_two_sentences() -> None:
    refusal = errors.StartRefused("gap", Text(fr="Il manque.", en="Missing."))
    assert (refusal.code, refusal.text.fr, str(refusal)) == ("gap", "Il manque.", "Missing.")


def test_the_tree_of_refusals_is_the_one_drawn_in_the_package() -> None:
    drawn = ecluse.journal.__doc__ or ""
    kinds: list[type[Exception]] = [errors.JournalError, *errors.JournalError.__subclasses__()]
    assert len(kinds) == 5
    assert all(kind.__name__ in drawn and kind.__name__ in ecluse.journal.__all__ for kind in kinds)
