from __future__ import annotations

from pathlib import Path

import pytest

from ecluse.catalogue.signals import load_signals, of_rows
from ecluse.catalogue.toml import CatalogueError, rows


@pytest.mark.parametrize(
    ("host", "signals"),
    [
        ("assistant-ia.example", {"name-part"}),
        ("ai.example", {"name-part"}),
        ("chat.example.ai", {"name-part", "ending"}),
        ("mychatgpt.example", {"name-inside"}),
        ("mail.example", set()),
        ("thai-food.example", set()),
        ("mumbai.example", set()),
        ("email.example", set()),
    ],
)
def test_names_that_look_like_ai_and_names_that_only_sound_like_it(
    host: str, signals: set[str]
) -> None:
    assert {match.signal for match in load_signals().of_host(host)} == signals


def test_an_api_path_is_recognised_within_a_longer_one() -> None:
    signals = load_signals()
    assert signals.path_of("/proxy/v1/chat/completions") == "/v1/chat/completions"
    assert signals.path_of("/images/logo.png") is None


def test_a_reason_names_what_was_seen_in_both_languages() -> None:
    signals = load_signals()
    reason = signals.explain(signals.of_host("ai.example")[0])
    assert "ai" in reason.fr
    assert "“ai”" in reason.en


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('where = "moon"', "one of"),
        ('reason = { fr = "rien", en = "nothing" }', "{value}"),
        ("colour = 1", "unknown key"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    usual = {
        "where": 'where = "part"',
        "reason": 'reason = { fr = "{value}", en = "{value}" }',
    }
    usual[text.partition(" ")[0]] = text
    lines = ["[[signal]]", 'id = "x"', "weight = 1", 'values = ["x"]', *usual.values()]
    file = tmp_path / "signals.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(CatalogueError, match=said) as caught:
        of_rows(rows(file))
    assert "signals.toml:" in str(caught.value)
