"""Run every bench, one after the other, on a machine with nothing else to do."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
BENCHES = ("bench_discovery.py", "bench_formats.py", "bench_journal.py")


def main() -> int:
    """Print the machine, then each table; arguments go to the first bench."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"Python {platform.python_version()}, {platform.system()}", flush=True)
    code = 0
    for name in BENCHES:
        print(f"\n{name}", flush=True)
        words = sys.argv[1:] if name == BENCHES[0] else []
        code |= subprocess.run([sys.executable, str(HERE / name), *words], check=False).returncode
    return code


if __name__ == "__main__":
    sys.exit(main())
