from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecluse.discovery import detection
from ecluse.discovery.readers import READERS, named
from ecluse.discovery.sources import Source
from tests.discovery import visits
from tests.discovery.readers.conformance import SHARED, shared_lines

# Where a file of real lines is named after another product than the one that wrote them.
FILES = {
    "bind": {"bind"},
    "cef": {"cef", "fortigate"},
    "entra": {"entra"},
    "fortigate": {"fortigate"},
    "google-workspace": {"google-workspace"},
    "netskope": {"netskope"},
    "o365": {"o365"},
    "olfeo": {"olfeo"},
    "olfeo-saas": {"olfeo-saas"},
    "paloalto": {"paloalto"},
    "squid": {"squid", "squid-combined"},
    "stormshield": {"stormshield"},
    "suricata": {"suricata"},
    "umbrella-dns": {"umbrella-dns"},
    "umbrella-proxy": {"umbrella-proxy"},
    "unbound": {"unbound"},
    "zscaler": {"zscaler"},
}


def detected(text: str) -> detection.Detected:
    return detection.detect(Source("memory", head=text.encode()), READERS, visits.CONTEXT)


def test_every_reader_has_a_visit_to_recognise() -> None:
    assert set(visits.TEMPLATES) == {reader.name for reader in READERS}


@pytest.mark.parametrize("name", visits.TEMPLATES)
@pytest.mark.parametrize("count", [1, 20])
def test_each_format_is_recognised_among_all(name: str, count: int) -> None:
    lines = [visits.visit(name, f"site{rank}.example", path="/a") for rank in range(count)]
    found = detected(visits.log(name, lines))
    assert found.main is not None
    assert found.main.reader.name == name
    # A generic format is never sure: any product writes CSV and JSON.
    assert found.main.confidence == (0.5 if name.startswith("generic") else 1.0)
    assert [one.reader.name for one in found.formats[1:]] == []


@pytest.mark.parametrize("file", FILES)
def test_a_file_of_real_lines_is_recognised_among_all(file: str) -> None:
    text = "".join(f"{case['line']}\n" for case in shared_lines(file))
    found = detected(text)
    assert found.main is not None
    assert found.main.reader.name in FILES[file]
    assert found.main.confidence >= 0.5


@pytest.mark.parametrize("name", ["zeek-dns.log", "zeek-ssl.log", "zeek-dns.json", "zeek-ssl.json"])
def test_a_file_of_zeek_is_recognised_among_all(name: str) -> None:
    if not (SHARED / name).exists():
        pytest.skip(f"needs ../shared/data/logs/{name} beside the checkout")
    with (SHARED / name).open("rb") as file:
        found = detected(file.read(1 << 16).decode())
    assert found.main is not None
    assert found.main.reader.name == "zeek"
    assert found.main.confidence >= 0.95


def test_most_real_lines_alone_are_recognised_as_what_their_file_is() -> None:
    wrong = []
    total = 0
    for file, names in FILES.items():
        for case in shared_lines(file):
            total += 1
            found = detected(case["line"] + "\n").main
            if found is not None and found.reader.name not in names:
                wrong.append((file, case["name"], found.reader.name))
    assert total > 250
    assert len(wrong) <= total // 20, wrong


@pytest.mark.parametrize(
    "text",
    [
        "hello world\n",
        "Lorem ipsum; dolor, sit\n" * 30,
        "\n\n",
        "",
        "a,b,c\n1,2,3\n",
        "{}\n",
        "<a/>",
    ],
)
def test_what_is_no_log_is_recognised_as_nothing(text: str) -> None:
    assert detected(text).main is None


def test_two_formats_in_one_file_are_both_kept_the_more_frequent_first() -> None:
    lines = [visits.visit("squid")] * 6 + [visits.visit("dnsmasq")] * 4
    found = detected(visits.log("squid", lines))
    assert [(one.reader.name, one.confidence) for one in found.formats] == [
        ("squid", 0.6),
        ("dnsmasq", 0.4),
    ]


def test_a_format_seen_in_fewer_than_two_lines_of_a_hundred_is_noise() -> None:
    lines = [visits.visit("squid")] * 99 + [visits.visit("unbound")]
    assert [one.reader.name for one in detected(visits.log("squid", lines)).formats] == ["squid"]


def test_lines_that_nothing_recognises_lower_the_confidence() -> None:
    found = detected(visits.log("squid", [visits.visit("squid")] * 3 + ["hello"]))
    assert found.main is not None
    assert (found.main.reader.name, found.main.confidence) == ("squid", 0.75)


def test_a_format_that_the_person_named_is_taken_whatever_the_content() -> None:
    source = Source("memory", head=b"hello\n")
    found = detection.forced(source, named("bind"), visits.CONTEXT)
    assert found.main is not None
    assert (found.main.reader.name, found.main.confidence) == ("bind", 0.0)


def test_the_sample_leaves_out_a_last_line_cut_short() -> None:
    whole = b"a line that is whole\n"
    head = whole * (1 + (1 << 18) // len(whole)) + b"a line cut sh"
    sample = detection.sample_of(head, "lines")
    assert len(sample) == detection.SAMPLE
    assert set(sample) == {"a line that is whole"}
    cut = b"x" * (1 << 18) + b"\ncut sh"
    assert detection.sample_of(cut, "lines") == ["x" * (1 << 18)]


def test_the_fields_seen_are_those_that_a_record_of_the_sample_fills() -> None:
    text = visits.log("dnsmasq", [visits.visit("dnsmasq"), "hello"])
    (found,) = visits.formats("dnsmasq", text)
    assert detection.fields_seen(found, text.splitlines()) == {"time", "source_ip", "host"}
    assert detection.fields_seen(found, ["hello"]) == frozenset()


def test_a_pretty_printed_export_is_recognised(tmp_path: Path) -> None:
    events = [json.loads(visits.visit("entra")) for _ in range(3)]
    path = tmp_path / "export.json"
    path.write_text(json.dumps({"value": events}, indent=2))
    source = Source(str(path))
    source.prepare()
    found = detection.detect(source, READERS, visits.CONTEXT).main
    assert found is not None
    assert (found.reader.name, found.confidence) == ("entra", 1.0)
