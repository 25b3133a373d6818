"""The one way in which enforcement says no: a sentence in both languages, never a silent cut."""

from __future__ import annotations

from ecluse.kernel.text import Text


class Refused(ValueError):  # noqa: N818 - it is an answer; the sentence it carries says why
    """What was asked cannot be done safely: why, and what to do instead."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(fr, en)
