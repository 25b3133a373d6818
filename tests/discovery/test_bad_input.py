"""Whatever a file holds, the command says what it read, what it did not, and why."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard

from ecluse.cli import main
from tests.discovery.visits import visit

GOOD = "".join(
    visit("squid", host, user=user, address="192.0.2.77") + "\n"
    for host in ("chatgpt.com", "claude.ai", "intranet.example")
    for user in ("zoe.martin", "yann.petit")
).encode()
LINES = 6
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "zstd": lambda data: zstandard.ZstdCompressor().compress(data),
}


class Told:
    """What one run of the command printed, and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.err = code, err
        self.out = out

    @property
    def picture(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def source(self) -> dict[str, Any]:
        (found,) = self.picture["sources"]
        return dict(found)


Run = Callable[..., Told]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def discover(*words: object) -> Told:
        given = ["discover", "--json", "--lang", "en", "--data", str(tmp_path / "data")]
        code = main([*given, *map(str, words)])
        printed = capsys.readouterr()
        return Told(code, printed.out, printed.err)

    return discover


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(content: bytes, name: str = "proxy.log") -> Path:
        path = tmp_path / "logs" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n \n\r\n", "empty"),
        (bytes(range(256)) * 64, "binary"),
        (b"\x7fELF" + b"\0\1\2\3" * 500, "binary"),
        (b"\0" * 5000, "binary"),
        (gzip.compress(b""), "empty"),
        (gzip.compress(b"\1\2\3\4" * 900), "binary"),
    ],
)
def test_a_file_with_nothing_to_read_ends_in_2_and_says_why(
    run: Run, file: Callable[..., Path], content: bytes, reason: str
) -> None:
    told = run(file(content))
    assert told.code == 2
    assert told.source["unread_reasons"] == {reason: 1}
    assert "proxy.log: " in told.err
    assert "--format" in told.err
    assert told.picture["services"] == []


@pytest.mark.parametrize("content", [b"hello\nworld\n", b"a;b;c\n1;2;3\n", b"\xff\xfe", b"{", b"["])
def test_a_text_that_is_no_log_ends_in_2_and_says_what_to_try(
    run: Run, file: Callable[..., Path], content: bytes
) -> None:
    told = run(file(content))
    assert told.code == 2
    assert told.source["format"] is None
    assert "proxy.log: " in told.err
    assert told.picture["blind_spots"][0]["code"] == "source-unread"


ACCENTED = GOOD.replace(b"yann.petit", "hélène.né".encode("latin-1"))
WIDE = ACCENTED.decode("latin-1")


@pytest.mark.parametrize(
    ("content", "doubt"),
    [
        (ACCENTED, "CP1252"),
        (WIDE.encode("utf-16"), "UTF-16-LE"),
        (WIDE.encode("utf-16-le"), "UTF-16-LE"),
        (WIDE.encode("utf-16-be"), "UTF-16-BE"),
        (b"\xfe\xff" + WIDE.encode("utf-16-be"), "UTF-16-BE"),
        (WIDE.encode("utf-8-sig"), None),
        (WIDE.replace("\n", "\r\n").encode(), None),
        (WIDE.replace("\n", "\r\n").encode("utf-16"), "UTF-16-LE"),
        (WIDE.rstrip("\n").encode(), None),
        (WIDE.rstrip("\n").encode("utf-16"), "UTF-16-LE"),
    ],
)
def test_an_encoding_changes_no_figure_and_is_declared(
    run: Run, file: Callable[..., Path], content: bytes, doubt: str | None
) -> None:
    told = run(file(content))
    source = told.source
    assert (told.code, source["lines"], source["read"]) == (0, LINES, LINES)
    assert [f"read as {doubt}" in one for one in source["doubts"]] == ([True] if doubt else [])
    assert told.picture["people"] == 2
    assert {one["id"]: one["people"] for one in told.picture["services"]} == {
        "chatgpt": 2,
        "claude": 2,
    }


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"\0\0\0 half a line \0\n", "binary"),
        (b"x" * 10_000_000 + b"\n", "long"),
        (b"hello\n", "shape"),
        (b"1795170612.277   3387 192.0.2.10\n", "columns"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_bad_line_among_good_ones_is_counted_and_the_rest_is_read(
    run: Run, file: Callable[..., Path], bad: bytes, reason: str, *, packed: bool
) -> None:
    content = GOOD + bad + GOOD
    told = run(file(gzip.compress(content, 1) if packed else content))
    source = told.source
    assert (told.code, source["read"]) == (0, 2 * LINES)
    assert source["unread_reasons"] == {reason: 1}
    assert source["lines"] == 2 * LINES + 1
    assert "lines-unread" in {one["code"] for one in told.picture["blind_spots"]}


@pytest.mark.parametrize("packing", PACKERS)
def test_a_compressed_file_is_read_and_one_cut_short_says_so(
    run: Run, file: Callable[..., Path], packing: str
) -> None:
    many = b"".join(
        visit("squid", f"site{rank * 7919 % 9973}.example", user=f"u{rank}").encode() + b"\n"
        for rank in range(60_000)
    )
    packed = PACKERS[packing](many)
    whole = run(file(packed)).source
    assert (whole["read"], whole["unread_reasons"]) == (60_000, {})
    told = run(file(packed[: len(packed) // 2]))
    assert told.code == 0
    assert 0 < told.source["read"] < 60_000
    assert told.source["unread_reasons"]["truncated"] == 1


def test_garbage_after_a_compressed_file_is_told_and_padding_is_not(
    run: Run, file: Callable[..., Path]
) -> None:
    packed = gzip.compress(GOOD)
    padded = run(file(packed + b"\0" * 512))
    assert (padded.code, padded.source["read"], padded.source["unread"]) == (0, LINES, 0)
    spoilt = run(file(packed + b"garbage"))
    assert (spoilt.code, spoilt.source["read"]) == (0, LINES)
    assert spoilt.source["unread_reasons"] == {"truncated": 1}
    twice = run(file(packed + gzip.compress(GOOD)))
    assert twice.source["read"] == 2 * LINES


def test_mixed_formats_are_all_read(run: Run, file: Callable[..., Path]) -> None:
    other = (visit("dnsmasq", "chat.mistral.ai") + "\n").encode()
    source = run(file(GOOD + other * 4)).source
    assert (source["format"], source["formats"]) == ("squid", {"dnsmasq": 4, "squid": LINES})
    assert source["unread"] == 0


def test_a_date_in_the_future_is_read_as_it_stands(run: Run, file: Callable[..., Path]) -> None:
    told = run(file(GOOD.replace(b"1795170612", b"4102444800")))
    assert told.code == 0
    assert told.picture["period"]["end"].startswith("2100-01-01")


def test_columns_that_the_format_needs_are_missed_by_name(
    run: Run, file: Callable[..., Path]
) -> None:
    told = run(file(b"date,colour,size\n2026-11-20,red,3\n2026-11-20,blue,4\n"))
    assert told.code == 2
    assert "generic-csv with --mapping" in told.err


def test_an_unreadable_path_among_readable_ones_is_named(
    run: Run, file: Callable[..., Path], tmp_path: Path
) -> None:
    good = file(GOOD)
    gone = tmp_path / "gone.log"
    dangling = tmp_path / "dangling.log"
    dangling.symlink_to(tmp_path / "nowhere")
    told = run(good, gone, dangling)
    assert told.code == 0
    reasons = {one["path"]: one["unread_reasons"] for one in told.picture["sources"]}
    assert reasons[str(good)] == {}
    assert reasons[str(gone)] == reasons[str(dangling)] == {"No such file or directory": 1}
    assert [one["source"] for one in told.picture["blind_spots"]].count(str(gone)) == 1


def test_a_file_without_the_right_to_read_is_named(run: Run, file: Callable[..., Path]) -> None:
    closed = file(GOOD, "closed.log")
    closed.chmod(0)
    try:
        with closed.open("rb"):
            pytest.skip("needs a user whom file modes bind: root reads anything")
    except PermissionError:
        told = run(file(GOOD), closed)
    assert told.code == 0
    assert {"Permission denied": 1} in [one["unread_reasons"] for one in told.picture["sources"]]


@pytest.mark.parametrize("name", ["nothing", "*.none"])
def test_nothing_found_at_all_ends_in_2(run: Run, tmp_path: Path, name: str) -> None:
    told = run(tmp_path / name)
    assert told.code == 2
    assert "nothing could be read" in told.err


def test_a_rotated_log_read_twice_counts_once(run: Run, file: Callable[..., Path]) -> None:
    plain = file(GOOD + GOOD)
    file(gzip.compress(GOOD + GOOD), "proxy.log.1.gz")
    file(GOOD, "before-it-grew.log")
    told = run(plain.parent)
    assert sum(one["read"] for one in told.picture["sources"]) == 2 * LINES
    copies = {Path(one["path"]).name: one["copy_of"] for one in told.picture["sources"]}
    assert sorted(name for name, of in copies.items() if of) == [
        "before-it-grew.log",
        "proxy.log.1.gz",
    ]
    assert sum(one["requests"] for one in told.picture["services"]) == 8


def test_folders_patterns_and_files_name_each_file_once(
    run: Run, file: Callable[..., Path]
) -> None:
    one = file(GOOD, "one.log")
    file(GOOD.replace(b"claude.ai", b"chat.mistral.ai"), "two.log")
    told = run(one, one.parent, one.parent / "*.log")
    assert [Path(found["path"]).name for found in told.picture["sources"]] == ["one.log", "two.log"]


def test_since_leaves_out_what_is_older(run: Run, file: Callable[..., Path]) -> None:
    path = file(GOOD + GOOD.replace(b"1795170612", b"1705170612"))
    assert run(path, "--since", "2026-01-01").picture["requests"] == LINES
    assert run(path, "--since", "2020-01-01").picture["requests"] == 2 * LINES
    told = run(path, "--since", "soon")
    assert (told.code, told.out) == (2, "")
    assert "unreadable period “soon”" in told.err


def test_names_in_clear_ask_for_a_reason(
    run: Run, file: Callable[..., Path], tmp_path: Path
) -> None:
    refused = run(file(GOOD), "--names", "clear")
    assert (refused.code, refused.out) == (2, "")
    assert "--reason" in refused.err
    assert "L1222-4" in refused.err
    folder = tmp_path / "parquet"
    given = [
        "discover", str(file(GOOD)), "--data", str(tmp_path / "data"), "--names", "clear",
        "--reason", "incident 42", "--parquet", str(folder),
    ]  # fmt: skip
    assert main(given) == 0
    users = set(pq.read_table(folder / "usage.parquet")["user"].to_pylist())
    assert users == {"zoe.martin", "yann.petit"}
    kept = (tmp_path / "data" / "discovery" / "clear-names.jsonl").read_text()
    assert "incident 42" in kept


def _users(file: Path, data: Path, folder: Path) -> set[str]:
    given = ["discover", str(file), "--data", str(data), "--parquet", str(folder)]
    assert main(given) == 0
    return set(pq.read_table(folder / "usage.parquet")["user"].to_pylist())


def test_keyed_names_are_stable_under_one_key_and_appear_nowhere(
    file: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = file(GOOD)
    first = _users(log, tmp_path / "data", tmp_path / "a")
    assert len(first) == 2
    assert _users(log, tmp_path / "data", tmp_path / "b") == first
    assert not _users(log, tmp_path / "other", tmp_path / "c") & first
    assert "zoe" not in capsys.readouterr().out
    written = [one for one in tmp_path.rglob("*") if one.is_file() and one != log]
    assert len(written) >= 8
    for one in written:
        content = one.read_bytes()
        if one.suffix == ".parquet":
            content += str(pq.read_table(one).to_pylist()).encode()
        assert b"zoe" not in content
        assert b"yann" not in content
        assert b"192.0.2.77" not in content


@pytest.mark.parametrize("packing", [None, *PACKERS])
def test_standard_input_is_a_source_like_another(tmp_path: Path, packing: str | None) -> None:
    command = [sys.executable, "-m", "ecluse", "discover", "-", "--json", "--data", str(tmp_path)]
    given = PACKERS[packing](GOOD) if packing else GOOD
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    (source,) = json.loads(done.stdout)["sources"]
    assert (source["path"], source["read"]) == ("-", LINES)


@pytest.mark.parametrize("content", [b"", b"hello\n", bytes(range(256)) * 30])
def test_the_real_command_never_shows_a_traceback(tmp_path: Path, content: bytes) -> None:
    command = [sys.executable, "-m", "ecluse", "discover", "-", "--data", str(tmp_path)]
    done = subprocess.run(command, input=content, capture_output=True, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"  -: " in done.stderr


def test_read_names_the_line_that_it_does_not_understand(
    file: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file(GOOD + b"hello\n" + GOOD)
    assert main(["read", str(path), "--lang", "en", "--data", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert f"{path}:{LINES + 1}: does not have the shape" in printed.err
    found = [json.loads(line) for line in io.StringIO(printed.out)]
    assert [one["line"] for one in found] == [*range(1, 7), *range(8, 14)]
