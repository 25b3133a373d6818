# Every target is one line that calls a script or a command; continuous integration calls the same.
.DEFAULT_GOAL := help
.PHONY: help run test check bench lock clean
PYTHON ?= python3
BIN := .venv/bin

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: .venv/run ## Print the picture of LOG=/path/to/logs (a sample without it)
	@$(BIN)/ecluse discover $(or $(LOG),--sample)

test: .venv/test ## Check style, types, contracts, then run the whole suite
	@bash scripts/test.sh

check: .venv/test ## Style, types and contracts only
	@bash scripts/check.sh

bench: .venv/test ## Measure against the peers and print the ratios
	@$(BIN)/python scripts/bench.py

lock: ## Resolve the dependencies again, with hashes
	@bash scripts/lock.sh

clean: ## Remove the environment and what the tools left
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/run: requirements/run.txt pyproject.toml scripts/venv.sh
	@bash scripts/venv.sh $(PYTHON) run

.venv/test: requirements/test.txt pyproject.toml scripts/venv.sh
	@bash scripts/venv.sh $(PYTHON) test
