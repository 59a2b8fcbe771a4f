# Each verb makes `.venv` itself when it is missing or older than pyproject.toml.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help serve test conformance check bench wheel image clean

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

$(STAMP): pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

serve: $(STAMP) ## every bundled vendor on http://127.0.0.1:4010
	$(BIN)/sandbooks serve $(ARGS)

test: $(STAMP) ## all tests, on every core; ARGS="-n0 -k word" runs some on one
	$(BIN)/python -m pytest -n auto --maxprocesses 8 --dist worksteal $(ARGS)

conformance: $(STAMP) ## Schemathesis on every bundled vendor and the corpus, about ten minutes
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,conformance]'
	$(BIN)/python -m tests.conformance $(ARGS)

check: $(STAMP) ## ruff, formatting, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: $(STAMP) ## speed and memory beside other servers, each bound beside its figure; wants wrk or oha
	$(BIN)/python -m benchmarks

wheel: $(STAMP) ## wheel and sdist in dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist

image: $(STAMP) ## build the container image, run it and call it; wants Docker, or root with buildah and podman
	$(BIN)/python -m tests.container $(ARGS)

clean: ## remove what the other verbs made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
