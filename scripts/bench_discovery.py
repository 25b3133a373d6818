"""Discovery against the administrator's one-liner, in turn, in the same run: time and memory."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = os.environ.get("ECLUSE_PYTHON", sys.executable)
ONE_LINER = "awk '{print $7}' \"$0\" | sort | uniq -c | sort -rn"


class Watch(threading.Thread):
    """Follows the memory of a process and its children: the largest sum of proportional sets."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()

    def run(self) -> None:
        """Look ten times a second."""
        while not self.over.wait(0.1):
            self.peak = max(self.peak, sum(map(_memory, _family(self.pid))))


def _family(pid: int) -> list[int]:
    found = [pid]
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return found
    for child in children.split():
        found += _family(int(child))
    return found


def _memory(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def timed(command: Sequence[str], *, watch: bool = False) -> tuple[float, int]:
    """Give the seconds of one run and, if watched, its peak memory in kB."""
    environment = {**os.environ, "ECLUSE_DATA": tempfile.mkdtemp(), "LC_ALL": "C.UTF-8"}
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    follower = Watch(process.pid)
    if watch:
        follower.start()
    code = process.wait()
    follower.over.set()
    if code:
        raise SystemExit(f"{command[0]} failed with {code}")
    return time.perf_counter() - began, follower.peak


def ours(path: Path) -> list[str]:
    """Give our command."""
    return [PYTHON, "-m", "ecluse", "discover", str(path), "--json"]


def generated(folder: Path, script: str, *words: str) -> Path:
    """Write a log with one of the generators, once."""
    path = folder / ("-".join((Path(script).stem, *words)) + ".log")
    if not path.exists():
        with path.open("wb") as file:
            subprocess.run([PYTHON, str(HERE / script), *words], stdout=file, check=True)
    return path


def main() -> None:
    """Measure and print a table, or one JSON object of ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=3_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--times-ten", action="store_true", help="memory on ten times the file too")
    parser.add_argument("--formats", type=int, default=300_000, help="lines of each other format")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ecluse-bench-") as temporary:
        result = measure(Path(temporary), options)
    if options.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:<52} {value:>12}")


def measure(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """Give every figure, ratios first."""
    log = generated(folder, "generate_squid.py", str(options.lines))
    timed(["cat", str(log)])
    pairs, peaks = [], []
    for _ in range(options.runs):
        mine, peak = timed(ours(log), watch=True)
        peer, _ = timed(["sh", "-c", ONE_LINER, str(log)])
        pairs.append((mine, peer))
        peaks.append(peak)
    peer = statistics.median(peer for _, peer in pairs)
    result = {
        "squid: time of discover / time of awk|sort|uniq": _median(a / b for a, b in pairs),
        "squid: seconds of discover": _median(a for a, _ in pairs),
        "squid: seconds of awk|sort|uniq": round(peer, 2),
        "squid: peak memory of all processes, MiB": round(max(peaks) / 1024),
    }
    if options.times_ten:
        big = generated(folder, "generate_squid.py", str(10 * options.lines))
        _, peak = timed(ours(big), watch=True)
        result["squid, ten times the lines: memory / memory"] = round(peak / max(peaks), 2)
        big.unlink()
    result.update(_others(folder, options, peer / options.lines))
    seconds = [timed([PYTHON, "-m", "ecluse", "--help"])[0] for _ in range(5)]
    result["ecluse --help: seconds"] = _median(seconds)
    return result


def _others(folder: Path, options: argparse.Namespace, peer: float) -> dict[str, float]:
    """Give, for each other format, its lines a second over those of the one-liner on Squid.

    The fixed cost of starting is measured on a tenth of the lines and taken off both.
    """
    sys.path.insert(0, str(HERE))
    from generate_logs import FORMATS

    found = {}
    for name in FORMATS:
        small = generated(folder, "generate_logs.py", name, str(options.formats // 10))
        large = generated(folder, "generate_logs.py", name, str(options.formats))
        rates = []
        for _ in range(options.runs):
            few, many = timed(ours(small))[0], timed(ours(large))[0]
            rates.append((many - few) / (options.formats * 0.9))
        found[f"{name}: lines a second / awk's on squid"] = round(
            peer / statistics.median(rates), 2
        )
    return found


def _median(values: Iterable[float]) -> float:
    return round(statistics.median(values), 2)


if __name__ == "__main__":
    main()
