"""What every test shares: a data directory of its own, and no silent skip in the full run."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.discovery.readers.conformance")

_skipped: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.fixture(autouse=True)
def _own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test away from the person's own data directory and language."""
    monkeypatch.setenv("ECLUSE_DATA", str(tmp_path / "ecluse-data"))
    monkeypatch.delenv("ECLUSE_LANG", raising=False)


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_skipped] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],  # noqa: ARG001 - the hook's signature
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and item.get_closest_marker("real"):
        item.config.stash[_skipped].append(item.nodeid)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Refuse, where ECLUSE_REFUSE_SKIPS is set, that a test needing a real program was skipped."""
    skipped = session.config.stash[_skipped]
    if os.environ.get("ECLUSE_REFUSE_SKIPS") and skipped:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for name in config.stash[_skipped] if os.environ.get("ECLUSE_REFUSE_SKIPS") else ():
        terminalreporter.write_line(f"refused: {name} was skipped for want of a real program")
