from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecluse.catalogue.services import (
    KINDS,
    Service,
    Services,
    load_blindness,
    load_services,
)
from ecluse.catalogue.toml import CatalogueError

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
[[source]]
id = "intranet"
name = { fr = "Annuaire interne", en = "Internal directory" }
licence = { fr = "Interne", en = "Internal" }
date = 2026-11-01
reference = "intranet"

[[service]]
id = "one"
name = "One"
kind = "assistant"
apps = ["One for Work"]
sources = ["intranet"]
domains = [
  "one.example",
  { host = "only.two.example", exact = true },
  { host = "shared.example", shared = true, paths = ["/chat", "/ai/help"] },
  { host = "quiet.one.example", shared = true },
]

[[service]]
id = "two"
name = "Two"
vendor = "Two SA"
country = "FR"
kind = "api"
domains = [
  { host = "api.one.example", region = "fr-par", sources = ["intranet"] },
  { host = "shared.example", shared = true, paths = ["/chat/two"] },
]
note = { fr = "Un mot.", en = "A word." }
"""

SERVICES = load_services()


def _own(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    return load_services([_own(tmp_path_factory.mktemp("own"), OWN)])


@pytest.mark.parametrize(
    ("host", "path", "named"),
    [
        ("one.example", None, "one"),
        ("www.one.example", None, "one"),
        ("a.b.c.one.example", "/x", "one"),
        ("notone.example", None, None),
        ("example", None, None),
        ("", None, None),
        ("api.one.example", None, "two"),
        ("eu.api.one.example", None, "two"),
        ("only.two.example", None, "one"),
        ("below.only.two.example", None, None),
        ("shared.example", None, None),
        ("shared.example", "/", None),
        ("shared.example", "/chat", "one"),
        ("shared.example", "/chat/", "one"),
        ("shared.example", "/chat?q=1", "one"),
        ("shared.example", "/chat#top", "one"),
        ("shared.example", "/chat/new", "one"),
        ("shared.example", "/chatter", None),
        ("shared.example", "/Chat", None),
        ("shared.example", "/ai", None),
        ("shared.example", "/ai/help/1", "one"),
        ("shared.example", "/chat/two/x", "two"),
        ("www.shared.example", "/chat", "one"),
        ("quiet.one.example", None, None),
        ("quiet.one.example", "/anything", None),
    ],
)
def test_the_longest_domain_names_the_service_and_a_shared_one_only_by_path(
    services: Services, host: str, path: str | None, named: str | None
) -> None:
    found = services.match(host, path)
    assert (found.id if found else None) == named


@pytest.mark.parametrize("app", ["One for Work", "one for work", " ONE FOR WORK "])
def test_an_app_is_known_whatever_the_case(services: Services, app: str) -> None:
    found = services.with_app(app)
    assert found is not None
    assert found.id == "one"


def test_an_app_is_never_known_by_a_part_of_its_name(services: Services) -> None:
    assert services.with_app("One for") is None
    assert services.with_app("") is None


def test_every_field_is_read(services: Services) -> None:
    one, two = services.by_id["one"], services.by_id["two"]
    assert (one.vendor, one.country, one.note) == (None, None, None)
    assert (two.vendor, two.country, two.kind) == ("Two SA", "FR", "api")
    assert two.note is not None
    assert two.note.fr == "Un mot."
    assert one.domains[0].host == "one.example"
    assert one.domains[1].exact
    assert one.domains[2].paths == ("/chat", "/ai/help")
    assert two.domains[0].region == "fr-par"
    assert services.sources["intranet"].date.isoformat() == "2026-11-01"


def test_a_domain_without_a_source_of_its_own_takes_the_usual_one(services: Services) -> None:
    assert services.by_id["one"].domains[0].sources == ("intranet",)
    assert services.by_id["two"].domains[1].sources == ("organisation",)


def test_a_host_with_regions_stands_for_one_host_each(tmp_path: Path) -> None:
    text = _domain('{ host = "run.{region}.example", regions = ["eu-1", "eu-2"] }')
    domains = load_services([_own(tmp_path, text)]).by_id["x"].domains
    assert [(one.host, one.region) for one in domains] == [
        ("run.eu-1.example", "eu-1"),
        ("run.eu-2.example", "eu-2"),
    ]


def test_a_known_id_is_replaced_whole(tmp_path: Path) -> None:
    text = (
        '[[service]]\nid = "chatgpt"\nname = "Ours"\nkind = "assistant"\ndomains = ["ai.example"]\n'
    )
    services = load_services([_own(tmp_path, text)])
    assert services.by_id["chatgpt"].name == "Ours"
    assert services.match("chatgpt.com") is None
    assert services.with_app("ChatGPT") is None
    assert len(services.by_id) == len(SERVICES.by_id)


def test_a_later_file_speaks_over_an_earlier_one(tmp_path: Path) -> None:
    row = '[[service]]\nid = "one"\nname = "Again"\nkind = "api"\ndomains = ["one.example"]\n'
    services = load_services([_own(tmp_path, OWN), _own(tmp_path, row, "later.toml")])
    assert services.by_id["one"].name == "Again"


def test_a_service_can_be_taken_out(tmp_path: Path) -> None:
    services = load_services([_own(tmp_path, '[[service]]\nid = "chatgpt"\nremove = true\n')])
    assert "chatgpt" not in services.by_id
    assert services.match("chatgpt.com") is None


def test_what_was_loaded_cannot_be_changed(services: Services) -> None:
    with pytest.raises(FrozenInstanceError):
        services.by_id["one"].name = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        services.by_id["x"] = services.by_id["one"]  # type: ignore[index]


def _row(**changes: str) -> str:
    fields = {
        "id": '"x"',
        "name": '"X"',
        "kind": '"api"',
        "domains": '["x.example"]',
    } | changes
    return "[[service]]\n" + "".join(f"{key} = {value}\n" for key, value in fields.items() if value)


def _domain(inside: str) -> str:
    return _row(domains="[\n" + inside + ",\n]")


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[[servce]]\nid = 'x'\n", 1, "write [[source]] or [[service]]"),
        (_row(hosts="1"), 6, "unknown key 'hosts'"),
        (_row(kind='"assistent"'), 4, "unknown kind 'assistent': did you mean 'assistant'?"),
        (_row(kind='"zzzz"'), 4, "known: agent-platform, api"),
        (_row(id='"Not Kebab"'), 2, "not in kebab-case"),
        (_row(country='"fr"'), 6, "write two capitals such as FR"),
        (_row(country='"FRA"'), 6, "write two capitals such as FR"),
        (_row(name=""), 1, "lacks 'name'"),
        (_row(domains="[]"), 5, "neither a domain nor an app"),
        (_row(domains=""), 1, "neither a domain nor an app"),
        (_row() + _row(domains='["y.example"]'), 7, "id 'x' is already at"),
        (_row() + _row(id='"y"'), 10, "'x.example' already leads to 'x'"),
        (_row(domains='["x.example", "x.example"]'), 5, "'x.example' already leads to 'x'"),
        (_row(domains='["chatgpt.com"]'), 5, "'chatgpt.com' already leads to 'chatgpt'"),
        (_row(apps='["ChatGPT"]'), 6, "app 'ChatGPT' already names 'chatgpt'"),
        (_row(remove="true"), 3, "unknown key 'name'"),
        ('[[service]]\nid = "chatgtp"\nremove = true\n', 2, "did you mean 'chatgpt'?"),
        (_domain('{ host = "X.example" }'), 6, "write it in lower case"),
        (_domain('{ host = "https://x.example" }'), 6, "without scheme or path"),
        (_domain('{ host = "x.example/chat" }'), 6, "without scheme or path"),
        (_domain('{ host = "x.example:443" }'), 6, "without a port"),
        (_domain('{ host = "x.example." }'), 6, "leave the final dot out"),
        (_domain('{ host = "*.x.example" }'), 6, "leave the wildcard out"),
        (_domain('{ host = "é.example" }'), 6, "write its xn-- form"),
        (_domain('{ host = "ai" }'), 6, "a single label"),
        (_domain('{ host = "x..example" }'), 6, "is not a hostname"),
        (_domain('{ host = "-x.example" }'), 6, "is not a hostname"),
        (_domain('{ host = "x_y.example" }'), 6, "is not a hostname"),
        (_domain('{ host = "192.0.2.1" }'), 6, "is not a hostname"),
        (_domain('{ host = "xn--9999999999.example" }'), 6, "is not a hostname"),
        (_domain('{ host = "' + "a" * 64 + '.example" }'), 6, "is not a hostname"),
        (_domain('{ host = "' + "a." * 127 + 'example" }'), 6, "is not a hostname"),
        (_domain('"x.example",\n{ host = "y.example", path = 1 }'), 7, "did you mean 'paths'?"),
        (_domain('{ host = "x.example", paths = ["/a"] }'), 6, "add shared = true"),
        (_domain('{ host = "x.example", shared = true, paths = ["a"] }'), 6, "write '/like/this'"),
        (_domain('{ host = "x.example", shared = true, paths = ["/a/"] }'), 6, "a final '/'"),
        (_domain('{ host = "x.example", shared = true, paths = ["/a?b"] }'), 6, "without '?'"),
        (_domain('{ host = "x.example", sources = ["rumour"] }'), 6, "unknown source 'rumour'"),
        (_domain('{ host = "x.example", sources = [] }'), 6, "has no source"),
        (_domain('{ host = "x.example", exact = "yes" }'), 6, "write true or false"),
        (_domain('{ host = "x.example", regions = ["a"] }'), 6, "write {region} where"),
        (_domain('{ host = "{region}.example", region = "a" }'), 6, "is not a hostname"),
        (_domain('{ host = "{region}.example", regions = ["A"] }'), 6, "write it in lower case"),
        ('[[source]]\nid = "s"\n', 1, "lacks 'name'"),
    ],
)
def test_a_fact_that_cannot_be_used_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    path = _own(tmp_path, text)
    with pytest.raises(CatalogueError) as caught:
        load_services([path])
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert said in str(caught.value)


def test_every_kind_has_its_name_in_both_languages() -> None:
    assert {"assistant", "api", "embedded", "cloud-platform"} <= set(KINDS)
    assert all(label.fr and label.en for label in KINDS.values())


def _slowly(services: Services, host: str) -> Service | None:
    """The same answer, by looking at every domain: the rule as it is written down."""
    best: tuple[int, Service | None] = (0, None)
    for service in services.by_id.values():
        for domain in service.domains:
            below = host == domain.host or (not domain.exact and host.endswith("." + domain.host))
            if below and (
                len(domain.host) > best[0] or (len(domain.host) == best[0] and not domain.shared)
            ):
                best = (len(domain.host), None if domain.shared else service)
    return best[1]


@given(
    prefix=st.sampled_from(["", "a.", "www.eu.", "x"]),
    host=st.sampled_from(
        sorted({domain.host for one in SERVICES.by_id.values() for domain in one.domains})
    ),
    labels=st.integers(min_value=0, max_value=2),
)
def test_the_fast_answer_is_the_slow_answer(prefix: str, host: str, labels: int) -> None:
    asked = prefix + host.split(".", labels)[-1]
    assert SERVICES.match(asked) == _slowly(SERVICES, asked)


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("dns.google", "doh"),
        ("abc123.dns.nextdns.io", "doh"),
        ("nordvpn.com", "vpn"),
        ("api.protonvpn.ch", "vpn"),
        ("mask.icloud.com", "relay"),
        ("mask-h2.icloud.com", "relay"),
        ("icloud.com", None),
        ("www.google.com", None),
        ("notnordvpn.com", None),
    ],
)
def test_a_way_out_is_recognised_with_what_is_below_it(host: str, kind: str | None) -> None:
    assert load_blindness().match(host) == kind


def test_there_are_enough_ways_out_and_each_has_a_known_source() -> None:
    blindness = load_blindness()
    assert len(blindness.hosts("doh")) >= 40
    assert len(blindness.hosts("vpn")) >= 40
    assert {"mask.icloud.com", "mask-h2.icloud.com"} <= set(blindness.hosts("relay"))
    assert {spot.source for spot in blindness.spots} <= set(SERVICES.sources)


def test_the_organisation_adds_its_own_ways_out(tmp_path: Path) -> None:
    path = _own(tmp_path, '[[vpn]]\nname = "Ours"\nhosts = ["vpn.example.org"]\n')
    blindness = load_blindness([path])
    assert blindness.match("gate.vpn.example.org") == "vpn"
    assert blindness.spots[-1].source == "organisation"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[[proxy]]\nname = "x"\n', 1, "write [[doh]] or [[vpn]] or [[relay]]"),
        ('[[vpn]]\nname = "x"\nhosts = ["X.example"]\n', 3, "write it in lower case"),
        ('[[vpn]]\nname = "x"\nhosts = ["nordvpn.com"]\n', 3, "'nordvpn.com' stands twice"),
        ('[[vpn]]\nname = "x"\nhosts = ["x.example"]\nsource = "s"\n', 4, "unknown source 's'"),
        ('[[vpn]]\nname = "x"\n', 1, "lacks 'hosts'"),
        ('[[vpn]]\nhosts = ["x.example"]\n', 1, "lacks 'name'"),
    ],
)
def test_a_wrong_way_out_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    path = _own(tmp_path, text)
    with pytest.raises(CatalogueError) as caught:
        load_blindness([path])
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert said in str(caught.value)
