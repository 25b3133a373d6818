#!/usr/bin/env bash
# Resolve the dependencies again and write the locks, with hashes and without any registry's name.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 -m venv build/lock
build/lock/bin/pip install --quiet uv
lock() { build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"; }
lock pyproject.toml --group build --output-file requirements/run.txt
lock pyproject.toml --group build --group test --output-file requirements/test.txt
