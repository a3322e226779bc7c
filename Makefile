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

# The tests in parts, the longest first; a test sees to it that no file is in none of them.
PARTS = browser postgresql top ui store charts analysis report load
browser = tests/browser
top = tests/test_*.py
ui = tests/ui
store = tests/store tests/room
charts = tests/charts
analysis = tests/analysis
report = tests/report
load = tests/load tests/cli
# Once more on a PostgreSQL of its own; of the room only who writes: all of it passes there, in another minute.
postgresql = tests/store tests/room/test_writer.py tests/server tests/load/test_load_replies.py
test-postgresql: export SCTRAIN_ON = postgresql
TESTS = $(PARTS:%=test-%)
# Three at a time, as journeys mostly wait; what each says comes in one piece, and one that fails stops no other.
TOGETHER = @$(MAKE) --jobs=3 --keep-going --output-sync=target --no-print-directory

.PHONY: run test check lint types fix bench pictures $(TESTS)
.DEFAULT_GOAL := run

# Threads that take memory from one pool: what one hands back, all can have (50 MB of 10^6 answers).
run: export MALLOC_ARENA_MAX = 1
run: .venv/run
	$(BIN)/python -m sctrain demo --if-empty --with earlier --with null
	$(BIN)/python app.py

test: .venv/dev
	$(TOGETHER) $(TESTS)

check: .venv/dev
	$(TOGETHER) lint types $(TESTS)

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/dev
	$(BIN)/mypy

$(TESTS): test-%: .venv/dev
	$(BIN)/python -m pytest $($*)

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
