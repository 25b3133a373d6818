"""The lines that every artefact bears: date, reason, author, expiry and hash of the decision."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ecluse.enforcement.decision import Decision
from ecluse.kernel.clock import iso

UNSAID = "non précisé / not stated"


def facts(decision: Decision) -> list[str]:
    """Give one line per fact, in both languages, without any comment sign."""
    until = decision.until.isoformat() if decision.until else "sans fin prévue / no end planned"
    return [
        f"Écluse {iso(decision.date)}",
        f"Motif / reason: {decision.reason or UNSAID}",
        f"Auteur / author: {decision.author or UNSAID}",
        f"Jusqu’au / until: {until}",
        f"Décision / decision: sha256:{decision.hash}",
    ]


def commented(sign: str, decision: Decision, notes: Iterable[str] = ()) -> list[str]:
    """Give the facts, then `notes`, each line behind the comment sign of a format."""
    return [f"{sign} {line}" for line in (*facts(decision), *notes)]


def text(lines: Iterable[str]) -> bytes:
    """Join lines with one final line feed, in UTF-8."""
    return ("\n".join(lines) + "\n").encode()


def document(value: object) -> bytes:
    """Write a JSON document, indented, with its final line feed."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def side_file(decision: Decision, artefact: str, artefact_hash: str) -> bytes:
    """Give the document written beside an artefact whose format has no comments."""
    return document(
        {
            "decision": decision.as_json(),
            "decision_sha256": decision.hash,
            "artefact": artefact,
            "artefact_sha256": artefact_hash,
        }
    )
