# Frontdesk's commands. Each makes the environment first, if requirements.lock asks for another than is there.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench chaos vendor clean env browser

PYTHON_BIN := .venv/bin/python
export PYTHONUNBUFFERED = 1
# Where it is set, every one of our processes would compile Django anew: that doubles the time of a start.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory

help: ## these lines
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

# --parent: the run ends with this make, even if make is killed.
run: env ## everything with demo data on http://127.0.0.1:8000, until Ctrl-C (PORT, HOST, FRONTDESK_DATA)
	@exec $(PYTHON_BIN) -m settings.run --parent $$PPID

# One process more than cores, as browsers and servers are waited for. loadfile: tests of one file share what is dear to
# start (loadgroup does nothing under pytest 9.2 and xdist 3.8); no reorder: tests/conftest.py puts the long files first.
test: env browser ## all tests (ARGS="-k name" chooses)
	@$(PYTHON_BIN) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: env ## every check that reads the code
	@.ci/lint

bench: env browser ## measures, prints a table and writes bench/results.json
	@$(PYTHON_BIN) -m tests.bench $(ARGS)

chaos: env browser ## the kill tests and fuzzes at full size
	@FRONTDESK_CHAOS=full $(PYTHON_BIN) -m pytest tests/chaos tests/settings tests/inbox/api/test_fuzz.py $(ARGS)

vendor: env ## third-party browser files from npm, as package.json pins them, into static/vendor/
	@$(PYTHON_BIN) -m settings.vendor

env: .venv/.stamp ## the environment alone

.venv/.stamp: requirements.lock
	@.ci/environment

browser: env
	@$(PYTHON_BIN) -m tests.browser.install >/dev/null

clean: ## removes the environment and caches, never the data folder
	rm -rf .venv node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.data/*' -prune -exec rm -rf {} +
