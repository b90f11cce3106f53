# Kith's few commands. `make demo` and `make test` do everything on a machine with Python 3.11+ and make.
DATA ?= demo-data
PORT ?= 5000
KITH = .venv/bin/kith
PY = .venv/bin/python

.PHONY: demo test check bench clean

demo: ## the demo town: Simon's matches in the terminal, then the site on http://127.0.0.1:5000/
	@tools/environment.sh
	@$(KITH) demo --data $(DATA)
	@$(KITH) serve --data $(DATA) --port $(PORT)

test: ## every test; what needs Chromium, PostgreSQL or real data is skipped with its reason where that is missing
	@tools/environment.sh dev
	@$(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile

check: ## style, types and the arrows between layers
	@tools/environment.sh dev
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(PY) -m pytest -q tests/test_layers.py

bench: ## speed, as ratios in one run
	@tools/environment.sh dev,bench
	@$(PY) -m bench

clean:
	rm -rf .venv $(DATA) build dist
