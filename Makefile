# Two commands for a newcomer: `make run` and `make test`. Both set up everything they need and ask nothing.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501

.PHONY: run build app test check lint types bench digests clean help

help:            ## what can be made
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | sort

run: build app   ## set everything up, build the shipped corpus, open the app at http://localhost:8501

$(VENV)/made: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' || \
	  { echo "psimm_docs needs Python 3.11 or 3.12, found $$($(PYTHON) --version 2>&1). On Debian or Ubuntu: apt install python3.11 python3.11-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "No virtual environment could be made. On Debian or Ubuntu: apt install python3-venv, then run this again."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/made-dev: $(VENV)/made
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

build: $(VENV)/made   ## read, cut, encode, tag and index what corpus/ holds
	$(BIN)/psimm-docs build

app: $(VENV)/made   ## open the app
	$(BIN)/psimm-docs app --port $(PORT)

test: check   ## lint, types and all tests
	$(BIN)/python -m pytest

check: lint types

lint: $(VENV)/made-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/made-dev
	$(BIN)/mypy

bench: $(VENV)/made-dev   ## speed and memory on real documents (needs ../shared)
	$(BIN)/python bench/bench.py

digests: $(VENV)/made-dev   ## make corpus/documents again from corpus/digests
	$(BIN)/python corpus/make_digests.py

clean:           ## remove what can be made again
	rm -rf build $(VENV) .pytest_cache .mypy_cache .ruff_cache
