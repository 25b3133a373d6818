from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ecluse.discovery.report.subject import Subject
from ecluse.kernel.text import Lang


@pytest.mark.parametrize(
    ("part", "whole", "fr", "en"),
    [
        (0, 10, "0\u00a0%", "0%"),
        (10, 10, "100\u00a0%", "100%"),
        (26, 48, "54,2\u00a0%", "54.2%"),
        (1, 100_000, "<\u00a00,1\u00a0%", "<\u00a00.1%"),
        (0, 0, "0\u00a0%", "0%"),
    ],
)
def test_a_share_above_zero_is_never_written_as_zero(
    about: Callable[[Lang], Subject], part: int, whole: int, fr: str, en: str
) -> None:
    assert about("fr").percent(part, whole) == fr
    assert about("en").percent(part, whole) == en


def test_bytes_that_nobody_counted_are_not_zero(about: Callable[[Lang], Subject]) -> None:
    subject = about("fr")
    assert subject.size(None) == "non mesuré"
    assert subject.size(0) == "0\u00a0o"
    services = tuple({**one, "bytes_up": None} for one in subject.picture.services)
    unmeasured = replace(subject, picture=replace(subject.picture, services=services))
    assert unmeasured.sent() is None
    assert subject.sent() == sum(one["bytes_up"] for one in subject.picture.services)


def test_a_vendor_goes_with_its_country(about: Callable[[Lang], Subject]) -> None:
    catalogue = about("fr").picture.catalogue.by_id
    assert about("fr").vendor(catalogue["chatgpt"]) == "OpenAI\u00a0· États-Unis"
    nobody = replace(catalogue["chatgpt"], vendor=None, country=None)
    assert about("en").vendor(nobody) == "—"
