"""Values deep inside JSON events, and addresses as cloud services write them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from ecluse.discovery.parsing.hosts import plain, split_port


def dig(tree: Any, path: str) -> Any:
    """Follow a dotted path; a key that itself holds dots is found too, a list by number or first.

    None where the path leads nowhere.
    """
    if not path:
        return tree
    if isinstance(tree, list):
        head, _, rest = path.partition(".")
        if head.isdecimal() and head.isascii() and len(head) < 6:
            return dig(tree[int(head)], rest) if int(head) < len(tree) else None
        return dig(tree[0], path) if tree else None
    if not isinstance(tree, Mapping):
        return None
    cut = len(path)
    while cut > 0:
        if path[:cut] in tree:
            found = dig(tree[path[:cut]], path[cut + 1 :])
            if found is not None:
                return found
        cut = path.rfind(".", 0, cut)
    return None


def text(value: Any) -> str | None:
    """Give what is text or a number as text; None for the ways of saying nothing, and for the rest.

    Half characters, which JSON allows and UTF-8 does not, are replaced.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    found = plain(str(value).encode("utf-8", "replace").decode("utf-8"))
    return None if found in {"<null>", "undefined"} else found


def first(tree: Any, *paths: str) -> str | None:
    """Give the first of the paths that leads to a text or a number."""
    for path in paths:
        found = text(dig(tree, path))
        if found is not None:
            return found
    return None


def objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Give the objects of a list, or the one object that stands for a list of one."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, Mapping):
            yield item


def address(written: str | None) -> str | None:
    """Give an IP address in its shortest writing, without port, brackets or zone; None otherwise.

    An IPv4 address dressed as IPv6 (`::ffff:192.0.2.7`) is the IPv4 address.
    """
    if not written:
        return None
    name = split_port(written.strip())[0].strip("[]").partition("%")[0]
    try:
        found = ip_address(name)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)
