# One command list, the same on a desk and in CI. Needs make and Python 3.11 or newer; everything else goes into .venv.
# Stamp files in .venv make repeated calls instant; they are renewed when pyproject.toml or the lock file changes.

PYTHON ?= python3
ARGS ?=
# Dev tools are installed at the versions of this file. `make test LOCK=` takes the newest that pyproject.toml allows.
LOCK ?= requirements-dev.lock

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
NODE := .cache/node
JUDGES := .venv-judges
JUDGES_NODE := .cache/judges
# Only where npm and tests for it are there. The redirection makes make ask a shell; `command` is no program.
NODE_CLIENT := $(if $(wildcard tests/sdk/node/package.json),$(if $(shell command -v npm 2>/dev/null),$(NODE)/.installed))

.DEFAULT_GOAL := help
.PHONY: help run test judges check lint types layers meta fmt bench docs build lock lock-judges clean
.DELETE_ON_ERROR:

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## set up and start the server on 127.0.0.1:8000 (ARGS="--port 9000 script.yaml")
	@exec $(BIN)/understudy serve $(ARGS)

test: $(VENV)/.dev $(NODE_CLIENT) ## set up and run all tests (ARGS="-k sky")
	$(BIN)/pytest -q -n auto $(ARGS)

# One loop for all tests: some of the frameworks keep their connections from one test to the next.
judges: $(JUDGES)/.installed $(if $(shell command -v npm 2>/dev/null),$(JUDGES_NODE)/.installed) ## set up and run the frameworks that judge the server (ARGS="-k litellm")
	$(JUDGES)/bin/pytest -q -n auto -W ignore --asyncio-mode=auto -o asyncio_default_test_loop_scope=session \
	  -o asyncio_default_fixture_loop_scope=session --timeout 120 tests/judges $(ARGS)

check: lint types layers meta ## ruff, mypy, import layers, docs and reference pages; needs no network once set up

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

meta: $(VENV)/.dev
	$(BIN)/pytest -q -n auto tests/meta

fmt: $(VENV)/.dev ## format the code and apply the safe fixes
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## run the benchmarks (ARGS="--cases unary")
	$(BIN)/python bench/run.py $(ARGS)

docs: $(VENV)/.dev ## write docs/reference again from the code
	$(BIN)/python tools/gen_reference.py

build: $(VENV)/.dev ## build the wheel and the source archive into dist/
	$(BIN)/python -m hatchling build -t sdist -t wheel

lock: ## renew requirements-dev.lock with the newest versions pyproject.toml allows
	@rm -rf .cache/lock
	@$(MAKE) --no-print-directory VENV=.cache/lock LOCK= .cache/lock/.dev
	@sed -n '/^#/p' requirements-dev.lock > .cache/lock/header
	@.cache/lock/bin/python -m pip --disable-pip-version-check freeze --exclude-editable --exclude pip > .cache/lock/pins
	@cat .cache/lock/header .cache/lock/pins > requirements-dev.lock
	@rm -rf .cache/lock

lock-judges: ## renew requirements-judges.lock and the Node packages of the judges with the newest versions
	@rm -rf .cache/lock
	@python3 -m venv .cache/lock
	@.cache/lock/bin/python -m pip --disable-pip-version-check install --quiet uv
	@sed -n '/^#/p' requirements-judges.lock > .cache/lock/pins
	@.cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate \
	  requirements-judges.in pyproject.toml >> .cache/lock/pins
	@mv .cache/lock/pins requirements-judges.lock
	@cp tests/judges/node/package.json .cache/lock/package.json
	@npm install --prefix .cache/lock --package-lock-only --omit-lockfile-registry-resolved --no-audit --no-fund --loglevel=error
	@mv .cache/lock/package-lock.json tests/judges/node/package-lock.json
	@rm -rf .cache/lock

clean: ## remove everything these commands made
	rm -rf $(VENV) $(JUDGES) .cache dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@for candidate in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "Setting up $(VENV) with $$("$$candidate" --version)."; \
	    "$$candidate" -m venv $(VENV) || { rm -f $@; exit 1; }; \
	    exit 0; \
	  fi; \
	done; \
	echo "Python $(PYTHON): expected 3.11 or newer, got $$($(PYTHON) --version 2>&1 || true)." >&2; \
	echo "Install Python 3.11 or newer, or name one: make PYTHON=python3.12 ..." >&2; \
	exit 1

$(VENV)/.run: $(BIN)/python pyproject.toml
	@echo "Installing Understudy into $(VENV) (once)."
	@$(PIP) install --quiet --editable .
	@touch $@

# `pip install --group` came with pip 25.1; a new virtual environment may start with an older one.
$(VENV)/.dev: $(VENV)/.run pyproject.toml $(LOCK)
	@echo "Installing the development tools into $(VENV) (once)."
	@$(PIP) install --quiet 'pip>=25.1'
	@$(PIP) install --quiet $(if $(LOCK),--constraint $(LOCK)) --editable . --group dev
	@touch $@

# The Node client is wanted by a few tests only; without it they are skipped and say so.
$(NODE)/.installed: tests/sdk/node/package.json
	@mkdir -p $(NODE)
	@cp tests/sdk/node/package.json $(NODE)/package.json
	@if npm install --prefix $(NODE) --no-audit --no-fund --no-package-lock --loglevel=error; then touch $@; \
	else echo "npm: the Node client was not installed; tests that need it are skipped." >&2; fi

# The lock file is complete: nothing is resolved, for pip takes a quarter of an hour to find versions that agree.
$(JUDGES)/.installed: requirements-judges.lock pyproject.toml
	@echo "Installing the judges into $(JUDGES) (once)."
	@$(PYTHON) -m venv $(JUDGES)
	@$(JUDGES)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --requirement requirements-judges.lock
	@$(JUDGES)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --editable .
	@touch $@

$(JUDGES_NODE)/.installed: tests/judges/node/package.json tests/judges/node/package-lock.json
	@mkdir -p $(JUDGES_NODE)
	@cp $^ $(JUDGES_NODE)/
	@if npm ci --prefix $(JUDGES_NODE) --no-audit --no-fund --loglevel=error; then touch $@; \
	else echo "npm: the judges for Node were not installed; tests that need them are skipped." >&2; fi
