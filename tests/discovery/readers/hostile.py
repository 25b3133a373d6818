"""Texts that no device wrote: what a reader must survive, and what its skim must not misread."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecluse.discovery.reader import Context
from ecluse.discovery.record import UnreadableError

if TYPE_CHECKING:
    from ecluse.discovery.reader import Reader

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
_OFTEN = ' "\\=[](){}<>:;,./-%@\t\n\r0123456789abzAZé٣\x00\ud800'


@st.composite
def mutated(draw: st.DrawFn, samples: Sequence[str]) -> str:
    """Give a sample with up to four stretches of it cut out, doubled or written over."""
    text = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        patch = draw(
            st.one_of(
                st.text(st.sampled_from(_OFTEN), max_size=8),
                st.just(text[start:end] * 2),
                st.text(max_size=4),
            )
        )
        text = text[:start] + patch + text[end:]
    return text


def assert_never_crashes(
    reader: Reader, samples: Sequence[str], context: Context = CONTEXT
) -> None:
    """Hold `parse`, `score` and `study` to their contract on mutated samples and on any text."""

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.one_of(mutated(samples), mutated(samples), st.text(max_size=200)))
    def check(text: str) -> None:
        learnt = reader.study([text], context)
        assert 0 <= reader.score([text]) <= 1
        with contextlib.suppress(UnreadableError):
            reader.parse(text, learnt)

    check()
