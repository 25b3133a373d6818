"""Puts an artefact in its place whole or not at all, with its facts beside it where needed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecluse.enforcement import header
from ecluse.enforcement.artefact import Format, produce
from ecluse.enforcement.decision import Decision


@dataclass(frozen=True, slots=True)
class Written:
    """What was produced, and where it went (nowhere when `out` is absent)."""

    format: Format
    decision: Decision
    content: bytes
    hosts: int
    kept: int
    out: Path | None
    beside: Path | None

    def as_json(self) -> dict[str, Any]:
        """Give the published object, without the content."""
        return {
            "format": self.format.name,
            "decision_sha256": self.decision.hash,
            "artefact_sha256": hashlib.sha256(self.content).hexdigest(),
            "bytes": len(self.content),
            "hosts": self.hosts,
            "exceptions": self.kept,
            "until": self.decision.until.isoformat() if self.decision.until else None,
            "out": str(self.out) if self.out else None,
            "decision_file": str(self.beside) if self.beside else None,
        }


def artefact(
    chosen: Format,
    decision: Decision,
    *,
    out: Path | None,
    allow: bool = False,
    export: tuple[bytes, str] | None = None,
) -> Written:
    """Produce the artefact and, when `out` is given, put it there; Refused or OSError if not.

    A format without comments has its facts in `<out>.decision.json`, written first: an artefact
    never stands without them.
    """
    content = produce(chosen, decision, allow=allow, export=export)
    beside = None
    if out:
        if not chosen.comments:
            beside = out.with_name(out.name + ".decision.json")
            digest = hashlib.sha256(content).hexdigest()
            _put(beside, header.side_file(decision, out.name, digest))
        _put(out, content)
    hosts = decision.approved_alone if allow else decision.hosts
    return Written(
        chosen, decision, content, len(hosts), 0 if allow else len(decision.kept), out, beside
    )


def _put(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
