"""Elements of HTML and SVG in which text is escaped by construction; it parses nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

VOID = frozenset({"meta", "col", "br"})


class Markup(str):
    """Text that is already markup. Any other text is escaped on its way into an element."""

    __slots__ = ()


def join(parts: Iterable[str]) -> Markup:
    """Put parts side by side, escaping those that are not Markup."""
    return Markup("".join(part if isinstance(part, Markup) else escape(part) for part in parts))


def tag(name: str, /, *children: str, **attributes: str | None) -> Markup:
    """Make an element; an attribute that is None is left out, `class_` and `aria_label` are read
    as `class` and `aria-label`.
    """  # noqa: D205 - one sentence, on two lines
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")
