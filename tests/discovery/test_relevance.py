from __future__ import annotations

from functools import cache

import pytest

from ecluse.catalogue.services import load_blindness, load_services
from ecluse.catalogue.signals import load_signals
from ecluse.discovery.relevance import Kind, Lookup, bare_app, suffixes


@cache
def lookup() -> Lookup:
    return Lookup(load_services(), load_blindness(), load_signals())


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("chatgpt.com", "service"),
        ("ab.chatgpt.com", "service"),
        ("xchatgpt.com.example", "candidate"),
        ("notes-ai.example", "candidate"),
        ("brainai.example", ""),
        ("openwebui.lan", ""),
        ("www.bing.com", "shared"),
        ("dns.google", "doh"),
        ("nordvpn.com", "vpn"),
        ("198.51.100.7", "address"),
        ("2001:db8::7", "address"),
        ("intranet.example", ""),
        ("mail.example", ""),
    ],
)
def test_a_host_is_of_one_kind(host: str, kind: Kind) -> None:
    assert lookup().kind(host) == kind
    assert lookup().kind(host) == kind, "the answer remembered is the same"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/chat", "www.bing.com/chat"),
        ("/chat/x", "www.bing.com/chat"),
        ("/chatter", None),
        ("/", None),
        (None, None),
    ],
)
def test_a_shared_host_names_a_service_by_its_path_alone(
    path: str | None, place: str | None
) -> None:
    assert lookup().place("www.bing.com", path) == place
    assert lookup().place("intranet.example", path) is None


@pytest.mark.parametrize(
    ("path", "api"),
    [
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/proxy/v1/messages", "/v1/messages"),
        ("/v1beta/models/m:generateContent", ":generateContent"),
        ("/index.html", None),
        ("", None),
        (None, None),
    ],
)
def test_a_path_may_be_that_of_a_model(path: str | None, api: str | None) -> None:
    assert lookup().api(path) == api


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ChatGPT", "service"),
        ("chatgpt", "service"),
        ("ChatGPT (Word)", "service"),
        ("Our Copilot", "candidate"),
        ("Example Wiki", ""),
    ],
)
def test_an_application_is_known_by_its_name(name: str, kind: Kind) -> None:
    assert lookup().app(name) == kind


@pytest.mark.parametrize(
    ("mime", "streams"), [("text/event-stream", True), ("text/html", False), (None, False)]
)
def test_an_answer_that_streams_is_told(mime: str | None, *, streams: bool) -> None:
    assert lookup().streams(mime) is streams


@pytest.mark.parametrize(
    ("host", "expected"),
    [("a.b.c.d", ["a.b.c.d", "b.c.d", "c.d"]), ("c.d", ["c.d"]), ("intranet", ["intranet"])],
)
def test_suffixes_go_from_the_longest_to_two_labels(host: str, expected: list[str]) -> None:
    assert suffixes(host) == expected


@pytest.mark.parametrize(
    ("name", "bare"),
    [("Gemini (docs)", "Gemini"), ("Gemini", "Gemini"), ("Writer (beta", "Writer (beta")],
)
def test_what_an_application_was_used_from_is_no_part_of_its_name(name: str, bare: str) -> None:
    assert bare_app(name) == bare
