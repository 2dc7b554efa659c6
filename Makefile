# `make` alone shows what there is. Nothing here needs more than Python 3.11, git and make.
.DEFAULT_GOAL := help
.PHONY: help run test check bench chaos demo-data lock clean

PY := .venv/bin/python
# Settings of a real site, for the checks that ask whether such a site would be safe.
SITE := set -a && . ./.ci/site.env && eval "$$($(PY) .ci/keys.py)" && set +a &&
MEMBERS ?= 2000
ROUNDS ?= 20
PYTEST_ARGS ?= --numprocesses=auto --maxprocesses=4 --dist=loadfile

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | \
		while IFS="$$(printf '\t')" read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

run: ## Start everything and print the address (PORT=8000, UPN_DATA_DIR=var); Ctrl-C stops it
	@sh requirements/install.sh embedded
	@exec $(PY) manage.py up

test: ## Run all tests, on servers, workers and a browser of their own
	@sh requirements/install.sh development
	@sh requirements/browser.sh
	@$(PY) -m pytest $(PYTEST_ARGS)

check: ## Lint, types, templates, import contracts, migrations, deployment settings
	@sh requirements/install.sh development
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	.venv/bin/djlint --quiet --lint templates
	.venv/bin/lint-imports
	@! grep -nE 'https?://|--(extra-)?index-url' requirements/*.lock || \
		{ echo "A lock names a package registry: make lock"; exit 1; }
	@$(SITE) $(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	@$(SITE) $(PY) manage.py check --deploy --fail-level WARNING

bench: ## Measure mail, files, payments, reminders, webhooks, a STOP, the ledger; writes bench-results/
	@sh requirements/install.sh development
	@$(PY) -m bench $(BENCH_ARGS)

chaos: ## Kill workers, broker and database in the middle of a sending, ROUNDS=20 times
	@sh requirements/install.sh development
	@UPN_CHAOS_ROUNDS=$(ROUNDS) $(PY) -m pytest -m chaos --timeout=3600 -s

demo-data: ## Fill the database with a believable co-operative of MEMBERS=2000 members
	@sh requirements/install.sh embedded
	@$(PY) -m upn.embedded sh -c '$(PY) manage.py migrate --verbosity 0 && $(PY) manage.py seed_demo --members $(MEMBERS)'

lock: ## Resolve the packages of pyproject.toml again, with hashes
	@sh requirements/install.sh development
	@$(PY) -m pip install --quiet uv
	@sh requirements/lock.sh $(LOCK_ARGS)

clean: ## Remove the virtual environment and the caches; data in var/ stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
