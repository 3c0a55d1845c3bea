# Everything a newcomer or a machine runs. `make` alone lists it.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
EXAMPLE := releases/example
# What the shipped weights were trained on; it belongs to newspapers and is not published.
SHARED := ../shared
ARTICLES := $(SHARED)/articles/open.jsonl.gz
GOLD := $(SHARED)/gold/pages.jsonl
SCORER := $(SHARED)/tools/score_lines.py
NAME_SCORER := $(SHARED)/tools/score_entities.py
WEIGHTS := builder/labelling/weights

.DEFAULT_GOAL := help
.PHONY: help build test check format clean model gate soak fuzz

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# The folder is marked ready only when all is in it, so that an interrupted installation is taken up again.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $(READY)

build: $(READY) ## set everything up and build the example release
	$(BIN)/vinews build examples/text --gold examples/gold.jsonl --config examples/build.yaml --out $(EXAMPLE) --version 0.1.0

test: $(READY) ## run the tests, a process a core
	$(BIN)/pytest --numprocesses=auto --dist=loadfile

model: $(READY) ## train the labellers anew and measure them on sites left out; needs ../shared, and takes long
	$(BIN)/vinews train-labeller $(ARTICLES) --gold $(GOLD) --pages 900 --seed 1 -o $(WEIGHTS)/lines.crfsuite
	$(BIN)/vinews train-tagger --articles $(ARTICLES) -o builder/entities/weights/names.crfsuite
	$(BIN)/python -m benchmarks.entities $(GOLD) $(NAME_SCORER) --articles $(ARTICLES) --calibrate builder/entities/weights/names.json
	$(BIN)/python -m benchmarks.labeller $(ARTICLES) $(GOLD) $(SCORER) --keep .model --choose --record $(WEIGHTS)/lines.json
	$(BIN)/python -m benchmarks.markup $(ARTICLES) $(GOLD) $(SHARED)/gold/html .model $(SCORER) --keep .model --ship $(WEIGHTS)/markup.crfsuite

gate: $(READY) ## raise the floors of quality to what `make model` measured
	$(BIN)/python -m tests.gate.measure --gold $(GOLD) --text-sites .model/sites.jsonl --chosen-sites .model/chosen/sites.jsonl --html-sites .model/markup.jsonl
	$(BIN)/python -m tests.gate.model_card

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
	rm -rf $(EXAMPLE) $(EXAMPLE).work $(EXAMPLE).rejects $(EXAMPLE).staged build dist .pytest_cache .hypothesis .mypy_cache .ruff_cache
