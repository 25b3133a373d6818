from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ecluse.discovery.report import figures
from ecluse.discovery.report.subject import Subject
from ecluse.kernel.text import LANGUAGES, Lang


def test_the_five_figures_are_those_of_the_picture(about: Callable[[Lang], Subject]) -> None:
    subject = about("en")
    picture = subject.picture
    users, services, sent, unknown, hidden = figures.figures(subject)
    assert users.value == str(subject.timeline.people)
    assert users.of == "out of 48 in the logs (54.2%)"
    assert services.value == str(len(picture.services))
    assert services.note == "vendor established outside the EEA: 11 out of 13"
    assert sent.value == subject.size(sum(one["bytes_up"] for one in picture.services))
    assert sent.of == "measured by 1 source out of 2"
    assert unknown.value == str(len(picture.candidates))
    asked = sum(one.requests for one in picture.candidates)
    assert unknown.of.startswith(f"{asked} requests out of {picture.visits:,} (")
    assert hidden.value == str(sum(one.requests or 0 for one in picture.blind_spots))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_figure_has_a_denominator(about: Callable[[Lang], Subject], lang: Lang) -> None:
    found = figures.figures(about(lang))
    assert len(found) == 5
    for one in found:
        assert re.search(r"(sur|out of) \d", one.of), one


def test_the_sentences_say_what_was_read(about: Callable[[Lang], Subject]) -> None:
    subject = about("fr")
    assert figures.lead(subject) == (
        "26 personnes sur 48 ont joint 13 services d’IA. Le plus répandu, ChatGPT, en touche 26."
    )
    assert "2 sources sur 2" in figures.truth(subject)
    assert "15\u00a0nov. 2026" in figures.truth(subject)
    assert figures.made(subject) == "Établi le 22\u00a0nov. 2026, 09\u00a0h\u00a002 (Europe/Paris)"


def _with(about: Subject, **changes: Any) -> Subject:
    return replace(about, picture=replace(about.picture, **changes))


def test_bytes_nobody_counts_are_said_so(about: Callable[[Lang], Subject]) -> None:
    subject = about("fr")
    services = tuple({**one, "bytes_up": None} for one in subject.picture.services)
    sent = figures.figures(_with(subject, services=services))[2]
    assert (sent.value, sent.of) == ("—", "mesurés par 1 source sur 2")
    dns = tuple(one for one in subject.picture.taken if "bytes_up" not in one.fields)
    sent = figures.figures(_with(subject, services=services, taken=dns))[2]
    assert (sent.value, sent.of) == ("—", "aucune source sur 1 ne compte les octets envoyés")
    sent = figures.figures(_with(subject, services=()))[2]
    assert (sent.value, sent.of) == ("0\u00a0o", "mesurés par 1 source sur 2")


def test_one_is_singular(about: Callable[[Lang], Subject]) -> None:
    subject = about("en")
    one = _with(subject, services=subject.picture.services[:1])
    assert figures.figures(one)[1].label == "AI service seen"
    assert "reached 1 AI service." in figures.lead(one)


@pytest.mark.parametrize(("lang", "said"), [("fr", "ne prouve pas"), ("en", "does not prove")])
def test_seeing_nothing_proves_nothing(
    about: Callable[[Lang], Subject], lang: Lang, said: str
) -> None:
    empty = _with(about(lang), services=(), candidates=(), start=None, end=None)
    assert said in figures.lead(empty)
    assert figures.figures(empty)[1].value == "0"
    assert ("période inconnue" if lang == "fr" else "period unknown") in figures.truth(empty)
