from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Actor, Event, Journal, Settings, Watermarks
from tests.journal.authority import Authority

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ORIGIN = "example.org/journal"
SMALL = Settings(marks=Watermarks(low=0, closed=0, ballast=4096))


@pytest.fixture
def event() -> Callable[..., Event]:
    def make(number: int = 0, **more: object) -> Event:
        said: dict[str, object] = {"kind": "gateway.exchange", "data": {"n": number}}
        return Event(actor=Actor(id="u:7f3a", role="user", auth="key"), **{**said, **more})  # type: ignore[arg-type]

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def journal(folder: Path) -> Iterator[Journal]:
    with Journal.create(folder, ORIGIN, SMALL) as made:
        yield made


@pytest.fixture
def filled(journal: Journal, event: Callable[..., Event]) -> Journal:
    """A journal of 600 entries with checkpoints at 1, 100 and 600: two full tiles and a part."""
    journal.append_many(event(n) for n in range(99))
    journal.checkpoint()
    journal.append_many(event(n) for n in range(500))
    journal.checkpoint()
    return journal


@pytest.fixture
def openssl() -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl: not on this machine")


@pytest.fixture(scope="session")
def _authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    made = Authority(tmp_path_factory.mktemp("tsa") / "authority")
    yield made
    made.close()


@pytest.fixture
def authority(_authority: Authority) -> Authority:
    """The local authority, honest at the start of each test."""
    _authority.spoil, _authority.lie, _authority.status = (lambda raw: raw), None, 200
    return _authority
