# `make run` and `make test` do all their own set-up; both are quick the second time.
.PHONY: run test test-whoosh3 conformance soak bench bench-large bench-million golden lock wheel clean

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin

run: .venv/.run-ready
	@$(BIN)/search-service serve --sample --port $(PORT)

test: .venv/.test-ready
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/pytest

.venv/.run-ready: requirements.lock pyproject.toml scripts/setup
	@PYTHON="$(PYTHON)" sh scripts/setup requirements.lock
	@touch $@

.venv/.test-ready: requirements-dev.lock .venv/.run-ready
	@PYTHON="$(PYTHON)" sh scripts/setup requirements-dev.lock
	@touch $@

# Speed beside others in a minute: a table here, JSON and a plot in build/. benchmarks/README.md says what is measured.
# SEARCH_BENCH_DATA and SEARCH_BENCH_QUERIES name real articles and queries; BENCH holds other arguments.
bench: .venv/.bench-ready
	@$(BIN)/python -m benchmarks.search --questions 10 --rounds 3 --answers 50 --updates 20 --whoosh-to 1000 $(BENCH) \
		--json build/bench.json --plot build/bench.svg

bench-large: .venv/.bench-ready
	@$(BIN)/python -m benchmarks.search 5000 20000 50000 200000 --around-all $(BENCH) \
		--json build/bench-large.json --plot build/bench-large.svg

# A million articles in pieces, about 40 minutes on two free cores; what is
# broken off goes on with the same command. Up to 20 GB in build/million.
bench-million: .venv/.bench-ready
	@$(BIN)/python -m benchmarks.search 50000 200000 500000 1000000 --only ours,served,tantivy --around-all \
		--rounds 3 --answers 200 --updates 0 --folder build/million $(BENCH) \
		--json build/bench-million.json --plot build/bench-million.svg

.venv/.bench-ready: requirements-bench.lock .venv/.run-ready
	@PYTHON="$(PYTHON)" sh scripts/setup requirements-bench.lock
	@touch $@

# The engine on the maintained fork of Whoosh, which has the same import name and file format.
WHOOSH3 := 3.54.0

test-whoosh3: .venv-whoosh3/.ready
	@.venv-whoosh3/bin/pytest tests/engine

.venv-whoosh3/.ready: requirements-dev.lock pyproject.toml
	@$(PYTHON) -m venv --clear .venv-whoosh3
	@grep -vi '^whoosh==' requirements-dev.lock > .venv-whoosh3/requirements.txt
	@.venv-whoosh3/bin/pip install --quiet -r .venv-whoosh3/requirements.txt whoosh3==$(WHOOSH3)
	@.venv-whoosh3/bin/pip install --quiet --no-deps --editable .
	@touch $@

# Kills, swaps and full disks for many minutes, with their figures.
soak: .venv/.test-ready
	@$(BIN)/pytest -m soak tests

# Many requests made from the API's own description, right and wrong; `make test` makes a few.
EXAMPLES ?= 300

conformance: .venv/.test-ready
	@SEARCH_CONFORMANCE_EXAMPLES=$(EXAMPLES) $(BIN)/pytest tests/web/api/test_conformance.py

# Writes the golden files anew after a change of analysis or ranking that is meant; review their difference.
golden: .venv/.test-ready
	@$(BIN)/pytest --quiet --update-golden tests/golden tests/relevance

# Needs uv; run after changing the dependencies in pyproject.toml.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --no-header --group dev pyproject.toml -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --no-header --group dev --group bench pyproject.toml -o requirements-bench.lock

wheel: .venv/.test-ready
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf .venv .venv-whoosh3 build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
