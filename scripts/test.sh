#!/usr/bin/env bash
# Everything that must hold: the checks, then every test. Arguments go to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/check.sh
exec .venv/bin/python -m pytest -q "$@"
