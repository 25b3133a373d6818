from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from ecluse.discovery.picture import Picture
from ecluse.discovery.report import page
from ecluse.discovery.report.model import Report
from ecluse.kernel.text import LANGUAGES, NARROW_NBSP, NBSP, Lang

LARGEST = 300_000
ALLOWED = frozenset(
    re.findall(
        r"\w+",
        "html head meta title style body header main footer section h1 h2 p span dl div dt dd "
        "ul li table caption thead tbody tr th td svg path line text figure figcaption details "
        "summary",
    )
)


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_word_and_figure_of_the_report_is_on_the_page(
    written: Callable[[Lang], Report], lang: Lang
) -> None:
    report = written(lang)
    reader = _Reader(page.page(report))
    said = set(reader.text)
    for figure in report.figures:
        assert {figure.value, figure.label, figure.of} <= said
    for section in report.sections:
        assert section.heading in said
        assert {item.text for item in section.items} <= said
        for row in section.table.rows if section.table else ():
            assert {cell.text for cell in row if cell.spark is None} <= said
    assert ("lang", lang) in reader.attributes
    assert not reader.open
    assert len(reader.ids) == len(set(reader.ids))


def test_french_typography_survives_on_the_page(written: Callable[[Lang], Report]) -> None:
    text = " ".join(_Reader(page.page(written("fr"))).text)
    own = re.sub(r"\d\d:\d\d", "", text)
    assert not re.search(rf"\w(?<!{NARROW_NBSP})[;?]|\w:\s", own)
    assert "23 854" not in text
    assert re.search(rf"\d{NARROW_NBSP}\d{{3}}\b", text)
    assert re.search(rf"\d{NBSP}%", text)
    assert "1,2 Go" not in text
    assert re.search(rf"\d,\d{NBSP}Mo", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_fetches_nothing_and_runs_nothing(
    written: Callable[[Lang], Report], hostile: Callable[[Lang], Report], lang: Lang
) -> None:
    for report in (written(lang), hostile(lang)):
        text = page.page(report)
        reader = _Reader(text)
        assert set(reader.tags) <= ALLOWED
        names = {name for name, _ in reader.attributes}
        assert not {name for name in names if name.startswith("on")}
        assert not names & {"src", "href", "srcset", "action", "style", "xmlns"}
        style = text[text.index("<style>") : text.index("</style>")]
        assert not re.search(r"url\(|@import|https?:|//", style)
        assert ("content", page.POLICY) in reader.attributes
        assert page.POLICY == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_stay_text(
    hostile: Callable[[Lang], Report], hostile_names: tuple[str, ...], lang: Lang
) -> None:
    text = page.page(hostile(lang))
    for name in ("<script", "<img", "</style></title>", "\u202e", "\x00", "\x07"):
        assert name not in text
    said = set(_Reader(text).text)
    for name in hostile_names[:5]:
        assert name in said
    assert "\ufffdgnp.\ufffd\ufffdevil" in said
    assert '"><img src=x onerror=alert(1)>.log' in said
    assert text.count("</style>") == text.count("</title>") == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_person_can_be_read_from_it(
    written: Callable[[Lang], Report],
    surveyed: tuple[Picture, object, object],
    lang: Lang,
) -> None:
    text = unescape(page.page(written(lang)))
    assert not re.search(r"agent\d\d|192\.0\.2\.", text)
    tokens = {token for one in surveyed[0].taken for pair in one.digest.pairs for token in pair}
    assert len(tokens) > 40
    for token in tokens - {"", "-"}:
        assert token not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_largest_report_stays_under_300_kb(
    crowded: Callable[[Lang], Report], written: Callable[[Lang], Report], lang: Lang
) -> None:
    assert len(page.page(written(lang)).encode()) <= 100_000
    assert len(page.page(crowded(lang)).encode()) <= LARGEST


def test_each_chart_is_heard_and_each_bar_beside_its_figure_is_not(
    written: Callable[[Lang], Report],
) -> None:
    text = page.page(written("fr"))
    drawn = re.findall(r"<svg [^>]*>", text)
    heard = [one for one in drawn if 'role="img"' in one and re.search('aria-label="[^"]+"', one)]
    silent = [one for one in drawn if 'aria-hidden="true"' in one]
    assert len(heard) == 2 * 13 + 2
    assert len(heard) + len(silent) == len(drawn)


RGB = tuple[float, float, float]


def _linear(light: float, chroma: float, hue: float) -> RGB:
    """OKLCH to linear sRGB (B. Ottosson, A perceptual color space for image processing, 2020)."""
    from math import cos, radians, sin

    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return red, green, blue


def _from_hex(text: str) -> RGB:
    parts = [int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def _contrast(one: RGB, other: RGB) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""
    weights = (0.2126, 0.7152, 0.0722)
    lights = sorted(
        sum(w * min(1.0, max(0.0, part)) for w, part in zip(weights, rgb, strict=True))
        for rgb in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _themes() -> dict[str, dict[str, RGB]]:
    css = (files("ecluse.discovery.report") / "report.css").read_text(encoding="utf-8")
    fallback = {name: _from_hex(value) for name, value in re.findall(r"--([\w-]+): (#\w{6});", css)}
    themes: dict[str, dict[str, RGB]] = {"fallback": fallback, "light": {}, "dark": {}}
    colour = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
    for name, *parts in re.findall(rf"--([\w-]+): light-dark\({colour}, {colour}\);", css):
        numbers = [float(part) for part in parts]
        for theme, (light, chroma, hue) in (("light", numbers[:3]), ("dark", numbers[3:])):
            themes[theme][name] = _linear(light / 100, chroma, hue)
    themes["print"] = {**themes["light"], "page": _from_hex("#ffffff")}
    return themes


PAIRS = [
    *((ink, ground, 4.5) for ink in ("ink", "soft") for ground in ("page", "panel")),
    ("ink", "warn-panel", 4.5),
    ("warn-ink", "warn-panel", 4.5),
    *(("bar", ground, 3.0) for ground in ("page", "panel", "track")),
    *(("warn-line", ground, 3.0) for ground in ("page", "warn-panel")),
]


@pytest.mark.parametrize("theme", ["fallback", "light", "dark", "print"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_colours_that_meet_can_be_told_apart(
    theme: str, front: str, ground: str, least: float
) -> None:
    tokens = _themes()[theme]
    assert len(tokens) == 10
    assert _contrast(tokens[front], tokens[ground]) >= least


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54), ("#ff0000", "#ffffff", 4.0)],
)
def test_the_contrast_formula_gives_known_values(one: str, other: str, ratio: float) -> None:
    assert _contrast(_from_hex(one), _from_hex(other)) == pytest.approx(ratio, abs=0.01)


def test_the_colour_formula_gives_known_values() -> None:
    assert _linear(1, 0, 0) == pytest.approx((1, 1, 1), abs=1e-4)
    assert _linear(0.62796, 0.25768, 29.234) == pytest.approx((1, 0, 0), abs=1e-3)
