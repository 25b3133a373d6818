"""Which of the three situations the organisation is in, remembered in the data directory."""

from __future__ import annotations

from pathlib import Path

POSTURES = ("foundation", "shadow-ai", "crisis")
DEFAULT = "shadow-ai"


def chosen(data: Path) -> str:
    """Give the situation last chosen; shadow AI where none was."""
    try:
        name = (data / "situation").read_text(encoding="utf-8").strip()
    except OSError:
        return DEFAULT
    return name if name in POSTURES else DEFAULT


def choose(data: Path, posture: str) -> None:
    """Remember the situation."""
    data.mkdir(parents=True, exist_ok=True)
    (data / "situation").write_text(posture + "\n", encoding="utf-8")
