from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Journal, Unproven
from ecluse.journal.checkpoint import Checkpoint, Proof, read_decimal
from ecluse.journal.note import Note

if TYPE_CHECKING:
    from collections.abc import Callable

# The example of c2sp.org/tlog-checkpoint.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcy"
    "v2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
ROOT = b64encode(bytes(32)).decode()


def test_it_reads_and_writes_the_example_of_the_specification() -> None:
    head = Checkpoint.of(Note.parse(EXAMPLE.encode()))
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert EXAMPLE.encode().startswith(head.text + b"\n")


@pytest.mark.parametrize(
    "text",
    [
        "a\n1\n",
        f"a\n01\n{ROOT}\n",
        f"a\n-1\n{ROOT}\n",
        f"a\n1 \n{ROOT}\n",
        f"a\n١\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        f"a\n1\n{ROOT[:-4]}\n",
        f"a\n1\n{ROOT}x\n",
        f"a\n1\n{ROOT}\nextension\n",
    ],
)
def test_malformed_checkpoints_are_refused(text: str) -> None:
    with pytest.raises(Unproven) as refusal:
        Checkpoint.of(Note(text.encode(), ()))
    assert refusal.value.code == "checkpoint_malformed"


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("7", 7), ("00", None), ("", None), ("+1", None), ("9" * 20, None)],
)
def test_decimals_have_one_spelling(text: str, value: int | None) -> None:
    assert read_decimal(text) == value


def test_a_proof_survives_its_text_and_proves_its_entry_only(filled: Journal) -> None:
    for index in (0, 1, 255, 256, 599):
        raw = bytes(filled.reader.prove(index))
        proof = Proof.parse(raw)
        assert bytes(proof) == raw
        assert proof.proves(filled.reader.entry(index))
        assert not proof.proves(filled.reader.entry(index) + b" ")
        assert not proof.proves(filled.reader.entry((index + 1) % 600))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b"@v1", b"@v2", 1),
        lambda raw: raw.replace(b"index 5", b"index 05", 1),
        lambda raw: raw.replace(b"index 5", b"indice 5", 1),
        lambda raw: raw.replace(b"index 5\n", b"index 5\nAAAA\n", 1),
        lambda raw: raw.replace(b"index 5\n", b"index 5\n" + ROOT.encode() + b"\n" * 1, 1) * 2,
        lambda raw: raw.partition(b"\n\n")[0],
        lambda raw: raw.replace(b"index 5\n", b"index 5\n" + (ROOT.encode() + b"\n") * 64, 1),
    ],
)
def test_malformed_proofs_are_refused(filled: Journal, spoil: Callable[[bytes], bytes]) -> None:
    raw = bytes(filled.reader.prove(5))
    with pytest.raises(Unproven):
        Proof.parse(spoil(raw))
