"""Pieces of sources: nothing lost between them, nothing read twice, whatever the process."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecluse.catalogue.services import load_blindness, load_services
from ecluse.catalogue.signals import load_signals
from ecluse.discovery import detection, ingest
from ecluse.discovery.keying import Keyer
from ecluse.discovery.reader import Context
from ecluse.discovery.readers import READERS
from ecluse.discovery.relevance import Lookup
from ecluse.discovery.sources import Source

CONTEXT = Context(now=datetime(2026, 11, 22, tzinfo=UTC))
LOOKUP = Lookup(load_services(), load_blindness(), load_signals())


def line(second: int, host: str = "site.example", user: str = "jdoe", ip: str = "192.0.2.1") -> str:
    return (
        f"{1794000000 + second}.250     87 {ip} TCP_TUNNEL/200 1913 CONNECT {host}:443 {user} "
        "HIER_DIRECT/198.51.100.7 -\n"
    )


def taken(path: Path) -> ingest.Taken:
    source = Source(str(path))
    source.prepare()
    return ingest.Taken(source, detection.detect(source, READERS, CONTEXT))


def ingested(tmp_path: Path, *paths: Path) -> ingest.Ingested:
    folder = tmp_path / "out"
    folder.mkdir(exist_ok=True)
    return ingest.ingest([taken(path) for path in paths], LOOKUP, Keyer(b"k" * 32), folder)


@pytest.mark.parametrize("packed", [False, True])
def test_pieces_hold_every_line_once(
    tmp_path: Path, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "BLOCK", 1 << 18)
    text = "".join(line(second) for second in range(14_000)).encode()
    path = tmp_path / "access.log"
    path.write_bytes(gzip.compress(text, 1) if packed else text)
    one = taken(path)
    assert one.detected.main is not None
    pieces = list(ingest.tasks_of(0, one.source, one.detected.main))
    assert len(pieces) > 2
    blocks = [piece.block or path.read_bytes()[piece.start : piece.end] for piece in pieces]
    assert b"".join(blocks) == text
    assert all(block.endswith(b"\n") for block in blocks)
    assert ingested(tmp_path, path).taken[0].digest.lines == 14_000


def test_a_line_beyond_all_measure_is_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_text(line(1) * 9000 + "x" * (ingest.LONGEST_BLOCK + 9) + "\n" + line(2) * 50)
    digest = ingested(tmp_path, path).taken[0].digest
    assert digest.unread["long"] == 1
    assert digest.read >= 50
    assert digest.lines == digest.read + digest.unread.total()


def test_people_are_logins_and_the_addresses_no_login_was_seen_behind(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_text(
        line(1, user="ann", ip="192.0.2.1")
        + line(2, user="-", ip="192.0.2.1")
        + line(3, user="DOM\\Bob", ip="192.0.2.2")
        + line(4, user="bob", ip="192.0.2.3")
        + line(5, user="-", ip="192.0.2.9"),
        encoding="utf-8",
    )
    result = ingested(tmp_path, path)
    assert result.people == 3
    assert len(result.known_addresses()) == 3


def test_an_address_behind_which_two_people_stand_is_nobody_in_particular(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_text(line(1, user="ann") + line(2, user="bob"), encoding="utf-8")
    assert ingested(tmp_path, path).known_addresses() == {}


def test_a_copy_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_text(line(1) * 5, encoding="utf-8")
    first, second = taken(path), taken(path)
    second.copy_of = first.source.path
    folder = tmp_path / "out"
    folder.mkdir()
    result = ingest.ingest([first, second], LOOKUP, Keyer(None), folder)
    assert [one.digest.lines for one in result.taken] == [5, 0]


def test_progress_reaches_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "access.log"
    path.write_text("".join(line(second) for second in range(9_000)), encoding="utf-8")
    told: list[tuple[int, int]] = []
    folder = tmp_path / "out"
    folder.mkdir()
    ingest.ingest(
        [taken(path)],
        LOOKUP,
        Keyer(None),
        folder,
        progress=lambda source, consumed: told.append((source, consumed)),
    )
    assert told == sorted(told)
    assert told[-1] == (0, path.stat().st_size)
