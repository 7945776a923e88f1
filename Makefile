# `make run` and `make test` do all their own set-up; both are quick the second time.
.PHONY: run test golden check lock wheel clean

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

# Writes the golden files anew after a change of analysis or ranking that is meant; review their difference.
golden: .venv/.test-ready
	@$(BIN)/pytest --quiet --update-golden tests/golden tests/relevance

# Needs uv; run after changing the dependencies in pyproject.toml.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --no-header pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --no-header --group dev pyproject.toml -o requirements-dev.lock

wheel: .venv/.test-ready
	@$(BIN)/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
