"""A bar per run on standard error: how far, how fast, how long still."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich import progress as rich
from rich.console import Console
from rich.text import Text as Styled

from ecluse.discovery.ingest import Taken
from ecluse.discovery.survey import Progress
from ecluse.kernel.text import Lang, Text, number

READING = Text("Lecture", "Reading")
RATE = Text("{lines} lignes/s", "{lines} lines/s")


class _Rate(rich.ProgressColumn):
    def __init__(self, lang: Lang) -> None:
        super().__init__()
        self._lang = lang

    def render(self, task: rich.Task) -> Styled:
        rate = number(task.fields.get("rate", 0), self._lang)
        return Styled(RATE.to(self._lang).format(lines=rate))


class Bars(Progress):
    """Shows bytes read of all sources together, the lines a second, and the time left."""

    def __init__(self, shown: rich.Progress, lang: Lang) -> None:
        self._shown = shown
        self._lang = lang
        self._done: dict[int, int] = {}
        self._began = time.monotonic()
        self._task: rich.TaskID | None = None

    def start(self, found: Sequence[Taken]) -> None:
        """Lay the bar out over the bytes of all sources."""
        sizes = [one.source.size for one in found if one.detected.main and not one.copy_of]
        known = all(one.source.path != "-" for one in found)
        total = sum(sizes) if known else None
        self._task = self._shown.add_task(READING.to(self._lang), total=total, rate=0)

    def advance(self, source: int, consumed: int, lines: int) -> None:
        """Move the bar."""
        self._done[source] = consumed
        if self._task is not None:
            rate = lines / max(time.monotonic() - self._began, 0.05)
            self._shown.update(self._task, completed=sum(self._done.values()), rate=rate)


@contextmanager
def bars(lang: Lang) -> Iterator[Progress]:
    """Show progress on standard error while the block runs."""
    shown = rich.Progress(
        rich.TextColumn("{task.description}"),
        rich.BarColumn(bar_width=24),
        rich.TaskProgressColumn(),
        _Rate(lang),
        rich.TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
    )
    with shown:
        yield Bars(shown, lang)
