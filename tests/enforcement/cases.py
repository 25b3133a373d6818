"""Decisions to try, the hosts around them, and what must be cut: worked out apart from the code."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from ecluse.enforcement.artefact import Format, produce
from ecluse.enforcement.decision import Decision, Host
from ecluse.enforcement.refusal import Refused

DATE = dt.datetime(2026, 11, 22, 8, 2, tzinfo=dt.UTC)
TERMS: dict[str, Any] = {
    "reason": "décision du comité",
    "author": "Alice",
    "date": DATE,
    "until": dt.date(2027, 3, 31),
}
PLAIN = (
    Host("blocked.example"),
    Host("deep.chat.example"),
    Host("alone.cdn.example", exact=True),
    Host("xn--caf-dma.example"),
)
ALLOWED = (Host("mail.example"), Host("talk.example"))
APPROVED = (Host("mail.example"), Host("chat.example"))
EXCEPTIONS = (Host("ok.blocked.example"), Host("far.below.blocked.example"))

Matcher = Callable[[str], bool]


def decision(*, exceptions: bool = False, **changed: object) -> Decision:
    """Give the usual decision, with approved hosts below a forbidden one if asked for."""
    approved = APPROVED + EXCEPTIONS if exceptions else APPROVED
    facts: dict[str, Any] = {
        "named": PLAIN,
        "approved": approved,
        "services": ("one", "two"),
        **TERMS,
        **changed,
    }
    return Decision(**facts)


def expected(made: Decision, host: str) -> bool:
    """Say whether `host` must be cut: of all that claims it, the longest name decides."""
    claims = [
        (len(one.name), True)
        for one in made.named
        if host == one.name or (not one.exact and host.endswith("." + one.name))
    ]
    claims += [
        (len(one.name), False)
        for one in made.approved
        if host == one.name or host.endswith("." + one.name)
    ]
    return max(claims)[1] if claims else False


def around(made: Decision) -> list[str]:
    """Give the hosts of a decision, what stands above, below and beside them, and look-alikes."""
    return sorted(set(_around(made)))


def _around(made: Decision) -> Iterator[str]:
    for one in (*made.named, *made.approved):
        name, parent = one.name, one.name.partition(".")[2]
        yield from (name, f"www.{name}", f"x.y.{name}", f"not{name}", f"not-{name}")
        yield from (f"{name}.elsewhere.example", f"sibling.{parent}", f"x.sibling.{parent}")
        while "." in parent:
            yield parent
            parent = parent.partition(".")[2]
    yield "neighbour.example"


_LABELS = st.sampled_from(["a", "b", "c"])
_NAMES = st.builds(
    lambda labels, top: ".".join([*labels, top]),
    st.lists(_LABELS, min_size=1, max_size=4),
    st.sampled_from(["example", "co.example", "test-a.example"]),
)
_HOSTS = st.builds(Host, _NAMES, st.booleans())


@st.composite
def decisions(draw: st.DrawFn, *, exceptions: bool) -> Decision:
    """Draw decisions whose hosts often stand above or below each other."""
    try:
        made = Decision(
            named=tuple(draw(st.lists(_HOSTS, min_size=1, max_size=6))),
            approved=tuple(draw(st.lists(_HOSTS, max_size=4))),
            **TERMS,
        )
    except Refused:
        assume(condition=False)
        raise
    assume(exceptions or not made.kept)
    return made


def check(chosen: Format, read: Callable[[bytes], Matcher], made: Decision) -> None:
    """Check that an artefact, read by another reader, cuts what was decided and nothing else."""
    blocks = read(produce(chosen, made))
    for host in around(made):
        assert blocks(host) == expected(made, host), host


def shuffled(made: Decision, seed: int) -> Decision:
    """Give the same decision from facts in another order, some of them said twice."""
    chance = random.Random(seed)
    named = [*made.named, *made.named[:2]]
    approved = [*made.approved, *made.approved[:1]]
    services = list(made.services)
    for one in (named, approved, services):
        chance.shuffle(one)
    return Decision(
        tuple(named),
        tuple(approved),
        tuple(services),
        made.reason,
        made.author,
        made.date,
        made.until,
    )


def bare(data: bytes, sign: str) -> list[str]:
    """Give the lines of a text that are neither empty nor comments."""
    lines = data.decode().splitlines()
    return [line for line in lines if line.strip() and not line.startswith(sign)]
