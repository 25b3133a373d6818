from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from ecluse.discovery.sources import HEAD, Source, find, text_of

TEXT = "".join(f"ligne {rank} : é\n" for rank in range(40_000))
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
}


def prepared(folder: Path, content: bytes) -> Source:
    path = folder / "file.log"
    path.write_bytes(content)
    source = Source(str(path))
    source.prepare()
    return source


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("members", [1, 3])
def test_a_packed_file_gives_its_text_member_after_member(
    tmp_path: Path, packing: str, members: int
) -> None:
    source = prepared(tmp_path, PACKED[packing](TEXT.encode()) * members)
    assert (source.packing, source.trouble, source.plain) == (packing, None, False)
    assert source.head == (TEXT * members).encode()[:HEAD]
    assert b"".join(source.chunks()).decode() == TEXT * members
    assert not source.truncated
    assert source.consumed == source.size


@pytest.mark.parametrize("packing", PACKED)
def test_a_packed_file_cut_short_gives_what_came_before(tmp_path: Path, packing: str) -> None:
    packed = PACKED[packing](TEXT.encode())
    source = prepared(tmp_path, packed[:-20])
    given = b"".join(source.chunks())
    assert TEXT.encode().startswith(given)
    assert source.truncated


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (gzip.compress(TEXT.encode("utf-16")), "utf-16-le"),
    ],
)
def test_the_encoding_is_told_and_the_text_is_the_same(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    source = prepared(tmp_path, content)
    assert source.encoding == encoding
    lines = b"".join(source.chunks()).splitlines()
    assert [text_of(line) for line in lines] == TEXT.splitlines()


@pytest.mark.parametrize("byte", range(128, 256))
def test_every_byte_has_a_meaning(byte: int) -> None:
    assert len(text_of(bytes([byte, 65]))) == 2


@pytest.mark.parametrize(
    ("content", "trouble"),
    [(bytes(range(256)) * 40, "binary"), (b"text\x1b[0m\n" * 90, None), (b"", None)],
)
def test_binary_is_told_from_text(tmp_path: Path, content: bytes, trouble: str | None) -> None:
    assert prepared(tmp_path, content).trouble == trouble


def test_a_folder_gives_its_files_sorted_but_for_the_hidden(tmp_path: Path) -> None:
    for name in ("b/z.log", "a.log", ".hidden", "b/c/d.gz"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    names = [Path(one.path).relative_to(tmp_path).as_posix() for one in find([str(tmp_path)])]
    assert names == ["a.log", "b/c/d.gz", "b/z.log"]


def test_each_file_is_found_once_however_often_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a[1].log"
    path.touch()
    (tmp_path / "link.log").symlink_to(path)
    given = [str(path), str(tmp_path), str(tmp_path / "*.log"), "-", "-"]
    assert [one.path for one in find(given)] == [str(path), "-"]


def test_a_path_that_does_not_exist_is_a_source_in_trouble(tmp_path: Path) -> None:
    (source,) = find([str(tmp_path / "gone.log")])
    source.prepare()
    assert source.trouble == "No such file or directory"


def test_a_folder_where_a_file_was_expected_is_in_trouble(tmp_path: Path) -> None:
    source = Source(str(tmp_path))
    source.prepare()
    assert source.trouble == "Is a directory"
