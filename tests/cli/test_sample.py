"""The made-up week: the same people every time, and nothing that looks like a real one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ecluse.cli import sample

END = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_the_same_end_gives_the_same_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        sample.write(folder, END)
    for name in ("proxy.log", "dns.log"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes()


def test_it_is_removed_afterwards() -> None:
    with sample.made() as folder:
        assert (Path(folder) / "proxy.log").stat().st_size > 100_000
    assert not Path(folder).exists()


def test_its_addresses_are_kept_for_documentation(tmp_path: Path) -> None:
    sample.write(tmp_path, END)
    for line in (tmp_path / "proxy.log").read_text(encoding="utf-8").splitlines()[:500]:
        assert line.split()[2].startswith("192.0.2.")
