#!/usr/bin/env bash
# Style, types, import contracts and the catalogue; the suite comes after.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/ruff format --check .
$bin/ruff check .
$bin/mypy
$bin/lint-imports --no-logo 2>/dev/null || $bin/lint-imports
$bin/ecluse catalogue check
