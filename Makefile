# Everything a newcomer types. Needs Python 3.11 or newer and make; the rest is installed into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Handed on as they are: make test PYTEST_ARGS="-k refund", make demo DEMO_ARGS="--help".
PYTEST_ARGS ?=
BENCH_ARGS ?=
DEMO_ARGS ?=

.PHONY: help demo test bench check lint format lock clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/.installed ## Set everything up and run the demo: http://127.0.0.1:8765
	@exec $(BIN)/keyturn demo $(DEMO_ARGS)

test: $(VENV)/.installed-dev ## Set everything up and run all tests
	@exec $(BIN)/python -m pytest $(PYTEST_ARGS)

bench: $(VENV)/.installed-dev ## Measure, and print a table with its conditions
	@exec $(BIN)/python -m tests.bench $(BENCH_ARGS)

check: lint test ## Lint, then test

lint: $(VENV)/.installed-dev ## Look at format, style, types and layers without running anything
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## Put the code into its format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: $(VENV)/.installed-dev ## Choose versions anew within pyproject.toml's bounds
	@tools=$(BIN) ./.ci/lock

clean: ## Remove what make and the tools have made; settings and databases stay
	rm -rf $(VENV) .artifacts .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	rm -rf .coverage .coverage.* dist build client/dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@./.ci/venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python requirements.lock pyproject.toml client/pyproject.toml
	@echo "Installing Keyturn into $(VENV), about a minute the first time ..."
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e client -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	@echo "Installing the tools for development into $(VENV) ..."
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
