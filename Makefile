# The project's commands. Everything they need is installed into .venv from pyproject.toml.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?= $(CURDIR)/.data
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test system windows-test windows-package soak lint bench docs clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --upgrade "pip>=25.1"
	@$(PIP) --editable .
	@touch $@

$(VENV)/dev: $(VENV)/run
	@$(PIP) --group lint --group test --group docs --group bench
	@$(PIP) --no-deps "qbdquery==0.1.5" # without its Windows-only dependencies
	@touch $@

$(VENV)/windows: $(VENV)/run
	@$(PIP) --group windows
	@touch $@

run: $(VENV)/run ## start the connector on the sample company; DATA=folder
	@$(BIN)/qbconnector --data $(DATA) demo

test: $(VENV)/dev system ## run the tests; ARGS="tests/qbxml -q" for some of them
	$(BIN)/python -m pytest -n auto $(ARGS)

system:
	@scripts/system-packages curl strace chromium

windows-test: $(VENV)/windows ## run the tests on a Windows Python under Wine; ARGS="tests/windows -q"
	@scripts/windows/lane $(ARGS)

windows-package: $(VENV)/windows ## build the Windows programs and their installer under Wine, and test them there
	@scripts/windows/package $(ARGS)

soak: $(VENV)/dev ## 1,000 connections held and 64 clients at work for a minute; ARGS="--seconds 600"
	$(BIN)/python -m tests.soak $(ARGS)

lint: $(VENV)/dev ## ruff, mypy in strict mode, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --no-warn-unreachable --cache-dir .mypy_cache/windows src tests/windows/*.py tests/packaging/*.py packaging/windows/*.py
	$(BIN)/lint-imports

bench: $(VENV)/dev ## the benchmarks, as a table beside their floors
	$(BIN)/python -m benchmarks $(ARGS)

docs: $(VENV)/dev ## build the documentation into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean: ## remove everything the commands made
	rm -rf $(VENV) .data .windows site
