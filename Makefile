# Everything a person or a machine does with a checkout. Needs make and Python 3.11, 3.12 or 3.13, nothing else.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
MAKEFLAGS += --no-builtin-rules
.NOTPARALLEL:

# The first of these that maildesk runs on; override with `make PYTHON=/path/to/python3.12 …`.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null && { echo "$$python"; break; }; done)

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check
PYTEST := $(RUN) -m pytest
# Tests that measure time or fill the machine carry the marker `alone` and run after the others, one at a time.
JOBS ?= 3
ARGS ?=

.PHONY: help
help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- set up: stamps in the virtual environment say which lock file it holds ----

$(VENV)/.made:
	@test -n "$(PYTHON)" || { echo "maildesk needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' || { echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	"$(PYTHON)" -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements-build.lock requirements.lock $(VENV)/.made
	$(PIP) --require-hashes -r requirements-build.lock
	$(PIP) --require-hashes --no-build-isolation -r requirements.lock
	@touch $@

$(VENV)/.maildesk: pyproject.toml $(VENV)/.run
	$(PIP) --no-index --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PIP) --require-hashes --no-build-isolation -r requirements-dev.lock
	@touch $@

.PHONY: setup setup-dev
setup: $(VENV)/.maildesk ## make .venv with what maildesk runs on
setup-dev: $(VENV)/.dev $(VENV)/.maildesk ## make .venv with what its tests need too

# ---- run ----

.PHONY: demo demo-once
demo: setup ## run a desk on this machine, with a mail catcher to play in (http://127.0.0.1:8025)
	$(RUN) -m maildesk demo --data demo $(ARGS)

demo-once: setup ## send the sample conversation through a desk, print what happened, stop
	$(RUN) -m maildesk demo --data demo --once $(ARGS)

# ---- prove ----

.PHONY: test check bench prove fidelity editor golden
# What fails runs once more by itself: who fails twice is broken, who fails once is told below.
AGAIN = { test $$? -eq 1 && echo 'Once more, one by one. What passes now is unsteady and wants mending:' && \
	$(PYTEST) -n0 --last-failed --last-failed-no-failures none -rA $(ARGS)

test: setup-dev ## run all tests (ARGS='-k words' for some; MAILDESK_CORPORA=DIR adds those over real mails)
	$(PYTEST) -n $(JOBS) --dist worksteal -m 'not alone' $(ARGS) || $(AGAIN) -m 'not alone'; }
	$(PYTEST) -m alone $(ARGS) || test $$? -eq 5 || $(AGAIN) -m alone; }

check: setup-dev ## look without running: format, lint, types, layers, documents
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-logo --cache-dir .cache/imports
	$(PYTEST) -q $(wildcard tests/test_docs.py tests/test_architecture.py tests/test_packaging.py)

bench: setup-dev ## measure, and print a table to compare with docs/benchmarks
	$(RUN) -m bench $(ARGS)

prove: setup-dev ## run the long proofs: the tests of make test at full size (ARGS=kills for one)
	$(RUN) -m bench.prove $(ARGS)

fidelity: setup-dev ## compare what is read out of the mails of MAILDESK_CORPORA with what others expect (ARGS=--write keeps it)
	$(RUN) -m bench.fidelity $(ARGS)

editor: ## install yaml-language-server, by which a test edits rules as an editor does (needs node and npm)
	mkdir -p .cache/editor
	cp tests/services/editor/package.json tests/services/editor/package-lock.json .cache/editor/
	npm ci --prefix .cache/editor --no-audit --no-fund --ignore-scripts --loglevel=error

golden: setup-dev ## rewrite the listed expectations of tests/mails, and show what changed
	$(PYTEST) -q tests/test_mails.py --rewrite-golden $(ARGS) || true
	git --no-pager diff --stat -- tests/mails
	git --no-pager diff -- tests/mails

# ---- keep ----

.PHONY: format lock picture wheel clean
format: setup-dev ## let ruff put the code into shape
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

# uv is used as a tool only: it writes one lock for Python 3.11, 3.12 and 3.13.
LOCK := uv pip compile --no-config --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade)
lock: ## pin the dependencies again (needs uv; UPGRADE=1 takes newer versions)
	$(LOCK) --group build -o requirements-build.lock
	$(LOCK) pyproject.toml --extra postgres --extra lang -c requirements-build.lock -o requirements.lock
	$(LOCK) pyproject.toml --all-extras --group dev -c requirements-build.lock -c requirements.lock -o requirements-dev.lock

picture: setup-dev ## take the README's picture of the demo anew (needs chromium)
	$(RUN) -m tests.acceptance.picture docs/demo.png

wheel: setup ## build dist/maildesk-*.whl
	$(RUN) -m pip wheel --quiet --no-index --no-deps --no-build-isolation -w dist .

clean: ## remove what make made, except the demo's data
	rm -rf $(VENV) .cache dist build
