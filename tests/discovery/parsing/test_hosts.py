from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.discovery.parsing import hosts


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("chatgpt.com:443", ("chatgpt.com", 443, None)),
        ("https://Claude.AI./chat?x=1#y", ("claude.ai", 443, "/chat")),
        ("http://user:pass@a.example/x", ("a.example", 80, "/x")),
        ("http://a.example:8080", ("a.example", 8080, None)),
        ("//a.example/x", ("a.example", None, "/x")),
        ("a.example/x/y", ("a.example", None, "/x/y")),
        ("www.example.com//x", ("www.example.com", None, "//x")),
        ("[2001:db8::1]:443", ("2001:db8::1", 443, None)),
        ("http://[2001:db8::1]/x", ("2001:db8::1", 80, "/x")),
        ("2001:db8::1", ("2001:db8::1", None, None)),
        ("https://éléphant.example/", ("xn--lphant-9uab.example", 443, "/")),
        ("https://a.example?q=chat", ("a.example", 443, None)),
        ("http://a.example:99999999/", ("a.example", 80, "/")),
        ("http:///x", (None, 80, "/x")),
        ("", (None, None, None)),
    ],
)
def test_urls_are_split_without_their_query(url: str, expected: tuple[object, ...]) -> None:
    assert hosts.split_url(url) == expected


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("A.Example.", "a.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:80", None),
        ("a b", None),
        ("-", None),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        (":7", None),
        ("_dmarc.example", "_dmarc.example"),
        ("x" * 300, None),
        (None, None),
    ],
)
def test_hosts_are_cleaned_or_refused(written: str | None, clean: str | None) -> None:
    assert hosts.clean_host(written) == clean


@pytest.mark.parametrize("token", ["", "-", " - ", "N/A", "None", "(null)", None])
def test_the_ways_of_saying_nothing_are_none(token: str | None) -> None:
    assert hosts.plain(token) is None


def test_numbers_that_are_not_are_none() -> None:
    assert [hosts.count(text) for text in ("12", "-1", "1e3", "٣", "9" * 40, None)] == [
        12,
        None,
        None,
        None,
        None,
        None,
    ]
    assert [hosts.status(text) for text in ("200", "000", "99", "1000")] == [200, None, None, None]


@given(st.text())
def test_no_text_is_too_strange_for_a_url(text: str) -> None:
    host, _, path = hosts.split_url(text)
    assert host is None or (host == host.lower() and not host.endswith("."))
    assert path is None or "?" not in path
