"""Log files as bytes of text: found, opened, decompressed, transcoded; never understood here."""

from __future__ import annotations

import bz2
import codecs
import glob
import lzma
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

CHUNK = 1 << 16
HEAD = 1 << 18
_MAGIC: tuple[tuple[bytes, str, Callable[[], Any]], ...] = (
    (b"\x1f\x8b", "gzip", lambda: zlib.decompressobj(wbits=31)),
    (b"\x28\xb5\x2f\xfd", "zstd", lambda: zstandard.ZstdDecompressor().decompressobj()),
    (b"BZh", "bzip2", bz2.BZ2Decompressor),
    (b"\xfd7zXZ\x00", "xz", lzma.LZMADecompressor),
)
_BROKEN = (OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError, EOFError)
_BOMS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(slots=True)
class Source:
    """One file, or standard input under the name `-`.

    After `prepare`, `head` holds its first bytes as UTF-8 text, `packing` how it is compressed,
    `encoding` what it is written in, and `trouble` why it cannot be read at all, if so
    (a key of `record.REASONS`, or the system's own sentence). `consumed` counts the bytes of the
    file already read, out of `size`; `truncated` tells that it stopped before its end.
    """

    path: str
    size: int = 0
    head: bytes = b""
    packing: str | None = None
    encoding: str = "utf-8"
    trouble: str | None = None
    truncated: bool = False
    consumed: int = 0
    _replay: bytes = field(default=b"", repr=False)

    @property
    def plain(self) -> bool:
        """Tell whether workers may read the file themselves, from one offset to another."""
        return self.path != "-" and self.packing is None and not self.encoding.startswith("utf-16")

    def prepare(self) -> None:
        """Look at the first bytes: compression, encoding, text or not. Raises nothing."""
        try:
            if self.path == "-":
                self._replay = sys.stdin.buffer.read(HEAD)
            else:
                self.size = Path(self.path).stat().st_size
            first = next(self._raw(), b"")
            self.packing = next((name for mark, name, _ in _MAGIC if first.startswith(mark)), None)
            self.head = self._look()
        except OSError as error:
            self.trouble = error.strerror or str(error)
            return
        self.truncated, self.consumed = False, 0
        if self._binary():
            self.trouble = "binary"

    def _look(self) -> bytes:
        packed = iter([self._replay]) if self.path == "-" else self._raw()
        pieces, length = [], 0
        for piece in self._unpacked(packed):
            pieces.append(piece)
            length += len(piece)
            if length >= HEAD:
                break
        head = b"".join(pieces)[:HEAD]
        self.encoding = _encoding(head)
        if self.encoding.startswith("utf-16"):
            return head.decode(self.encoding, "replace").lstrip("\ufeff").encode()
        return head.removeprefix(codecs.BOM_UTF8)

    def _binary(self) -> bool:
        head = self.head[:65536]
        return len(_CONTROL.findall(head)) > max(8, len(head) // 20)

    def _raw(self) -> Iterator[bytes]:
        if self.path == "-":
            yield from chain([self._replay], _reads(sys.stdin.buffer))
            return
        with Path(self.path).open("rb") as file:
            yield from _reads(file)

    def _unpacked(self, raw: Iterable[bytes]) -> Iterator[bytes]:
        make = next((make for _, name, make in _MAGIC if name == self.packing), None)
        if make is None:
            yield from self._counted(raw)
            return
        member, fresh = make(), True
        for packed in self._counted(raw):
            data = packed
            while data:
                try:
                    yield member.decompress(data)
                except _BROKEN:
                    # Padding after the last member is usual; anything else is damage.
                    self.truncated = not fresh or bool(data.strip(b"\0"))
                    return
                fresh = member.eof
                data = member.unused_data if fresh else b""
                member = make() if fresh else member
        self.truncated = not fresh

    def _counted(self, raw: Iterable[bytes]) -> Iterator[bytes]:
        for piece in raw:
            self.consumed += len(piece)
            yield piece

    def chunks(self) -> Iterator[bytes]:
        """Give the text of the whole file as UTF-8 or one-byte text, bit by bit.

        Sets `truncated` if a compressed file stops short: what came before is given all the same.
        """
        self.consumed = 0
        unpacked = self._unpacked(self._raw())
        if not self.encoding.startswith("utf-16"):
            first = next(unpacked, b"")
            yield first.removeprefix(codecs.BOM_UTF8)
            yield from unpacked
            return
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        yield decoder.decode(next(unpacked, b"")).lstrip("\ufeff").encode()
        for chunk in unpacked:
            yield decoder.decode(chunk).encode()


def _reads(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _encoding(head: bytes) -> str:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    start = head[:4096]
    if len(start) > 8 and start[1::2].count(0) > len(start) // 3:
        return "utf-16-le"
    if len(start) > 8 and start[0::2].count(0) > len(start) // 3:
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def text_of(line: bytes) -> str:
    """Decode one line: UTF-8, or else Windows-1252, in which no byte is an error here."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def find(paths: Sequence[str]) -> list[Source]:
    """Find the files behind paths, folders, patterns and `-`, sorted, each once.

    A path that does not exist is a source in trouble, so that it is named and counted.
    """
    found: dict[str, Source] = {}
    for path in paths:
        for name in _expand(path):
            found.setdefault(name if name == "-" else str(Path(name).resolve()), Source(name))
    return list(found.values())


def _expand(path: str) -> list[str]:
    if path == "-":
        return [path]
    place = Path(path)
    if place.is_dir():
        files = (item for item in place.rglob("*") if item.is_file())
        return sorted(str(item) for item in files if not item.name.startswith("."))
    if not place.exists() and glob.has_magic(path):
        # Path.glob refuses absolute patterns, which is what people type.
        names = glob.glob(path, recursive=True)  # noqa: PTH207 - said above
        return sorted(name for name in names if Path(name).is_file())
    return [path]
