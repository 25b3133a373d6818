"""Draws bars in SVG, for the page (coloured by its style sheet) and for paper (coloured here)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecluse.discovery.report.markup import Markup, tag
from ecluse.discovery.report.model import Chart

WIDTH, HEIGHT = 440, 190
LEFT, RIGHT, TOP, BOTTOM = 62, 8, 12, 26
WIDEST = 30  # a bar
LABELS = 7  # names that fit under the axis
SPARK = (96, 24)


@dataclass(frozen=True, slots=True)
class Paint:
    """How things are coloured: by class on the page, by value where no style sheet reaches."""

    bar: dict[str, str]
    track: dict[str, str]
    grid: dict[str, str]
    word: dict[str, str]
    root: dict[str, str]


PAGE = Paint({"class": "bar"}, {"class": "track"}, {"class": "grid"}, {"class": "tick"}, {})
PAPER = Paint(
    {"fill": "#1f5f8b"},
    {"fill": "#e3e7eb"},
    {"stroke": "#c6ccd2", "stroke-width": "1"},
    {"fill": "#4a5560", "font-size": "12", "font-family": "Libertinus Serif"},
    {"xmlns": "http://www.w3.org/2000/svg"},
)


def _rounded(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{_rounded(x)} {_rounded(y)}h{_rounded(width)}v{_rounded(height)}h-{_rounded(width)}z"


def chart(drawn: Chart, paint: Paint) -> Markup:
    """Draw bars over an axis with its marks; the chart's title is what is heard instead."""
    top = drawn.ticks[-1][0]
    inner, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    base, pitch = TOP + tall, inner / max(len(drawn.bars), 1)
    parts: list[str] = []
    for height, label in drawn.ticks:
        y = _rounded(base - tall * height / top)
        parts.append(
            tag("line", **paint.grid, x1=str(LEFT), x2=str(WIDTH - RIGHT), y1=y, y2=y),
        )
        at = {"x": str(LEFT - 6), "y": y, "dy": "4", "text-anchor": "end"}
        parts.append(tag("text", label, **paint.word, **at))
    boxes, wide = [], min(pitch * 0.76, WIDEST)
    for rank, bar in enumerate(drawn.bars):
        if bar.value:
            high = max(1.0, tall * bar.value / top)
            middle = LEFT + pitch * (rank + 0.5)
            boxes.append(_box(middle - wide / 2, base - high, wide, high))
    parts.append(tag("path", **paint.bar, d="".join(boxes)))
    step = -(-len(drawn.bars) // LABELS)
    for rank in range(0, len(drawn.bars), max(step, 1)):
        x = _rounded(LEFT + pitch * (rank + 0.5))
        at = {"x": x, "y": str(HEIGHT - 8), "text-anchor": "middle"}
        parts.append(tag("text", drawn.bars[rank].short, **paint.word, **at))
    box = f"0 0 {WIDTH} {HEIGHT}"
    heard = {"class": "chart", "role": "img", "aria-label": drawn.title}
    return tag("svg", *parts, **paint.root, viewBox=box, **heard)


def spark(shares: Sequence[float], paint: Paint, heard: str) -> Markup:
    """Draw a small chart of shares between 0 and 1; anything above zero can be seen."""
    wide, tall = SPARK
    pitch = wide / max(len(shares), 1)
    gap = 0.2 if len(shares) <= 48 else 0.0
    boxes = []
    for rank, share in enumerate(shares):
        if share > 0:
            high = max(1.5, (tall - 1) * share)
            boxes.append(_box(pitch * rank, tall - 1 - high, pitch * (1 - gap), high))
    ground = _box(0, tall - 1, wide, 1)
    return tag(
        "svg",
        tag("path", **paint.track, d=ground),
        tag("path", **paint.bar, d="".join(boxes)),
        **paint.root,
        viewBox=f"0 0 {wide} {tall}",
        **{"class": "spark", "role": "img", "aria-label": heard},
    )


def meter(share: float, paint: Paint) -> Markup:
    """Draw a share as a bar on its track, unheard: the figure beside it says the same."""
    filled = _rounded(max(0.6, 100 * share) if share else 0.0)
    return tag(
        "svg",
        tag("path", **paint.track, d="M0 0h100v6h-100z"),
        tag("path", **paint.bar, d=f"M0 0h{filled}v6h-{filled}z"),
        **paint.root,
        viewBox="0 0 100 6",
        preserveAspectRatio="none",
        **{"class": "meter", "aria-hidden": "true"},
    )
