"""The one way in which a verb gives up."""

from __future__ import annotations

from ecluse.kernel.text import Lang, Text


class Stop(Exception):  # noqa: N818 - it ends the command; the sentence it carries says why
    """The command cannot go on: what happened, what was kept, what to do. Exit code 2."""


def stop(lang: Lang, fr: str, en: str) -> Stop:
    """Make a Stop in the person's language."""
    return Stop(Text(fr, en).to(lang))
