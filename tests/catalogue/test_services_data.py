from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ecluse.catalogue.services import KINDS, Service, load_services

if TYPE_CHECKING:
    from collections.abc import Callable

LISTS = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "catalogues"
SERVICES = load_services()
DOMAINS = [(service, domain) for service in SERVICES.by_id.values() for domain in service.domains]

LEFT_OUT = {
    "host.livekit.cloud": "infrastructure that many other products share",
    "turn.livekit.cloud": "infrastructure that many other products share",
    "agentclientprotocol.com": "documentation of a protocol: serves no AI",
    "openspec.dev": "documentation of a local tool: serves no AI",
    "bedrock.*.amazonaws.com": "written out region by region",
    "bedrock-runtime.*.amazonaws.com": "written out region by region",
}
SHARED = [
    "google.com",
    "microsoft.com",
    "github.com",
    "bing.com",
    "notion.so",
    "canva.com",
    "salesforce.com",
    "amazonaws.com",
    "cloudflare.com",
    "sentry.io",
    "office.com",
    "x.com",
    "facebook.com",
    "apple.com",
    "yandex.com",
    "adobe.com",
    "slack.com",
    "www.bing.com",
    "www.google.com",
    "teams.microsoft.com",
    "googleapis.com",
    "azure.com",
    "cloud.microsoft",
    "datadoghq.com",
    "auth0.com",
    "unpkg.com",
    "livekit.cloud",
    "alibabacloud.com",
    "sber.ru",
    "kagi.com",
    "atlassian.net",
]
NEVER = [
    "browser-intake-datadoghq.com",
    "challenges.cloudflare.com",
    "auth0.com",
    "unpkg.com",
    "ai.com",
    "copilot-telemetry.githubusercontent.com",
    "copilot-telemetry-service.githubusercontent.com",
    "o33249.ingest.sentry.io",
    "openai.qualtrics.com",
]


def _v2fly() -> list[str]:
    with (LISTS / "v2fly-ai.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        row["domain"] for row in rows if "@ads" not in row["attributes"] and row["kind"] != "regexp"
    ]


def _ut1() -> list[str]:
    lines = [
        line
        for name in ("ut1-ai-domains.txt", "ut1-ai-urls.txt")
        for line in (LISTS / name).read_text(encoding="utf-8").split()
    ]
    return [line.partition("/")[0] for line in lines]


def _radiusmethod() -> list[str]:
    found = []
    for path in sorted(LISTS.glob("radiusmethod-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [row["Domain"].removeprefix("*.") for row in csv.DictReader(file)]
    return found


def _shadow_ai_guard() -> list[str]:
    registry = json.loads((LISTS / "shadow-ai-guard-registry.json").read_text(encoding="utf-8"))
    return [host for tool in registry["tools"] for host in tool["domains"]]


def _covered(host: str, hosts: set[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[start:]) in hosts for start in range(len(labels)))


@pytest.mark.parametrize(
    ("read", "at_least"),
    [(_v2fly, 290), (_ut1, 75), (_radiusmethod, 180), (_shadow_ai_guard, 65)],
)
def test_every_listed_domain_is_in_the_catalogue_or_left_out_for_a_reason(
    read: Callable[[], list[str]], at_least: int
) -> None:
    if not LISTS.is_dir():
        pytest.skip("needs the public lists: ../shared/data/catalogues")
    listed = read()
    assert len(listed) >= at_least
    ours = {domain.host for _, domain in DOMAINS}
    missing = [host for host in listed if not _covered(host, ours) and host not in LEFT_OUT]
    assert missing == []


def test_a_domain_says_a_list_names_it_only_when_the_list_does() -> None:
    if not LISTS.is_dir():
        pytest.skip("needs the public lists: ../shared/data/catalogues")
    lists = {
        "v2fly": set(_v2fly()),
        "ut1": set(_ut1()),
        "radiusmethod": set(_radiusmethod()),
        "shadow-ai-guard": set(_shadow_ai_guard()),
    }
    wrong = [
        (domain.host, source)
        for _, domain in DOMAINS
        for source in domain.sources
        if source in lists and domain.host not in lists[source]
    ]
    assert wrong == []


def test_a_reason_to_leave_out_is_kept_only_while_it_serves() -> None:
    ours = {domain.host for _, domain in DOMAINS}
    assert [host for host in LEFT_OUT if _covered(host, ours)] == []


def test_there_are_enough_services_and_domains() -> None:
    assert len(SERVICES.by_id) >= 380
    assert len({domain.host for _, domain in DOMAINS if not domain.shared}) >= 750
    assert set(KINDS) == {service.kind for service in SERVICES.by_id.values()}


def test_most_domains_stand_on_something_that_can_be_read() -> None:
    alone = [domain.host for _, domain in DOMAINS if domain.sources == ("ecluse",)]
    assert len(alone) < len(DOMAINS) * 0.4
    assert all(len(domain.sources) == 1 for _, domain in DOMAINS if "ecluse" in domain.sources)


@pytest.mark.parametrize("host", SHARED)
def test_a_shared_host_never_names_a_service_alone(host: str) -> None:
    assert SERVICES.match(host) is None


def test_a_shared_host_hides_no_parent_that_would_have_named_its_service() -> None:
    alone = {domain.host for _, domain in DOMAINS if not domain.shared and not domain.exact}
    hidden = [
        domain.host
        for _, domain in DOMAINS
        if domain.shared and _covered(domain.host.partition(".")[2], alone)
    ]
    assert hidden == []


@pytest.mark.parametrize("host", NEVER)
def test_a_tracker_or_a_host_of_others_is_not_in_the_catalogue(host: str) -> None:
    assert host not in {domain.host for _, domain in DOMAINS}


@pytest.mark.parametrize(
    ("host", "path", "named"),
    [
        ("chatgpt.com", None, "chatgpt"),
        ("chat.openai.com", None, "chatgpt"),
        ("api.openai.com", None, "openai-api"),
        ("auth.openai.com", None, "openai"),
        ("claude.ai", None, "claude"),
        ("api.anthropic.com", None, "anthropic-api"),
        ("chat.mistral.ai", None, "le-chat"),
        ("api.mistral.ai", None, "mistral-api"),
        ("codestral.mistral.ai", None, "mistral-api"),
        ("gemini.google.com", None, "gemini"),
        ("generativelanguage.googleapis.com", None, "gemini-api"),
        ("copilot.microsoft.com", None, "microsoft-copilot"),
        ("www.bing.com", "/chat", "microsoft-copilot"),
        ("m365.cloud.microsoft", "/chat/", "microsoft-365-copilot"),
        ("api.individual.githubcopilot.com", None, "github-copilot"),
        ("huggingface.co", None, "hugging-face"),
        ("huggingface.co", "/chat/", "huggingchat"),
        ("lumo.proton.me", None, "lumo"),
        ("albert.api.etalab.gouv.fr", "/v1/chat/completions", "albert-api"),
        ("api.scaleway.ai", None, "scaleway-generative-apis"),
        ("oai.endpoints.kepler.ai.cloud.ovh.net", None, "ovhcloud-ai-endpoints"),
        ("api-free.deepl.com", None, "deepl-api"),
        ("acme.openai.azure.com", None, "azure-openai"),
        ("acme.services.ai.azure.com", None, "azure-ai-foundry"),
        ("acme.cognitiveservices.azure.com", None, "azure-ai-services"),
        ("bedrock-runtime.eu-west-3.amazonaws.com", None, "amazon-bedrock"),
        ("europe-west9-aiplatform.googleapis.com", None, "vertex-ai"),
        ("s3.eu-west-3.amazonaws.com", None, None),
        ("storage.googleapis.com", None, None),
    ],
)
def test_the_services_people_ask_about_first_are_told_apart(
    host: str, path: str | None, named: str | None
) -> None:
    found = SERVICES.match(host, path)
    assert (found.id if found else None) == named


@pytest.mark.parametrize(
    ("service", "region"),
    [
        ("amazon-bedrock", "eu-west-3"),
        ("vertex-ai", "europe-west9"),
        ("azure-ai-services", "francecentral"),
        ("scaleway-generative-apis", "fr-par"),
    ],
)
def test_the_paris_regions_are_said(service: str, region: str) -> None:
    regions = {domain.region for domain in SERVICES.by_id[service].domains}
    assert region in regions


def test_a_region_is_written_in_its_host() -> None:
    strays = [
        domain.host for _, domain in DOMAINS if domain.region and domain.region not in domain.host
    ]
    assert strays == []


def test_french_services_are_many() -> None:
    french = [service for service in SERVICES.by_id.values() if service.country == "FR"]
    assert len(french) >= 40
    countries = Counter(service.country for service in SERVICES.by_id.values())
    assert countries["CN"] >= 20
    assert countries["DE"] >= 10


def _names(service: Service) -> list[str]:
    return [service.name, *service.apps, *([service.vendor] if service.vendor else [])]


def test_no_name_is_written_with_stray_spaces_and_none_is_used_twice() -> None:
    for service in SERVICES.by_id.values():
        assert all(name == name.strip() and "  " not in name for name in _names(service))
    twice = Counter(service.name.casefold() for service in SERVICES.by_id.values())
    assert [name for name, count in twice.items() if count > 1] == []


def test_notes_keep_french_typography() -> None:
    noted = [service.note for service in SERVICES.by_id.values() if service.note]
    assert len(noted) >= 10
    for note in noted:
        assert not re.search(r"(?<!\u202f)[;!?]|(?<!\u00a0):(?!//)|'", note.fr)
        assert not re.search(r"[!']", note.en)


def test_every_source_is_used_or_kept_for_the_organisation() -> None:
    used = {source for _, domain in DOMAINS for source in domain.sources}
    assert set(SERVICES.sources) - used == {"organisation"}
