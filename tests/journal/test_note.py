from __future__ import annotations

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ecluse.journal import Unproven
from ecluse.journal.note import (
    COSIGNATURE,
    Note,
    SigningKey,
    VerifierKey,
    decode64,
    read_signatures,
    valid_name,
)

# The vectors of Go's sumdb/note, where the format comes from.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox"
    "33WWd1RvMc+QQ=\n"
)
# The example of c2sp.org/signed-note: its text has an empty line.
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouF"
    "SQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)


def raw(*lines: str, text: str = TEXT) -> bytes:
    return (text + "\n" + "".join(lines)).encode()


def test_it_verifies_the_vectors_of_the_reference_implementation() -> None:
    note = Note.parse(raw(PETER_LINE, ENOCH_LINE))
    peter, enoch = VerifierKey.parse(PETER), VerifierKey.parse(ENOCH)
    assert str(peter) == PETER
    assert note.signers([peter]) == [peter]
    assert note.signers([peter, enoch]) == [peter, enoch]
    assert bytes(note) == raw(PETER_LINE, ENOCH_LINE)


def test_it_signs_the_bytes_of_the_reference_implementation() -> None:
    key = SigningKey("PeterNeumann", Ed25519PrivateKey.from_private_bytes(PETER_SEED))
    assert str(key.verifier) == PETER
    assert key.sign(TEXT.encode()).line() == PETER_LINE


def test_the_last_empty_line_separates_text_from_signatures() -> None:
    note = Note.parse(POEM.encode())
    assert note.text.decode().endswith("\n\ned è subito sera.\n")
    assert [s.name for s in note.signatures] == ["quasimodo.example/salvatore"]


@pytest.mark.parametrize("position", range(len(PETER)))
def test_a_key_with_one_wrong_or_missing_character_is_refused(position: int) -> None:
    for wrong in (
        PETER[:position] + chr(ord(PETER[position]) + 1) + PETER[position + 1 :],
        PETER[:position],
        PETER[position + 1 :],
    ):
        with pytest.raises(Unproven) as refusal:
            VerifierKey.parse(wrong)
        assert refusal.value.code == "key_malformed"


@pytest.mark.parametrize(
    "key",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_a_key_of_unknown_type_or_length_is_refused(key: str) -> None:
    with pytest.raises(Unproven):
        VerifierKey.parse(key)


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        TEXT.encode(),
        raw(),
        raw(PETER_LINE)[:-1],
        b"\x01" + raw(PETER_LINE),
        b"\xff" + raw(PETER_LINE),
        raw(PETER_LINE.replace("— PeterNeumann", "— Bad Name")),
        raw(PETER_LINE.replace("— PeterNeumann", "— Bad+Name")),
        raw(PETER_LINE, "Unexpected line.\n"),
        raw(PETER_LINE.replace("—", "-")),
        raw("— PeterNeumann AAA=\n"),
        raw(PETER_LINE * 101),
        raw(PETER_LINE, text="x" * 1_000_001 + "\n"),
    ],
)
def test_malformed_notes_are_refused(bad: bytes) -> None:
    with pytest.raises(Unproven) as refusal:
        Note.parse(bad)
    assert refusal.value.code == "note_malformed"


def test_a_wrong_signature_by_a_known_key_refuses_the_whole_note() -> None:
    note = Note.parse(raw(ENOCH_LINE, PETER_LINE, text=TEXT.replace("problem", "Problem")))
    with pytest.raises(Unproven) as refusal:
        note.signers([VerifierKey.parse(PETER)])
    assert refusal.value.code == "signature_wrong"


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    other = VerifierKey("PeterNeumann", 1, bytes(32))
    with pytest.raises(Unproven) as refusal:
        Note.parse(raw(PETER_LINE)).signers([other, VerifierKey.parse(ENOCH)])
    assert refusal.value.code == "signature_missing"


def test_a_cosignature_carries_its_time_and_only_that_time_verifies() -> None:
    key = SigningKey("w.example", Ed25519PrivateKey.generate(), COSIGNATURE)
    text = b"example.org/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    line = key.sign(text, 1_679_315_147)
    assert line.moment == 1_679_315_147
    assert key.verifier.accepts(text, line.value)
    assert not key.verifier.accepts(text, (1).to_bytes(8, "big") + line.value[8:])
    plain = VerifierKey(key.verifier.name, 1, key.verifier.public)
    assert plain.key_id != key.verifier.key_id
    assert not plain.accepts(text, line.value)
    assert VerifierKey.parse(str(key.verifier)) == key.verifier


def test_the_example_cosignature_of_the_specification_is_read() -> None:
    # From c2sp.org/tlog-cosignature.
    line = (
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJ"
        "sX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    (signature,) = read_signatures(line)
    assert signature.moment == 1_679_315_147
    assert signature.line() == line


def test_the_same_signature_is_not_added_twice() -> None:
    note = Note.parse(raw(PETER_LINE))
    (enoch,) = read_signatures(ENOCH_LINE)
    assert note.signed_by(enoch, *note.signatures).signatures == (*note.signatures, enoch)


@pytest.mark.parametrize(
    ("text", "value"), [("AA==", b"\0"), ("AB==", None), ("AA=", None), ("é", None), ("", b"")]
)
def test_base64_has_one_spelling(text: str, value: bytes | None) -> None:
    assert decode64(text) == value


@pytest.mark.parametrize(
    ("name", "good"),
    [("a.example/b", True), ("", False), ("a b", False), ("a\u00a0b", False), ("a+b", False)],
)
def test_key_names(name: str, *, good: bool) -> None:
    assert valid_name(name) is good
