# kansen: what can be made here. A newcomer needs Python 3.11 or newer, make and a package registry.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
KANSEN := $(VENV)/bin/kansen
STORE := data/store/voorbeeld
# One BLAS thread: the same bytes on every machine, and two workers do not fight over two cores.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.PHONY: help venv demo test sweep bench notebooks codebook methods recovery lock lint clean
.DEFAULT_GOAL := help

help: ## show what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

venv: $(VENV)/.ready ## set up .venv with the exact, hashed versions of requirements.lock

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kansen needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.11 venv" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: venv ## a simulated region, and reports on its schools
	$(KANSEN) demo

test: venv ## every test, in less than 15 minutes on two cores
	$(PY) -m pytest --numprocesses 2 --dist loadfile

sweep: venv ## notebook 04 for every gemeente with two schools, on the real files of ../shared
	$(PY) tests/sweep/sweep.py

bench: venv ## how long sums over the country take, beside reading its counts, on the real files of ../shared
	$(PY) tests/bench/bench.py

notebooks: venv ## execute the committed notebooks again, for the fictional school they show
	$(PY) notebooks/execute.py

codebook: venv ## write data/README.md and data/datapackage.json again from the schema
	$(PY) -m kansen_lib.codebook

methods: venv ## write docs/methods.md again from the statistics and their reference cases
	PYTHONPATH=tests/reference $(PY) tests/reference/catalogue.py

recovery: venv ## 200 simulated regions: do the intervals hold the truth? docs/recovery.md
	$(PY) tests/recovery/recover.py

lock: ## resolve requirements.lock again from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra test --generate-hashes --universal --python-version 3.11 \
		--no-header --no-annotate --no-emit-index-url --quiet --output-file requirements.lock

lint: venv ## ruff over code and tests
	$(VENV)/bin/ruff check .

clean: ## remove what was made: the environment stays
	rm -rf data/store reports/demo .pytest_cache
