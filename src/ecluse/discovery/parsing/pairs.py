"""`key=value` pairs, bare or quoted, as firewalls write them."""

from __future__ import annotations

import re

_PAIR = re.compile(r'([A-Za-z_][\w.@-]*)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')


def pairs(text: str) -> dict[str, str]:
    """Read every `key=value`; the last of a repeated key wins; empty values are left out."""
    found: dict[str, str] = {}
    for key, quoted, bare in _PAIR.findall(text):
        value = quoted or bare
        if value:
            found[key] = value
    return found
