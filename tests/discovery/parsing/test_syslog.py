from __future__ import annotations

import pytest

from ecluse.discovery.parsing.syslog import Envelope, unwrap


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "<134>Nov 22 10:00:01 proxy squid[812]: hello",
            Envelope("Nov 22 10:00:01", "proxy", "squid", "hello"),
        ),
        (
            "2019-10-08T11:29:05+02:00 fw unbound[17265]: [1:2] info: x",
            Envelope("2019-10-08T11:29:05+02:00", "fw", "unbound", "[1:2] info: x"),
        ),
        ("Nov  2 10:00:01 dnsmasq[1]: q", Envelope("Nov  2 10:00:01", None, "dnsmasq", "q")),
        ("<188>date=2026-11-22 x=1", Envelope(None, None, None, "date=2026-11-22 x=1")),
        ("plain", Envelope(None, None, None, "plain")),
        ("", Envelope(None, None, None, "")),
    ],
)
def test_the_prefix_is_taken_off_if_there_is_one(line: str, expected: Envelope) -> None:
    assert unwrap(line) == expected
