"""The few ways the journal says no, each with a stable code and a sentence in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecluse.kernel.text import Text


class JournalError(Exception):
    """A refusal: `code` never changes, `text` says what happened, what was kept, what to do."""

    def __init__(self, code: str, text: Text) -> None:
        super().__init__(text.en)
        self.code = code
        self.text = text


class StartRefused(JournalError):  # noqa: N818  (its name is what a caller must know)
    """The journal would not open: serving it would hide a loss or make two histories."""


class EventRefused(JournalError):  # noqa: N818  (idem)
    """An event that cannot become an entry; the others of the same call were not touched."""


class NotDurable(JournalError):  # noqa: N818  (idem)
    """Nothing was acknowledged: the bytes did not reach the disk."""


class Unproven(JournalError):  # noqa: N818  (idem)
    """Bytes that do not prove what they should: a note, a key, a proof, a token, a bundle."""
