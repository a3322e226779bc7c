# make run    set up everything and start sctrain with the demo workshop
# make test   set up everything and pass the tests
# make check  format, lint, types, layers and tests; changes nothing
# make fix    put format and imports right; changes files
# make bench  speed as ratios against named baselines
# make pictures  draw docs/pictures/ anew

PYTHON ?= python3
BIN := .venv/bin
# uv, where it is installed, makes the same environment in a tenth of the time.
INSTALL = $(if $(shell command -v uv),uv pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check)

# Three parts at a time, as journeys mostly wait, the longest first; a test sees to it that no file is in none of them.
PARTS = tests/browser "tests/test_*.py" tests/ui tests/charts \
	tests/report tests/analysis "tests/store tests/room" "tests/load tests/cli"
TEST = @printf '%s\n' $(PARTS) | xargs -P 3 -I TESTS tests/part $(BIN)/python TESTS

.PHONY: run test check fix bench pictures
.DEFAULT_GOAL := run

run: .venv/run
	$(BIN)/python -m sctrain demo --if-empty --with earlier --with null
	$(BIN)/python app.py

test: .venv/dev
	$(TEST)

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(TEST)

fix: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev
	$(BIN)/python -m sctrain bench

pictures: .venv/dev
	$(BIN)/python -m tests.browser.pictures

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run: requirements.txt | .venv/bin/python
	$(INSTALL) -r requirements.txt
	@touch $@

.venv/dev: requirements.txt tests/requirements.txt | .venv/bin/python
	$(INSTALL) -r tests/requirements.txt
	@touch $@ .venv/run
