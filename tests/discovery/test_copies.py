from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import pytest

from ecluse.discovery.copies import copies
from ecluse.discovery.sources import Source

TEXT = b"".join(b"line %d\n" % rank for rank in range(50_000))


def found(folder: Path, files: dict[str, bytes]) -> dict[str, str]:
    sources = []
    for name, content in files.items():
        (folder / name).write_bytes(content)
        sources.append(Source(str(folder / name)))
        sources[-1].prepare()
    return {Path(one).name: Path(of).name for one, of in copies(sources).items()}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.log": TEXT, "b.log": TEXT}, {"b.log": "a.log"}),
        ({"a.log": TEXT, "a.log.gz": gzip.compress(TEXT)}, {"a.log.gz": "a.log"}),
        ({"a.gz": gzip.compress(TEXT, 1), "b.bz2": bz2.compress(TEXT)}, {"b.bz2": "a.gz"}),
        ({"a.log": TEXT[:300_000], "b.log": TEXT}, {"a.log": "b.log"}),
        ({"a.log": TEXT[:500], "b.log": TEXT}, {"a.log": "b.log"}),
        ({"a.log": TEXT[:-1] + b"!", "b.log": TEXT}, {}),
        ({"a.log": TEXT[:300_000] + b"other\n", "b.log": TEXT}, {}),
        ({"a.log": TEXT[7:], "b.log": TEXT}, {}),
        ({"a.log": b"", "b.log": b""}, {}),
        (
            {"a.log": TEXT[:9000], "b.log": TEXT, "c.log": TEXT},
            {"a.log": "b.log", "c.log": "b.log"},
        ),
    ],
)
def test_only_what_is_wholly_within_another_is_a_copy(
    tmp_path: Path, files: dict[str, bytes], expected: dict[str, str]
) -> None:
    assert found(tmp_path, files) == expected


def test_a_file_in_trouble_is_the_copy_of_none(tmp_path: Path) -> None:
    assert found(tmp_path, {"a.bin": b"\0\1" * 900, "b.bin": b"\0\1" * 900}) == {}
