# Everything a newcomer or a machine runs. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
EXAMPLE := releases/example

.DEFAULT_GOAL := help
.PHONY: help build test check format clean gate soak fuzz

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The folder is marked ready only when all is in it, so that an interrupted installation is taken up again.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

build: $(READY) ## set everything up and build the example release
	$(BIN)/vinews build examples/text --gold examples/gold.jsonl --config examples/build.yaml --out $(EXAMPLE) --version 0.1.0

test: $(READY) ## run the tests
	$(BIN)/pytest

gate: $(READY) ## measure the labeller, sites left out one by one; needs ../shared
	$(BIN)/python -m tests.gate.measure --articles ../shared/articles/open.jsonl.gz --gold ../shared/gold/pages.jsonl

soak: $(READY) ## kill, starve and refuse the disk to a build of 2,000 pages
	$(BIN)/pytest tests/soak.py --log-cli-level=INFO

fuzz: $(READY) ## fuzz each reader for ten minutes; needs the extra `fuzz`
	for target in text jsonl html warc; do $(BIN)/python -m tests.fuzz.run $$target 600 || exit 1; done

check: $(READY) ## lint and type-check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(READY) ## format the code
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove what was built, not the environment
	rm -rf $(EXAMPLE) $(EXAMPLE).work $(EXAMPLE).rejects build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache
