from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from ecluse.discovery.report import svg
from ecluse.discovery.report.model import Report
from ecluse.kernel.text import Lang

SPACE = "{http://www.w3.org/2000/svg}"


def _boxes(path: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", path)
    return [(float(x), float(y), float(w), float(h)) for x, y, w, h in found]


@pytest.mark.parametrize(
    ("shares", "heights"), [((1.0, 0.5), [23.0, 11.5]), ((0.0, 0.001), [1.5]), ((), [])]
)
def test_a_small_chart_draws_shares_and_never_hides_a_little(
    shares: tuple[float, ...], heights: list[float]
) -> None:
    root = ET.fromstring(svg.spark(shares, svg.PAPER, "heard"))  # noqa: S314 - our own
    bars = root.findall(f"{SPACE}path")[1]
    assert [height for *_, height in _boxes(bars.get("d", ""))] == heights
    assert root.get("aria-label") == "heard"


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 1.0])
def test_a_bar_is_as_long_as_its_share(share: float) -> None:
    root = ET.fromstring(svg.meter(share, svg.PAPER))  # noqa: S314 - our own
    bar = root.findall(f"{SPACE}path")[1].get("d", "")
    length = float(re.findall(r"h([\d.]+)", bar)[0])
    assert length == (max(0.6, 100 * share) if share else 0)


def test_bars_stand_on_the_axis_in_proportion(written: Callable[[Lang], Report]) -> None:
    chart = next(one for one in written("fr").sections if one.id == "time").charts[0]
    root = ET.fromstring(svg.chart(chart, svg.PAPER))  # noqa: S314 - our own
    boxes = _boxes(root.find(f"{SPACE}path").get("d", ""))  # type: ignore[union-attr] # drawn
    assert len(boxes) == len(chart.bars) == 7
    tall = svg.HEIGHT - svg.TOP - svg.BOTTOM
    for bar, (x, y, width, height) in zip(chart.bars, boxes, strict=True):
        assert height == pytest.approx(tall * (bar.value or 0) / chart.ticks[-1][0], abs=0.01)
        assert y + height == pytest.approx(svg.HEIGHT - svg.BOTTOM, abs=0.02)
        assert x >= svg.LEFT
        assert x + width <= svg.WIDTH - svg.RIGHT
