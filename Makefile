# Everything runs inside .venv, which is made from the locked requirements on first use.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test nightly lint docs pages bench lock clean help
.DEFAULT_GOAL := help

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY)  ## the night of 6 July, against the fragile app and the resilient one
	@$(BIN)/gatecrash demo

# Where this is set (it is in many containers) every process of a test would compile the package anew.
test nightly: export PYTHONDONTWRITEBYTECODE =

# One more than there are cores: tests wait for half of their time.
WORKERS = $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

test: lint  ## linters, types and the whole test suite
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not nightly and not system"
	@$(BIN)/python -m pytest -m "system and not nightly"

lint: $(READY)  ## ruff and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

nightly: $(READY)  ## the long runs: soak, every kill point, every claimed pair
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m nightly

docs: $(READY)  ## the documentation as a site: open site/index.html
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet
	@echo "site/index.html"

pages: $(READY)  ## make the reference pages of docs/ anew from the code
	@$(BIN)/python -m chaos.pages docs

bench: $(READY)  ## the figures of benchmarks/, as ratios
	@$(BIN)/python benchmarks/command.py
	@$(BIN)/python benchmarks/plugin.py
	@$(BIN)/python benchmarks/suite.py

lock: $(READY)  ## make requirements/dev.txt anew from the ranges in pyproject.toml
	@$(BIN)/pip -q install pip-tools
	@$(BIN)/pip-compile -q --upgrade --extra dev --extra docs --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --allow-unsafe --strip-extras -o requirements/dev.txt pyproject.toml requirements/build.in

clean:  ## remove the venv and all caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build site

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Gatecrash needs Python 3.11 or later; this is %s. Try: make PYTHON=python3.12" \
	  % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip -q --disable-pip-version-check install --require-hashes -r requirements/dev.txt
	@$(BIN)/pip -q --disable-pip-version-check install --no-deps --no-build-isolation -e .
	@touch $@
