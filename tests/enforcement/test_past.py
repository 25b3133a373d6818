from __future__ import annotations

from pathlib import Path

import pytest

from ecluse.discovery import picture
from ecluse.enforcement.past import opened
from ecluse.enforcement.refusal import Refused
from tests.enforcement import usage_files
from tests.enforcement.usage_files import visit

VISITS = [
    visit("u-1", "www.talker.example"),
    visit("u-1", "api.talker.example", 1),
    visit(None, "talker.example", 2, address="a-1", action=None, source=1, format="dnsmasq"),
    visit(None, "helper.example", 2, address="a-2"),
    visit("u-2", "portal.example", 3, place="portal.example/ai"),
    visit("u-3", None, 3, app="talker APP"),
    visit("u-3", "unknown-ai.example", 3, kind="candidate"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return usage_files.write(tmp_path / "usage", VISITS, {"a-1": "u-2"})


def test_it_names_services_and_counts_people_as_discovery_does(
    folder: Path, tmp_path: Path
) -> None:
    services = usage_files.services(tmp_path)
    found = picture.query(folder, services, ("services",))["services"]
    with opened(folder, services, lambda _: False) as past:
        ours = past.rows(
            "SELECT service, count(*) AS requests, count(DISTINCT who) AS people FROM ai "
            "WHERE service IS NOT NULL GROUP BY service ORDER BY service"
        )
    assert ours == [
        {key: one[key] for key in ("service", "requests", "people")}
        for one in sorted(found, key=lambda one: str(one["service"]))
    ]
    assert {one["service"] for one in ours} == {"talker", "talker-api", "helper", "portal-ai"}


def test_it_tells_what_a_folder_covers(folder: Path, tmp_path: Path) -> None:
    with opened(folder, usage_files.services(tmp_path), lambda _: False) as past:
        period = past.period()
    assert period.start == usage_files.START
    assert (period.people, period.requests, period.sources) == (4, 7, 2)
    assert period.formats == ("dnsmasq", "squid")


def test_a_folder_without_usage_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(Refused, match=r"usage\.parquet does not exist"),
        opened(tmp_path, usage_files.services(tmp_path), lambda _: False),
    ):
        pass


def test_a_file_that_is_not_usage_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "usage.parquet").write_bytes(b"not parquet")
    with (
        pytest.raises(Refused, match="does not read as usage"),
        opened(folder, usage_files.services(tmp_path), lambda _: False),
    ):
        pass
