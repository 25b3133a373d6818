from __future__ import annotations

import re

import pytest

from ecluse.discovery.parsing import resolvers
from ecluse.discovery.record import UnreadableError


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "[1795376",
        "22-Nov-2026 19",
        "2026-11-22T19",
        "2026-11-22 19",
        "Nov 22 19",
        "Nov  2 19",
        "Nov 22 2026 19",
        "Sun Nov 22 19",
    ],
)
def test_a_good_hour_passes(stamp: str) -> None:
    resolvers.check_hour(stamp)
    if stamp and not stamp.startswith("["):
        assert re.fullmatch(resolvers.HOUR, stamp)


@pytest.mark.parametrize(
    "stamp",
    [
        "31-Nov-2026 19",
        "22-Nvo-2026 19",
        "2026-11-22T24",
        "Feb 29 19",
        "Nov 31 19",
        "0001-01-01T00",
    ],
)
def test_an_hour_that_may_not_be_is_refused(stamp: str) -> None:
    with pytest.raises(UnreadableError):
        resolvers.check_hour(stamp)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("192.0.2.7", True),
        ("2001:db8::7", True),
        ("::ffff:192.0.2.7", True),
        ("192.0.2", False),
        ("beef.cafe", False),
        ("::.", False),
    ],
)
def test_an_address_is_told_from_a_name(text: str, *, whole: bool) -> None:
    assert bool(re.fullmatch(resolvers.ADDRESS, text)) is whole


@pytest.mark.parametrize(
    ("place", "host"),
    [(b"Chat.Example.com.", "chat.example.com"), (b".", None), (b"a\\032b", None), (b"\xff", None)],
)
def test_a_name_is_given_as_a_host(place: bytes, host: str | None) -> None:
    assert resolvers.asked(place) == host
