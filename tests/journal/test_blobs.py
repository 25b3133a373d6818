from __future__ import annotations

import hmac
import io
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from ecluse.journal import Unproven
from ecluse.journal.blobs import CHUNK, MAGIC, TAG, Vault

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 200_001])
def test_an_exhibit_comes_back_and_its_commitment_opens(vault: Vault, size: int) -> None:
    clear = bytes(n & 255 for n in range(size))
    exhibit = vault.seal("c-1", io.BytesIO(clear))
    assert b"".join(vault.read("c-1", exhibit.sha256)) == clear
    assert exhibit.size == size
    assert vault.intact(exhibit.sha256)
    salt = vault.salt("c-1", exhibit.sha256)
    assert hmac.new(salt, clear, "sha256").hexdigest() == exhibit.commitment


def test_stored_bytes_are_named_by_their_hash_and_show_nothing(vault: Vault) -> None:
    clear = b"the secret prompt " * 1000
    first, second = (vault.seal("c-1", io.BytesIO(clear)) for _ in range(2))
    with vault.stored(first.sha256) as stored:
        raw = stored.read()
    assert sha256(raw).hexdigest() == first.sha256
    assert b"secret" not in raw
    assert first.sha256 != second.sha256
    assert first.commitment != second.commitment
    assert first.commitment not in {sha256(clear).hexdigest(), second.commitment}


def test_keys_are_private_one_for_each_case(vault: Vault, tmp_path: Path) -> None:
    mine = vault.seal("c-1", io.BytesIO(b"a"))
    vault.seal("c-2", io.BytesIO(b"b"))
    keys = sorted((tmp_path / "cases").iterdir())
    assert [key.stat().st_mode & 0o777 for key in keys] == [0o600, 0o600]
    with pytest.raises(Unproven):
        list(vault.read("c-2", mine.sha256))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[: len(MAGIC) + 32 + CHUNK + TAG],
        lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:],
        lambda raw: bytes([raw[0] ^ 1]) + raw[1:],
        lambda raw: raw[:20] + bytes([raw[20] ^ 1]) + raw[21:],
        lambda raw: raw + b"x",
        lambda raw: raw[:47] + raw[47 + CHUNK + TAG :] + raw[47 : 47 + CHUNK + TAG],
        lambda _raw: b"",
    ],
)
def test_altered_bytes_are_never_given(vault: Vault, tmp_path: Path, spoil) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001  (a table of lambdas)
    exhibit = vault.seal("c-1", io.BytesIO(bytes(2 * CHUNK + 5)))
    path = tmp_path / "blobs" / exhibit.sha256[:2] / exhibit.sha256
    path.write_bytes(spoil(path.read_bytes()))
    assert not vault.intact(exhibit.sha256)
    with pytest.raises(Unproven) as refusal:
        list(vault.read("c-1", exhibit.sha256))
    assert refusal.value.code == "exhibit_altered"


def test_shredding_a_case_leaves_the_others_and_the_stored_bytes(
    vault: Vault, tmp_path: Path
) -> None:
    mine = vault.seal("c-1", io.BytesIO(b"a"))
    other = vault.seal("c-2", io.BytesIO(b"b"))
    assert vault.shred("c-1")
    assert not vault.shred("c-1")
    assert not vault.has_key("c-1")
    assert vault.intact(mine.sha256)
    for ask in (
        lambda: list(vault.read("c-1", mine.sha256)),
        lambda: vault.salt("c-1", mine.sha256),
    ):
        with pytest.raises(Unproven) as refusal:
            ask()
        assert refusal.value.code == "case_destroyed"
    assert b"".join(vault.read("c-2", other.sha256)) == b"b"
    vault.drop(mine.sha256)
    vault.drop(mine.sha256)
    assert not vault.has(mine.sha256)
    assert not vault.intact(mine.sha256)
    assert len(list((tmp_path / "cases").iterdir())) == 1


def test_a_source_that_fails_leaves_no_file(vault: Vault, tmp_path: Path) -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > CHUNK:
                raise OSError("unplugged")
            return super().read(size)

    with pytest.raises(OSError, match="unplugged"):
        vault.seal("c-1", Failing(bytes(3 * CHUNK)))
    assert [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()] == []
