from __future__ import annotations

import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ecluse.journal import StartRefused, keyring
from ecluse.journal.note import COSIGNATURE

if TYPE_CHECKING:
    from pathlib import Path


def test_a_key_file_is_for_its_owner_only_and_comes_back(tmp_path: Path) -> None:
    key = keyring.generate(tmp_path / "keys", "example.org/log")
    path = keyring.key_file(tmp_path / "keys", key.verifier)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    again = keyring.load(tmp_path / "keys", key.verifier)
    assert key.verifier.accepts(b"text\n", again.sign(b"text\n").value)


def test_log_and_witness_keys_have_files_of_their_own(tmp_path: Path) -> None:
    log = keyring.generate(tmp_path, "a")
    witness = keyring.generate(tmp_path, "a", COSIGNATURE)
    assert {p.name.split("-")[0] for p in tmp_path.iterdir()} == {"log", "witness"}
    assert log.verifier.public != witness.verifier.public


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o677])
def test_a_key_that_others_can_read_is_refused_with_the_way_out(tmp_path: Path, mode: int) -> None:
    key = keyring.generate(tmp_path, "a").verifier
    path = keyring.key_file(tmp_path, key)
    path.chmod(mode)
    with pytest.raises(StartRefused) as refusal:
        keyring.load(tmp_path, key)
    assert refusal.value.code == "key_exposed"
    assert f"chmod 600 {path}" in refusal.value.text.en


def test_missing_garbled_and_foreign_keys_are_refused_by_name(tmp_path: Path) -> None:
    key = keyring.generate(tmp_path, "a").verifier
    path = keyring.key_file(tmp_path, key)
    other = keyring.generate(tmp_path / "other", "a").verifier
    foreign = keyring.key_file(tmp_path / "other", other).read_bytes()
    curve = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for content, code in (
        (None, "key_missing"),
        (b"garbage", "key_unreadable"),
        (foreign, "key_other"),
        (curve, "key_other"),
    ):
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
            path.chmod(0o600)
        with pytest.raises(StartRefused) as refusal:
            keyring.load(tmp_path, key)
        assert refusal.value.code == code
        assert str(path) in refusal.value.text.fr


@pytest.mark.real
@pytest.mark.usefixtures("openssl")
def test_openssl_reads_the_public_key(tmp_path: Path) -> None:
    key = keyring.generate(tmp_path, "a").verifier
    pem = tmp_path / "pub.pem"
    pem.write_bytes(keyring.public_pem(key))
    command = ["openssl", "pkey", "-pubin", "-in", str(pem), "-noout", "-text"]
    out = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert key.public.hex() in out.replace(":", "").replace(" ", "").replace("\n", "")
