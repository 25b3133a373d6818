from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecluse.cli import report, sample
from ecluse.cli.stop import Stop
from ecluse.discovery.keying import Keyer
from ecluse.discovery.picture import Picture
from ecluse.discovery.reader import Context
from ecluse.discovery.survey import Options, Progress, survey

NOW = datetime(2026, 11, 22, 8, 2, tzinfo=UTC)


def _options(tmp_path: Path, *arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    report.add_options(parser, "fr")
    given = parser.parse_args(arguments)
    given.lang, given.data, given.sample, given.parquet = "fr", tmp_path / "data", True, None
    return given


@contextmanager
def _surveyed(tmp_path: Path, options: argparse.Namespace, text: str = "") -> Iterator[
    tuple[Picture, Path | None]
]:  # fmt: skip
    logs = tmp_path / "logs"
    logs.mkdir()
    if text:
        (logs / "some.log").write_text(text, encoding="utf-8")
    else:
        sample.write(logs, NOW)
    with report.kept(options) as kept:
        wanted = Options(Context(NOW, UTC), Keyer(b"k" * 32), keep=kept)
        yield survey([str(logs)], wanted, Progress()), kept


def test_it_writes_the_page_and_says_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "report.html"
    options = _options(tmp_path, "--html", str(path))
    with _surveyed(tmp_path, options) as (picture, kept):
        assert kept is not None
        report.write(picture, kept, UTC, options)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"Rapport écrit\u00a0: {path}\n")
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "Prévention / Shadow IA" in page
    assert not kept.exists()
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["report.html"]


def test_it_writes_both_at_once(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="needs typst: the paper report cannot be set")
    page, paper = tmp_path / "r.html", tmp_path / "r.pdf"
    options = _options(tmp_path, "--html", str(page), "--pdf", str(paper))
    report.check(options)
    with _surveyed(tmp_path, options) as (picture, kept):
        report.write(picture, kept, UTC, options)
    assert page.read_bytes().startswith(b"<!doctype html>")
    assert paper.read_bytes().startswith(b"%PDF-")


def test_without_a_report_nothing_is_kept_or_written(tmp_path: Path) -> None:
    options = _options(tmp_path)
    with _surveyed(tmp_path, options) as (picture, kept):
        assert kept is None
        report.write(picture, kept, UTC, options)
    assert not [one for one in tmp_path.iterdir() if one.is_file()]


def test_a_folder_asked_for_stays(tmp_path: Path) -> None:
    options = _options(tmp_path, "--html", str(tmp_path / "r.html"))
    options.parquet = tmp_path / "parquet"
    with _surveyed(tmp_path, options) as (picture, kept):
        report.write(picture, kept, UTC, options)
    assert (tmp_path / "parquet" / "usage.parquet").exists()
    assert (tmp_path / "r.html").exists()


def test_nothing_read_writes_nothing_over_a_former_report(tmp_path: Path) -> None:
    path = tmp_path / "r.html"
    path.write_text("former", encoding="utf-8")
    options = _options(tmp_path, "--html", str(path))
    with _surveyed(tmp_path, options, "these are no logs\nat all\n") as (picture, kept):
        assert not picture.something_read
        report.write(picture, kept, UTC, options)
    assert path.read_text(encoding="utf-8") == "former"


@pytest.mark.parametrize("place", ["nowhere/r.html", "."])
def test_a_place_that_cannot_be_written_is_refused_before_reading(
    tmp_path: Path, place: str
) -> None:
    with pytest.raises(Stop, match="Rien n’a été lu"):
        report.check(_options(tmp_path, "--html", str(tmp_path / place)))


def test_paper_without_typst_is_refused_before_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "find_spec", lambda _: None)
    with pytest.raises(Stop, match="imprimez la page"):
        report.check(_options(tmp_path, "--pdf", str(tmp_path / "r.pdf")))


def test_a_write_that_fails_stops_and_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.html"
    options = _options(tmp_path, "--html", str(path))

    def full(_: Path, __: bytes) -> int:
        raise OSError(28, "No space left on device")

    with _surveyed(tmp_path, options) as (picture, kept):
        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(Stop, match="No space left"):
            report.write(picture, kept, UTC, options)
    assert not [one for one in tmp_path.iterdir() if one.is_file()]
