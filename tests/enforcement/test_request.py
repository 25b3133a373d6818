from __future__ import annotations

from pathlib import Path

import pytest

from ecluse.catalogue.services import Services, load_services
from ecluse.enforcement.decision import Host
from ecluse.enforcement.refusal import Refused
from ecluse.enforcement.request import Line, Outcome, Terms, decide, read_list
from tests.enforcement import cases

OWN = """
[[service]]
id = "talker"
name = "Talker"
kind = "assistant"
[[service.domains]]
host = "talker.example"
[[service.domains]]
host = "cdn.elsewhere.example"
exact = true
[[service.domains]]
host = "portal.example"
shared = true
paths = ["/talk"]

[[service]]
id = "talker-api"
name = "Talker API"
kind = "api"
[[service.domains]]
host = "api.talker.example"

[[service]]
id = "inside"
name = "Inside"
kind = "embedded"
[[service.domains]]
host = "office.talker.example"
shared = true

[[service]]
id = "only-app"
name = "Only app"
kind = "assistant"
apps = ["OnlyApp"]
"""
TERMS = Terms("because", "Alice", cases.DATE)


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    path: Path = tmp_path_factory.mktemp("own") / "own.toml"
    path.write_text(OWN)
    return load_services([path])


def _decide(services: Services, forbidden: str, approved: str = "") -> Outcome:
    cut, passed = (
        read_list(text.encode(), name) for text, name in ((forbidden, "f"), (approved, "a"))
    )
    return decide(services, cut, passed, TERMS)


def test_a_list_is_read_with_its_line_numbers() -> None:
    found = read_list(b"\xef\xbb\xbf# why\n\ntalker # the first\r\nb.example\n", "list.txt")
    assert found == [Line("talker", "list.txt:3"), Line("b.example", "list.txt:4")]


def test_a_list_that_is_not_text_names_its_line() -> None:
    with pytest.raises(Refused, match=r"list\.txt:2"):
        read_list(b"a.example\n\xff\n", "list.txt")


def test_a_service_is_cut_without_its_shared_hosts_which_are_named(services: Services) -> None:
    found = _decide(services, "talker")
    assert found.decision.services == ("talker",)
    assert found.decision.hosts == (
        Host("cdn.elsewhere.example", exact=True),
        Host("talker.example"),
    )
    assert ("talker", "portal.example") in found.shared
    assert not found.decision.blocks("portal.example")


def test_a_shared_host_below_a_forbidden_domain_stays_reachable(services: Services) -> None:
    found = _decide(services, "talker")
    assert ("inside", "office.talker.example") in found.shared
    assert found.decision.kept == (Host("office.talker.example"),)


def test_what_else_a_parent_domain_takes_along_is_said(services: Services) -> None:
    assert _decide(services, "talker").also == (("talker-api", "api.talker.example"),)
    assert _decide(services, "talker", "talker-api").also == ()
    assert _decide(services, "talker\ntalker-api").also == ()


def test_an_approved_service_below_a_forbidden_one_stays_reachable(services: Services) -> None:
    made = _decide(services, "talker", "talker-api").decision
    assert made.blocks("www.talker.example")
    assert not made.blocks("v1.api.talker.example")


@pytest.mark.parametrize(
    ("asked", "place", "said"),
    [
        ("a.example\nportal.example", "f:2", "shared domain"),
        ("www.portal.example", "f:1", "shared domain"),
        ("inside", "f:1", "shared domains only"),
        ("only-app", "f:1", "no domain in the catalogue"),
        ("talkr", "f:1", "Did you mean “talker”"),
        ("https://a.example/x", "f:1", "without a path"),
        ("*.a.example", "f:1", "leave the wildcard out"),
        ("a.example:443", "f:1", "without a port"),
        ("192.0.2.1", "f:1", "neither a service"),
        ("example", "f:1", "neither a service"),
        ("a b.example", "f:1", "neither a service"),
    ],
)
def test_it_refuses_with_the_place_and_the_reason(
    services: Services, asked: str, place: str, said: str
) -> None:
    with pytest.raises(Refused) as refused:
        _decide(services, asked)
    assert place in refused.value.text.en
    assert place in refused.value.text.fr
    assert said in refused.value.text.en


def test_every_line_in_error_is_named_at_once(services: Services) -> None:
    with pytest.raises(Refused) as refused:
        _decide(services, "\n".join(["bad line"] * 12))
    assert "f:1:" in refused.value.text.en
    assert "f:10:" in refused.value.text.en
    assert "2 more lines" in refused.value.text.en


def test_capitals_a_final_dot_and_accents_are_put_in_order(services: Services) -> None:
    made = _decide(services, "Chat.EXAMPLE.\ncafé.example").decision
    assert made.hosts == (Host("chat.example"), Host("xn--caf-dma.example"))


def test_no_shared_host_of_the_real_catalogue_is_ever_cut() -> None:
    real = load_services()
    lines = [Line(one, "--service") for one in real.by_id]
    cuttable = []
    for line in lines:
        try:
            decide(real, [line], [], TERMS)
        except Refused:
            continue
        cuttable.append(line)
    made = decide(real, cuttable, [], TERMS).decision
    shared = [d.host for s in real.by_id.values() for d in s.domains if d.shared]
    own = {d.host for s in real.by_id.values() for d in s.domains if not d.shared}
    assert len(cuttable) > 600
    assert not [host for host in shared if host not in own and made.blocks(host)]
