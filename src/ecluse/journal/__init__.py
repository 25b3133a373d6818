"""The evidence journal: an append-only Merkle log that anyone can check offline.

    with Journal.open(folder) as journal:
        receipt = journal.append(Event(kind="crisis.cut_applied", actor=Actor(id="u:7f3a")))
        note = journal.checkpoint()

What can come out instead of a result, each with a stable `code` and a `text` in two languages::

    JournalError
    ├── StartRefused   it would not open: busy, gap, rollback, root, key…; nothing was changed
    ├── EventRefused   this event cannot be an entry; correct it
    ├── NotDurable     the entry is not on disk and was not acknowledged; see `space` for the rule
    └── Unproven       bytes that do not prove what they should
"""

from ecluse.journal.commit import Receipt
from ecluse.journal.errors import EventRefused, JournalError, NotDurable, StartRefused, Unproven
from ecluse.journal.journal import Journal, Settings
from ecluse.journal.late import Spooled
from ecluse.journal.reader import Reader
from ecluse.journal.record import Actor, Clock, Event
from ecluse.journal.space import Watermarks

__all__ = [
    "Actor",
    "Clock",
    "Event",
    "EventRefused",
    "Journal",
    "JournalError",
    "NotDurable",
    "Reader",
    "Receipt",
    "Settings",
    "Spooled",
    "StartRefused",
    "Unproven",
    "Watermarks",
]
