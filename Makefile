# One line each: `make` alone prints what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARCHIVE ?= build/archive
PASSAGES ?= 20000
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.PHONY: help run test check readme texts day format bench peers report eval clean

help: ## Show the targets.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

# The stamps make a second call install nothing. torch is asked for by its exact version first, because what is
# installed already is what later requirements are content with.
$(VENV)/.run: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Verbatim needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	@echo "Installing Verbatim into $(VENV) (once; a few minutes) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --constraint constraints.txt "$$(grep '^torch==' constraints.txt)"
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "Installing what the tests need …"
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@

run: $(VENV)/.run ## Try it: load the sample articles, then chat in Telegram (token set) or at a prompt.
	@$(BIN)/verbatim demo

test: $(VENV)/.dev ## Run every test, as many at a time as there are processors.
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

check: $(VENV)/.dev ## Formatter, linter and types.
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

readme: $(VENV)/.dev ## Write the tables of commands, settings and errors into the README.
	@$(BIN)/python -m bot.commands.reference README.md

texts: $(VENV)/.dev ## Bring the translations up to date with the texts in the code.
	@$(BIN)/python -m bot.translating

day: $(VENV)/.dev ## Live an admin's day anew, and renew its picture in the README.
	@$(BIN)/python -m pytest --quiet --renew-day tests/e2e/test_day.py

format: $(VENV)/.dev ## Put the code into shape.
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.dev ## Measure speed and memory beside peers, on copies of the sample (or ARTICLES=file; PASSAGES=1000000).
	@$(BIN)/python -m benchmarks.archive --data-dir $(ARCHIVE) --passages $(PASSAGES) --models build/bench/models $(addprefix --articles ,$(ARTICLES))
	@$(BIN)/python -m benchmarks.speed --archive $(ARCHIVE) $(addprefix --articles ,$(ARTICLES))
	@$(BIN)/python -m benchmarks.million --data-dir $(ARCHIVE)
	@$(BIN)/python -m benchmarks.recall
	@$(BIN)/python -m benchmarks.crowd

report: $(VENV)/.dev ## Write the tables and pictures of benchmarks/README.md from the results of `make bench`.
	@$(BIN)/python -m benchmarks.report

peers: $(VENV)/.dev ## Compare with txtai, LlamaIndex and Haystack, each in an environment of its own; takes an hour or more.
	@$(BIN)/python -m benchmarks.peers

eval: $(VENV)/.dev ## Measure quality with every scorer beside the project (../shared), against pinned floors.
	@$(BIN)/python benchmarks/quality.py --data-dir build/eval

clean: ## Remove the virtual environment and caches (never your data).
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
