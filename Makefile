# make run: the app at http://localhost:8501        make test: everything, real browser included
SHELL := /bin/bash
BIN := .venv/bin
HOST ?= localhost
PORT ?= 8501
PHONE_PORT ?= $(shell expr $(PORT) + 1)
# One thread: the matrices are small, and two test processes would fight over the cores.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: run test check bench load pictures backup restore

# Where phones join; another address stands behind a proxy. The one process ends with the other: half
# a lab would let a class wait for nothing.
run: export PHONE_URL ?= http://$(HOST):$(PHONE_PORT)/p
run: export HOST := $(HOST)
run: export PORT := $(PORT)
run: export PHONE_PORT := $(PHONE_PORT)
run: .venv/.run-installed
	trap 'kill $$(jobs -p) 2>/dev/null; wait' EXIT; \
	$(BIN)/python -m pages.classroom.phone & \
	$(BIN)/streamlit run app.py --server.address $(HOST) --server.port $(PORT) & \
	wait -n

# make backup FILE=lab.jsonl.gz, while servers run; restore fills an empty store, MORE=--replace any.
backup restore: .venv/.run-installed
	$(BIN)/python -m quizzes.store $@ $(MORE) $(or $(FILE),$(error Say FILE=, such as FILE=lab.gz))

test: check
	CHROMIUM="$$(.ci/chromium)" || exit 1; POSTGRES="$$(.ci/postgres)" || exit 1; \
	NGINX="$$(.ci/nginx)" || exit 1; export CHROMIUM POSTGRES NGINX; \
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal --ignore tests/browser && \
	$(BIN)/python -m pytest -n auto --maxprocesses 2 --dist worksteal tests/browser

check: .venv/.test-installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(wildcard sim quizzes)

# The packages compared live apart from the project's own; the table says which did not install.
bench: .venv/.test-installed
	test -d build/bench/packages || $(BIN)/python -m venv build/bench/packages
	for package in $$(cat tests/benchmarks/packages.txt); do \
	build/bench/packages/bin/python -m pip install --quiet --disable-pip-version-check \
	$$package || true; done
	PYTHONPATH=. $(BIN)/python tests/benchmarks
	PYTHONPATH=. $(BIN)/python tests/benchmarks/quiz.py
	PYTHONPATH=. $(BIN)/python tests/benchmarks/files.py
	CHROMIUM="$$(.ci/chromium)" || exit 1; export CHROMIUM; \
	PYTHONPATH=. $(BIN)/python tests/benchmarks/felt.py
	PYTHONPATH=. $(BIN)/python tests/benchmarks/visitors.py

# Simulated phones on this machine only; takes about eight minutes and stops by itself.
load: .venv/.test-installed
	NGINX="$$(.ci/nginx)" || exit 1; POSTGRES="$$(.ci/postgres)" || exit 1; \
	export NGINX POSTGRES; $(BIN)/python -m tests.load $(RUNS)

pictures: .venv/.test-installed
	CHROMIUM="$$(.ci/chromium)" || exit 1; export CHROMIUM; \
	PYTHONPATH=. $(BIN)/python tests/browser/pictures.py

.venv/bin/python:
	.ci/environment

.venv/.run-installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.test-installed: requirements.txt requirements-dev.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch .venv/.run-installed $@
