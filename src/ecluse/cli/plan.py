"""`ecluse plan`: the measures of a situation in order, each with its state and its next step."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from ecluse.cli.situation import POSTURES, choose, chosen
from ecluse.kernel.text import Lang, Text

if TYPE_CHECKING:
    from ecluse.catalogue.measures import Measure, Measures
    from ecluse.plan.state import Standing

EXAMPLES = Text(
    """exemples\u00a0:
  ecluse plan                          la situation choisie en dernier
  ecluse plan --posture crisis         changer de situation (elle est retenue)
  ecluse plan --json""",
    """examples:
  ecluse plan                          the situation chosen last
  ecluse plan --posture crisis         change situation (it is remembered)
  ecluse plan --json""",
)
ICONS = {
    "proven": "●",
    "partial": "◐",
    "declared": "○",
    "stale": "◌",
    "contradicted": "▲",
    "not-measured": "·",
}


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser], lang: Lang) -> None:
    """Add the verb to the command."""
    about = Text(
        "déroule les mesures d’une situation, chacune avec son état et la suite à donner",
        "walk the measures of a situation, each with its state and what to do next",
    ).to(lang)
    parser = verbs.add_parser(
        "plan",
        help=about,
        description=about,
        epilog=EXAMPLES.to(lang),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--posture",
        choices=POSTURES,
        help=Text(
            "foundation (prise de poste), shadow-ai, crisis (crise)",
            "foundation (taking up the post), shadow-ai, crisis",
        ).to(lang),
    )
    parser.add_argument(
        "--json", action="store_true", help=Text("un objet JSON", "one JSON object").to(lang)
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compute the states from what was last observed, and show them in the source's order."""
    from ecluse.catalogue.measures import load_measures
    from ecluse.cli import observed
    from ecluse.plan.journey import standings

    if options.posture:
        choose(options.data, options.posture)
    posture = options.posture or chosen(options.data)
    measures = load_measures()
    facts = observed.facts(options.data)
    found = standings(posture, facts, measures)
    if options.json:
        shown = [_json(one, measures.by_id[one.measure], options.lang) for one in found]
        answer = {"posture": posture, "now": _moment(facts.now), "measures": shown}
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
        return 0
    _table(posture, found, measures, options.lang)
    return 0


def _moment(moment: Any) -> str | None:
    from ecluse.kernel.clock import iso

    return iso(moment) if moment else None


def _json(one: Standing, measure: Measure, lang: Lang) -> dict[str, Any]:
    return {
        "id": one.measure,
        "title": measure.title.to(lang),
        "heading": measure.heading,
        "step": measure.step,
        "state": str(one.state),
        "figure": one.figure
        and {
            "value": one.figure.value,
            "of": one.figure.of,
            "what": one.figure.what.to(lang),
        },
        "observed_at": _moment(one.observed_at),
        "observed_where": one.observed_where and one.observed_where.to(lang),
        "fresh_until": _moment(one.fresh_until),
        "next_step": one.next_step and one.next_step.to(lang),
        "unseen": [text.to(lang) for text in one.unseen],
    }


def _table(posture: str, found: tuple[Standing, ...], measures: Measures, lang: Lang) -> None:
    from rich.markup import escape

    from ecluse.cli import show

    out = show.console()
    situation = next(one for one in measures.postures if one.id == posture)
    steps = {step.id: step for step in situation.steps}
    out.print(f"[bold]{escape(situation.title.to(lang))}[/]")
    out.print(situation.context.to(lang), style="dim")
    for one in found:
        measure = measures.by_id[one.measure]
        step = steps[measure.step].title.to(lang)
        state = f"{ICONS[one.state]} {one.state.label.to(lang)}"
        out.print()
        out.print(f"[bold]{one.measure}[/]  {escape(measure.title.to(lang))}")
        out.print(f"       {state}  [dim]{escape(step)}[/]")
        for line in _lines(one, lang):
            out.print(f"       {escape(line)}")


def _lines(one: Standing, lang: Lang) -> list[str]:
    from ecluse.kernel.clock import minute

    said = []
    if one.figure:
        where = f" ({one.observed_where.to(lang)})" if one.observed_where else ""
        said.append(one.figure.what.to(lang) + where)
    if one.fresh_until:
        until = Text("valable jusqu’au {moment}", "good until {moment}")
        said.append(until.to(lang).format(moment=minute(one.fresh_until, lang)))
    said += [text.to(lang) for text in one.unseen]
    if one.next_step:
        said.append(f"→ {one.next_step.to(lang)}")
    return said
