"""Lays out the report: the figures first, then what they do not see, then the rest."""

from __future__ import annotations

from datetime import tzinfo

from ecluse.discovery.picture import Picture
from ecluse.discovery.report import figures, sections, usage_tables, words
from ecluse.discovery.report.model import Plan, Report
from ecluse.discovery.report.subject import Subject
from ecluse.discovery.report.timeline import Timeline
from ecluse.kernel.text import Lang


def report(
    picture: Picture,
    timeline: Timeline,
    plan: Plan,
    lang: Lang,
    zone: tzinfo,
    *,
    sample: bool = False,
) -> Report:
    """Put a picture into the words of `lang`; moments are written as clocks in `zone` show them.

    `sample` says on the first line that everything is made up.
    """
    about = Subject(picture, timeline, lang, zone)
    return Report(
        lang=lang,
        title=words.TITLE.to(lang),
        lead=figures.lead(about),
        truth=figures.truth(about),
        made=figures.made(about),
        sample=words.SAMPLE.to(lang) if sample else "",
        heading=words.FIGURES.to(lang),
        figures=figures.figures(about),
        sections=(
            sections.blind(about),
            sections.steps(about, plan),
            usage_tables.services(about),
            *([usage_tables.countries(about)] if picture.services else ()),
            sections.candidates(about),
            *([usage_tables.over_time(about)] if picture.services else ()),
            sections.method(about),
        ),
    )
