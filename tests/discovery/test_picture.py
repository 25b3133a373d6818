"""The picture: figures, candidates with their reasons, new services, what an empty one says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecluse.discovery.keying import Keyer
from ecluse.discovery.picture import Picture
from ecluse.discovery.reader import Context
from ecluse.discovery.survey import Options, Progress, survey

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = 86_400
START = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())


def line(day: float, host: str, user: str = "ann", *, path: str = "", mime: str = "-") -> str:
    what = f"GET http://{host}{path}" if path else f"CONNECT {host}:443"
    return (
        f"{START + day * DAY:.3f} 87 192.0.2.1 TCP_TUNNEL/200 1913 {what} {user} "
        f"HIER_DIRECT/198.51.100.7 {mime}\n"
    )


def drawn(tmp_path: Path, *lines: str) -> Picture:
    path = tmp_path / "access.log"
    path.write_text("".join(lines), encoding="utf-8")
    return survey([str(path)], Options(Context(now=NOW), Keyer(b"k" * 32)), Progress())


def test_services_come_with_the_most_used_by_people_first(tmp_path: Path) -> None:
    shown = drawn(
        tmp_path,
        *(line(1, "claude.ai") for _ in range(9)),
        *(line(1, "chatgpt.com", user) for user in ("ann", "bob")),
    )
    assert [(one["service"], one["people"], one["requests"]) for one in shown.services] == [
        ("chatgpt", 2, 2),
        ("claude", 1, 9),
    ]
    assert shown.visits == 11


def test_an_api_path_on_an_unknown_host_makes_a_candidate_that_ranks_first(tmp_path: Path) -> None:
    shown = drawn(
        tmp_path,
        line(1, "notes-ai.example"),
        line(1, "models.example", path="/v1/chat/completions", mime="text/event-stream"),
        line(1, "plain.example", path="/index.html"),
    )
    first, second = shown.candidates
    assert (first.host, second.host) == ("models.example", "notes-ai.example")
    assert len(first.reasons) == 2
    assert "/v1/chat/completions" in first.reasons[0].en


def test_a_bare_address_that_speaks_a_model_api_is_a_candidate_not_blindness(
    tmp_path: Path,
) -> None:
    shown = drawn(tmp_path, line(1, "10.0.0.5:11434", path="/api/chat"), line(1, "10.0.0.6"))
    assert [one.host for one in shown.candidates] == ["10.0.0.5"]
    (address,) = [one for one in shown.blind_spots if one.code == "address"]
    assert address.requests == 1


def test_what_appeared_late_in_a_long_period_says_so_and_counts_as_new(tmp_path: Path) -> None:
    shown = drawn(
        tmp_path,
        line(0, "chatgpt.com"),
        line(58, "claude.ai"),
        line(59, "new-ai.example"),
        line(60, "plain.example"),
    )
    assert shown.new_services() == 1
    (candidate,) = shown.candidates
    assert any("30\u00a0Oct 2026" in reason.en for reason in candidate.reasons)


def test_in_a_short_period_nothing_can_be_called_new(tmp_path: Path) -> None:
    assert drawn(tmp_path, line(0, "chatgpt.com"), line(3, "claude.ai")).new_services() == 0


@pytest.mark.parametrize("content", ["", "neither this\nnor that\n"])
def test_nothing_read_is_no_picture_of_an_organisation_without_ai(
    tmp_path: Path, content: str
) -> None:
    shown = drawn(tmp_path, content)
    assert not shown.something_read
    assert "source-unread" in {one.code for one in shown.blind_spots}
    assert shown.as_json("fr")["period"] == {"start": None, "end": None}
