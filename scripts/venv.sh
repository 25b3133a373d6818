#!/usr/bin/env bash
# Make the environment in .venv from the hash-locked list named run or test.
set -euo pipefail
cd "$(dirname "$0")/.."
python="$1" list="$2"
[ -x .venv/bin/python ] || "$python" -m venv .venv
echo "Installing what requirements/$list.txt lists into .venv (once)…" >&2
.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement "requirements/$list.txt"
.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
[ "$list" = run ] || touch .venv/run
touch ".venv/$list"
