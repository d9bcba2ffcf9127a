# One command for each thing one does here. Every target sets itself up, and once is enough: .venv gets the packages of
# the lock files, whose hashes pip checks, and graphmem itself. The stamps carry a checksum of what was installed, so a
# changed lock or pyproject.toml installs again and nothing else does.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := $(shell cat requirements.lock requirements-dev.lock pyproject.toml | cksum | cut -d' ' -f1)
READY  := $(VENV)/.ready-$(LOCKED)
TOOLS  := $(VENV)/.tools-$(LOCKED)
BUILD  := hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers
OUT    ?= runs
# How many processes share the tests: one for each Neo4j server, which wait for it, and one for all else. 0 is this one alone.
SIDE_BY_SIDE ?= 3
RECALL_SETS := musique 2wikimultihopqa hotpotqa

.DEFAULT_GOAL := help
.PHONY: help setup run test test-embedded check bench train lock clean

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "graphmem needs Python 3.11 or newer: run make with PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@awk '/^[a-z]/ { keep = $$1 ~ /^($(BUILD))==/ } keep' requirements-dev.lock > $(VENV)/build.lock
	@$(PIP) --require-hashes -r requirements.lock -r $(VENV)/build.lock
	@$(PIP) --no-build-isolation --no-deps -e .
	@rm -f $(VENV)/.ready-*
	@touch $@

$(TOOLS): $(READY)
	@echo "Adding what the tests and checks need ..." >&2
	@$(PIP) --require-hashes -r requirements-dev.lock
	@rm -f $(VENV)/.tools-*
	@touch $@

setup: $(TOOLS)  ## build .venv: graphmem, and what it takes to work on it

run: $(READY)  ## the demo: read some texts, ask questions about them, leave demo.db to explore
	$(BIN)/graphmem demo --db demo.db

test: $(TOOLS)  ## the whole suite, Neo4j servers and all; they are got through Docker or Maven into .neo4j
	$(BIN)/python -m pytest -n $(SIDE_BY_SIDE)

test-embedded: $(TOOLS)  ## the suite without what takes a Neo4j server
	$(BIN)/python -m pytest -n $(SIDE_BY_SIDE) -m "not neo4j"

check: $(TOOLS)  ## style, types, layers and the fast tests: what a change has to pass before it is shown
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest tests/unit tests/architecture

bench: $(TOOLS)  ## measure everything, going on from a run that was cut off: make bench DATA=DIR [OUT=DIR] [NEO4J=URL]
	$(if $(DATA),,$(error say where the benchmark data is: make bench DATA=DIR))
	@mkdir -p $(OUT)
	$(MEASURE) multihop --dataset kinship $(KEPT) $(SERVER) --out $(OUT)/kinship.json
	for set in $(RECALL_SETS); do \
	    $(MEASURE) multihop --dataset $$set $(KEPT) $(SERVER) --out $(OUT)/$$set.json || exit 1; \
	done
	$(MEASURE) multihop --dataset musique-openie $(KEPT) $(SERVER) --extractor replay $(TRIPLES) --out $(OUT)/musique-openie.json
	$(MEASURE) evidence --dataset locomo $(KEPT) $(SERVER) --out $(OUT)/locomo.json
	for set in kinship $(RECALL_SETS) locomo; do \
	    $(MEASURE) ablation --dataset $$set $(KEPT) --out $(OUT)/ablation-$$set.json || exit 1; \
	done
	$(MEASURE) openie --data $(DATA) --out $(OUT)/carb.json
	for part in dev held; do \
	    $(MEASURE) updates --part $$part $(KEPT_VECTORS) --out $(OUT)/updates-$$part.json || exit 1; \
	done
	$(MEASURE) redocred --data $(DATA) --out $(OUT)/redocred.json
	$(MEASURE) report $(OUT) --out docs/benchmarks

MEASURE := $(BIN)/python -m benchmarks
KEPT = --data $(DATA) --work $(OUT)/work
KEPT_VECTORS = --data $(DATA) --cache $(OUT)/vectors
SERVER = $(if $(NEO4J),--neo4j $(NEO4J))
TRIPLES = $(DATA)/musique/openie_gpt35_train100.jsonl.gz

train: $(TOOLS)  ## train the English pipeline anew: make train DATA=DIR (some hours on one core)
	$(if $(DATA),,$(error say where the training data is: make train DATA=DIR))
	@$(PIP) "spacy-lookups-data>=1.0.5,<2"
	$(BIN)/python -m training.train --data $(DATA) --work training/runs

lock: $(TOOLS)  ## bring the lock files up to pyproject.toml; what is locked already stays as it is
	@$(PYTHON) -m venv build/lock && build/lock/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	$(BIN)/python -c "$$REQUIREMENTS"
	$(COMPILE) -o requirements.lock build/lock/run.in
	$(COMPILE) -o requirements-dev.lock build/lock/dev.in

COMPILE := build/lock/bin/pip-compile --quiet --strip-extras --no-header --no-annotate --allow-unsafe --generate-hashes \
    --no-emit-index-url --no-emit-trusted-host

define REQUIREMENTS
import pathlib, tomllib
whole = tomllib.loads(pathlib.Path("pyproject.toml").read_text())
project, extras = whole["project"], whole["project"]["optional-dependencies"]
run = [*project["dependencies"], *extras["local"], *extras["fast"]]
dev = [*whole["dependency-groups"]["dev"], *extras["onnx"], *extras["openai"], *extras["bench"], *whole["build-system"]["requires"]]
folder = pathlib.Path("build/lock")
(folder / "run.in").write_text("\n".join(run) + "\n")
(folder / "dev.in").write_text("\n".join([*run, *dev, "-c ../../requirements.lock"]) + "\n")
endef
export REQUIREMENTS

clean:  ## take away what make built
	rm -rf $(VENV) $(OUT) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .neo4j
