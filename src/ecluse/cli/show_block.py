"""Blocklists, dry runs and comparisons as people read them in a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from ecluse.cli.show import DASH, TOP, console, table
from ecluse.kernel.clock import day
from ecluse.kernel.text import Lang, Text, number

if TYPE_CHECKING:
    from ecluse.catalogue.services import Services
    from ecluse.enforcement.artefact import Format
    from ecluse.enforcement.displacement import Displacement
    from ecluse.enforcement.dry_run import Cut, DryRun
    from ecluse.enforcement.past import Period
    from ecluse.enforcement.request import Outcome
    from ecluse.enforcement.write import Written

PEOPLE, REQUESTS = Text("Personnes", "People"), Text("Requêtes", "Requests")
CUT_SERVICE = Text("Serait coupé", "Would be cut")


def formats(known: Sequence[Format], lang: Lang) -> None:
    """Print what each format can say, its limits, and how it is loaded."""
    out = console()
    units = {
        "entries": Text("entrées", "entries"),
        "bytes": Text("octets", "bytes"),
    }
    for one in known:
        can = [
            (one.suffix, Text("sous-domaines", "subdomains")),
            (one.exact, Text("hôte seul", "single host")),
            (one.exceptions, Text("exceptions", "exceptions")),
            (one.allow is not None, Text("liste d’autorisation", "allow-list")),
            (one.merge is not None, Text("fusion", "merge")),
        ]
        able = ", ".join(words.to(lang) for yes, words in can if yes)
        out.print(f"[bold]{one.name}[/]  {escape(one.title)}")
        out.print(f"  {able}", style="dim")
        for limit in one.limits:
            most = f"≤ {number(limit.most, lang)} {units[limit.unit].to(lang)}"
            out.print(f"  {most} ({escape(limit.source)})", style="dim")
        out.print(f"  {escape(one.use.to(lang))}", style="dim", soft_wrap=True)


def written(one: Written, outcome: Outcome, lang: Lang) -> None:
    """Say what was written; on standard error when the artefact itself took standard output."""
    out = console() if one.out else Console(stderr=True, highlight=False, width=80, emoji=False)
    words = Text(
        "{format}\u00a0: {hosts} domaines, {kept} exceptions, décision sha256:{hash}",
        "{format}: {hosts} domains, {kept} exceptions, decision sha256:{hash}",
    )
    out.print(
        words.to(lang).format(
            format=one.format.name,
            hosts=number(one.hosts, lang),
            kept=number(one.kept, lang),
            hash=one.decision.hash,
        ),
        soft_wrap=True,
    )
    for path in (one.out, one.beside):
        if path:
            out.print(f"  → {escape(str(path))}", soft_wrap=True)
    out.print("  " + escape(one.format.use.to(lang)), style="dim", soft_wrap=True)
    if not one.format.comments and not one.beside:
        out.print(
            Text(
                "Ce format n’a pas de commentaires\u00a0: avec --out, date, motif, auteur et fin "
                "sont écrits à côté, dans FICHIER.decision.json.",
                "This format has no comments: with --out, date, reason, author and end are written "
                "beside it, in FILE.decision.json.",
            ).to(lang)
        )
    _notes(out, outcome, lang)


def notes(outcome: Outcome, lang: Lang) -> None:
    """Say which shared hosts stay open, and which other services go with the decision."""
    _notes(console(), outcome, lang)


def _notes(out: Console, outcome: Outcome, lang: Lang) -> None:
    for service, host in outcome.shared[:TOP]:
        words = Text(
            "Reste joignable\u00a0: {host}, partagé (mène à {service} et à autre chose).",
            "Stays reachable: {host}, shared (leads to {service} and to other things).",
        )
        out.print(words.to(lang).format(host=host, service=service), style="yellow")
    for service, host in outcome.also[:TOP]:
        words = Text(
            "Coupe aussi {service} ({host}). Pour le garder, mettez-le dans --approved.",
            "Also cuts {service} ({host}). To keep it, put it into --approved.",
        )
        out.print(words.to(lang).format(host=host, service=service), style="yellow")
    more = max(len(outcome.shared) - TOP, 0) + max(len(outcome.also) - TOP, 0)
    if more:
        words = Text("… et {more} autres (--json).", "… and {more} more (--json).")
        out.print(words.to(lang).format(more=number(more, lang)), style="yellow")


def dry_run(found: DryRun, services: Services, lang: Lang) -> None:
    """Print who and how many would have been cut, what else, and what they use besides."""
    out = console()
    words = Text(
        "[bold]{people} personnes sur {seen}[/] auraient été coupées, {requests} requêtes sur "
        "{all}\u00a0· {period}",
        "[bold]{people} people out of {seen}[/] would have been cut, {requests} requests out of "
        "{all} · {period}",
    )
    out.print(
        words.to(lang).format(
            people=number(found.people, lang),
            seen=number(found.period.people, lang),
            requests=number(found.requests, lang),
            all=number(found.period.requests, lang),
            period=_period(found.period, lang),
        )
    )
    if found.refused:
        refused = Text(
            "{count} autres requêtes étaient déjà refusées.",
            "{count} more requests were already refused.",
        )
        out.print(refused.to(lang).format(count=number(found.refused, lang)))
    _cuts(out, found.asked, services, CUT_SERVICE, lang)
    if found.others:
        title = Text(
            "Coupé avec, sans être demandé (même domaine)", "Cut along, not asked for (same domain)"
        )
        _cuts(out, found.others, services, title, lang)
    if found.elsewhere:
        title = Text(
            "Ce dont les mêmes personnes se servent aussi", "What the same people use besides"
        )
        made = table(title, PEOPLE, REQUESTS, lang=lang, right=(1, 2))
        for one in found.elsewhere[:TOP]:
            approved = Text(" (approuvé)", " (approved)").to(lang) if one.approved else ""
            made.add_row(
                _name(one.service, one.name, services) + approved,
                number(one.people, lang),
                number(one.requests, lang),
            )
        out.print()
        out.print(made)
    _limits(out, found.limits(), lang)


def _cuts(out: Console, cuts: Iterable[Cut], services: Services, title: Text, lang: Lang) -> None:
    made = table(
        title, PEOPLE, REQUESTS, Text("Applications", "Applications"), lang=lang, right=(1, 2)
    )
    for one in list(cuts)[:TOP]:
        made.add_row(
            _name(one.service, one.name, services),
            number(one.people, lang),
            number(one.requests, lang),
            escape(", ".join(one.apps)) or DASH,
        )
    out.print()
    out.print(made)


def compared(found: Displacement, services: Services, lang: Lang) -> None:
    """Print what became of the people who used it, where they went, and what weakens that."""
    out = console()
    words = Text(
        "[bold]{people} personnes[/] s’en servaient avant ({before})\u202f; après ({after})\u00a0:",
        "[bold]{people} people[/] used it before ({before}); after ({after}):",
    )
    out.print(
        words.to(lang).format(
            people=number(found.people, lang),
            before=_period(found.before, lang),
            after=_period(found.after, lang),
        )
    )
    for count, said in (
        (found.still, Text("l’atteignent encore", "still reach it")),
        (found.moved, Text("sont passées à autre chose", "moved to something else")),
        (
            found.others,
            Text("gardent les autres IA qu’elles avaient", "keep to other AI they already had"),
        ),
        (found.gone, Text("n’apparaissent plus", "no longer appear")),
    ):
        out.print(f"  {number(count, lang):>6}  {said.to(lang)}")
    for count, said in (
        (
            found.tried,
            Text("ont essayé, et ont toujours été refusées", "tried, and were refused every time"),
        ),
        (
            found.newcomers,
            Text("l’atteignent pour la première fois", "reach it for the first time"),
        ),
    ):
        if count:
            out.print(f"  {number(count, lang):>6}  {said.to(lang)}", style="dim")
    if found.moved_to:
        made = table(Text("Nouveau pour elles", "New to them"), PEOPLE, lang=lang, right=(1,))
        for name, people in found.moved_to[:TOP]:
            made.add_row(_name(name, name, services), number(people, lang))
        out.print()
        out.print(made)
    _limits(out, found.coverage(), lang)


def _limits(out: Console, texts: Iterable[Text], lang: Lang) -> None:
    out.print()
    title = Text("Ce que ce résultat ne dit pas", "What this result does not say")
    out.print(title.to(lang), style="bold")
    for one in texts:
        out.print(f"  · {escape(one.to(lang))}")


def _name(service: str | None, name: str, services: Services) -> str:
    known = services.by_id.get(service) if service else None
    return escape(known.name if known else name or DASH)


def _period(period: Period, lang: Lang) -> str:
    if period.start is None or period.end is None:
        return DASH
    return f"{day(period.start, lang)} → {day(period.end, lang)}"
