"""Writes the reference of the measures, docs/measures.md, from the data; adds nothing to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecluse.kernel.text import LANGUAGES, Lang, Text
from ecluse.plan.declared import on_declaration
from ecluse.plan.states import STATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecluse.catalogue.measures import Measure, Measures, Posture

OPENING = """\
# The 29 measures

Written from `src/ecluse/catalogue/data/plan/`: change the data, not this page. A test compares
the two and says how to write the page again.

The three situations, the order of priority and the headings are those of the Clusif's
«\u00a0Sécurisation des usages de l’IA en organisation\u00a0»; the wording is ours, in French and in
English, and so is the step on which each measure stands.

“State from” says what the state of a measure can rest on today: `usage` is what
`ecluse discover` observed, `declaration` is someone's word, which never proves anything.
"""
PROOF = Text(fr="Preuve", en="Proof")
FIRST = Text(fr="Pour commencer", en="To begin")


def markdown(measures: Measures) -> str:
    """Give the whole page as Markdown, ending with a newline."""
    return "\n".join([OPENING, *_risks(measures), *_postures(measures)]).rstrip("\n") + "\n"


def _risks(measures: Measures) -> Iterator[str]:
    yield "## What the measures are there to avoid\n"
    for risk in measures.risks:
        yield f"- **{risk.name.en}** ({risk.name.fr}). {risk.meaning.en} *{risk.meaning.fr}*"
    yield ""


def _postures(measures: Measures) -> Iterator[str]:
    for posture in measures.postures:
        yield f"## {posture.number}. {posture.title.en} · {posture.title.fr}\n"
        yield f"{posture.context.en}\n\n*{posture.context.fr}*\n"
        yield from _table(posture, measures)
        for measure in measures.of(posture.id):
            yield from _measure(measure)


def _table(posture: Posture, measures: Measures) -> Iterator[str]:
    steps = {step.id: f"{step.order}. {step.title.en}" for step in posture.steps}
    headings = {heading.id: heading.name.en for heading in measures.headings}
    yield "| | Measure | Heading | Step | Fresh for | State from | Same as |"
    yield "|---|---|---|---|---|---|---|"
    for measure in measures.of(posture.id):
        source = "declaration" if STATES[measure.id] is on_declaration else "usage"
        fresh = f"{measure.fresh_days} day{'s' if measure.fresh_days > 1 else ''}"
        cells = [measure.id, measure.title.en, headings[measure.heading], steps[measure.step]]
        yield f"| {' | '.join([*cells, fresh, source, ', '.join(measure.same_as)])} |"
    yield ""


def _measure(measure: Measure) -> Iterator[str]:
    yield f"### {measure.id}\n"
    for lang in LANGUAGES:
        yield from _wording(measure, lang)
    yield ""


def _wording(measure: Measure, lang: Lang) -> Iterator[str]:
    colon = "\u00a0:" if lang == "fr" else ":"
    proof = f"{PROOF.to(lang)}{colon} {measure.proof.to(lang)}"
    first = f"{FIRST.to(lang)}{colon} {measure.first_step.to(lang)}"
    yield f"- **{measure.title.to(lang)}.** {measure.meaning.to(lang)}"
    yield f"  - {proof}"
    yield f"  - {first}"
