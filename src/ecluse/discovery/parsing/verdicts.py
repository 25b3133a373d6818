"""The words by which firewalls say what they did, brought to two; the others say nothing here."""

from __future__ import annotations

import re

from ecluse.discovery.record import Action

# Whole words, or beginnings where products decline them: blocked, block-url, reset-both, denied.
_BLOCKED = re.compile(
    r"(?:block|den(?:y|ied)|drop|reset|reject|refus|discard|sinkhole|quarantin|prevent|isolat"
    r"|terminat|override-lockout)",
    re.IGNORECASE,
)
_ALLOWED = re.compile(
    r"(?:allow|pass|permit|accept|monitor|alert|log|detect|bypass|exempt|continue|override)",
    re.IGNORECASE,
)


def verdict(word: str | None) -> Action | None:
    """Read an action's first word; None for what tells neither, such as `login` or `close`."""
    if not word:
        return None
    if _BLOCKED.match(word):
        return "blocked"
    if _ALLOWED.match(word) and not word.lower().startswith(("login", "logout", "logon", "logoff")):
        return "allowed"
    return None
