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


def _as_installed() -> str:
    """Make the environment of `make run`, without what only the tests need, and give its Python."""
    root = HERE.parent
    python = root / "build" / "run" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(python.parents[1])], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        lock = ["--require-hashes", "--requirement", str(root / "requirements" / "run.txt")]
        subprocess.run([*pip, *lock], check=True)
        own = ["--no-deps", "--no-build-isolation", "--editable", str(root)]
        subprocess.run([*pip, *own], check=True)
    return str(python)


def main() -> int:
    """Print the machine, then each table; arguments go to the first bench."""
    print(f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"Python {platform.python_version()}, {platform.system()}", flush=True)
    code = 0
    os.environ.setdefault("ECLUSE_PYTHON", _as_installed())
    for name in BENCHES:
        print(f"\n{name}", flush=True)
        words = sys.argv[1:] if name == BENCHES[0] else []
        code |= subprocess.run([sys.executable, str(HERE / name), *words], check=False).returncode
    return code


if __name__ == "__main__":
    sys.exit(main())
