"""The chain of custody: each thing done to an exhibit is an entry, with the hash found then.

Who, when, where, why, and what could not be left unchanged, as ISO/IEC 27037 asks. The entry
comes before the act whenever the act discloses something.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from ecluse.journal.blobs import Exhibit, Vault
from ecluse.journal.errors import EventRefused, Unproven
from ecluse.journal.record import Event
from ecluse.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecluse.journal.commit import Receipt
    from ecluse.journal.journal import Journal
    from ecluse.journal.reader import Reader
    from ecluse.journal.record import Actor

Action = Literal["viewed", "copied", "transferred", "analysed", "exported"]
ACTIONS: tuple[Action, ...] = ("viewed", "copied", "transferred", "analysed", "exported")
PREFIX = "custody."


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who acts on an exhibit and why; `approver` is the second person when one is needed.

    `place` is where, `changes` what could not be left unchanged and why; both optional.
    """

    actor: Actor
    reason: str
    approver: str | None = None
    place: str | None = None
    changes: str | None = None
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a chain of custody."""

    number: int
    kind: str
    case: str
    exhibit: Exhibit
    intact: bool
    previous: int | None


def steps(reader: Reader, case: str | None = None) -> Iterator[Step]:
    """Give the custody entries on exhibits, of one case or all, in order."""
    for number, raw in reader.entries(b'"event":"custody.'):
        said = json.loads(raw)
        data = said.get("data", {})
        if "exhibit" not in data or case not in {None, said.get("case")}:
            continue
        exhibit = Exhibit(data["exhibit"], data["size"], data["commitment"])
        kind = said["event"].removeprefix(PREFIX)
        yield Step(number, kind, said["case"], exhibit, bool(data["intact"]), data.get("previous"))


class Custody:
    """The exhibits of a journal, handled so that every act leaves its entry."""

    def __init__(self, journal: Journal, vault: Vault | None = None) -> None:
        self._journal = journal
        self.vault = vault or Vault(journal.folder)

    def acquire(self, case: str, source: BinaryIO, act: Act) -> tuple[Exhibit, Receipt]:
        """File a stream as an exhibit: stored durably first, entered next."""
        exhibit = self.vault.seal(case, source)
        intact = self.vault.intact(exhibit.sha256)
        return exhibit, self._enter("acquired", case, exhibit, act, intact=intact, previous=None)

    def record(self, action: Action, case: str, digest: str, act: Act) -> Receipt:
        """Enter an act on an exhibit, after hashing its stored bytes again.

        An altered exhibit is entered as such, then refused with Unproven.
        """
        last = self._last(case, digest)
        intact = self.vault.intact(digest)
        receipt = self._enter(action, case, last.exhibit, act, intact=intact, previous=last.number)
        if not intact:
            raise _altered(digest, receipt.index)
        return receipt

    def view(self, case: str, digest: str, act: Act) -> Iterator[bytes]:
        """Enter that someone looks, then give the clear bytes."""
        self.record("viewed", case, digest, act)
        return self.vault.read(case, digest)

    def destroy(self, case: str, act: Act) -> list[Receipt]:
        """Destroy every exhibit of a case for good; it takes a second person.

        The order is entered first, then the key is destroyed and the files deleted, then each
        destruction is entered: a crash between leaves the order to carry out again.
        """
        if act.approver is None or act.approver == act.actor.id:
            raise _alone()
        last = {step.exhibit.sha256: step for step in steps(self._journal.reader, case)}
        self._journal.append(self._event("destroy_ordered", case, act, {"exhibits": len(last)}))
        self.vault.shred(case)
        receipts = []
        for digest, step in last.items():
            intact = self.vault.intact(digest)
            self.vault.drop(digest)
            receipts.append(
                self._enter(
                    "destroyed", case, step.exhibit, act, intact=intact, previous=step.number
                )
            )
        return receipts

    def _last(self, case: str, digest: str) -> Step:
        found = [s for s in steps(self._journal.reader, case) if s.exhibit.sha256 == digest]
        if not found:
            raise Unproven(
                "exhibit_unknown",
                Text(
                    fr=f"Le dossier {case} n’a pas de pièce {digest}.",
                    en=f"Case {case} has no exhibit {digest}.",
                ),
            )
        return found[-1]

    def _enter(
        self,
        kind: str,
        case: str,
        exhibit: Exhibit,
        act: Act,
        *,
        intact: bool,
        previous: int | None,
    ) -> Receipt:
        said = asdict(exhibit)
        data: dict[str, Any] = {"exhibit": said.pop("sha256"), **said, "intact": intact}
        if previous is not None:
            data["previous"] = previous
        return self._journal.append(self._event(kind, case, act, data))

    @staticmethod
    def _event(kind: str, case: str, act: Act, data: dict[str, Any]) -> Event:
        optional = {"place": act.place, "changes": act.changes}
        return Event(
            kind=PREFIX + kind,
            actor=act.actor,
            case=case,
            reason=act.reason,
            approver=act.approver,
            exercise=act.exercise,
            data=data | {name: value for name, value in optional.items() if value},
        )


def _altered(digest: str, number: int) -> Unproven:
    return Unproven(
        "exhibit_altered",
        Text(
            fr=f"La pièce {digest} est absente ou modifiée\u202f; l’entrée {number} le constate. "
            "Restaurez-la depuis une copie.",
            en=f"Exhibit {digest} is absent or altered; entry {number} records it. "
            "Restore it from a copy.",
        ),
    )


def _alone() -> EventRefused:
    return EventRefused(
        "approver",
        Text(
            fr="Détruire les pièces d’un dossier demande l’accord d’une seconde personne, "
            "différente de la première. Rien n’a été détruit.",
            en="Destroying the exhibits of a case takes the approval of a second person, other "
            "than the first. Nothing was destroyed.",
        ),
    )
