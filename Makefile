# One command each. `make help` lists them; only Python 3.11 or later with venv, and make, are needed.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes
TABLER := static/vendor/tabler.min.css
COLLECTED := staticfiles/staticfiles.json
OWN_STATIC := $(shell find static -type f -not -path 'static/vendor/*' 2>/dev/null)
CODE := manage.py portal provisioning tests
PYTEST := $(BIN)/python -m pytest
# Believable production values, so that `check --deploy` judges production and not the demo.
PRODUCTION := SENDGRID_API_KEY=SG.not-a-key SECRET_KEY=checked-and-thrown-away-0123456789-abcdefghijklmnop-QRSTUV \
	ALLOWED_HOSTS=portal.example.com CSRF_TRUSTED_ORIGINS=https://portal.example.com \
	DATABASE_URL=postgres://portal:portal@127.0.0.1:5432/portal REDIS_URL=redis://127.0.0.1:6379/0

.PHONY: help run test check fix assets lock screenshots clean
.DEFAULT_GOAL := help

help: ## List what make can do
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(VENV)/.runtime $(COLLECTED) ## Set everything up and start the portal on http://127.0.0.1:8000
	@exec $(BIN)/python manage.py run

test: $(VENV)/.dev $(COLLECTED) ## Run all tests: SQLite and no Redis, or TEST_DATABASE_URL and TEST_REDIS_URL
	@$(PYTEST) $(PYTEST_ARGS)

check: $(VENV)/.dev ## Lint, types, import directions, templates, migrations, production settings, lock files
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	@if find templates -name '*.html' | grep -q .; then \
		echo "$(BIN)/djlint templates --lint --check"; \
		$(BIN)/djlint templates --lint --quiet && $(BIN)/djlint templates --check --quiet; fi
	$(BIN)/python manage.py makemigrations --check --dry-run
	@echo "$(BIN)/python manage.py check --deploy --fail-level WARNING"
	@env $(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@if grep -nE '(https?|git\+ssh)://|^--?(i|index-url|extra-index-url|find-links)' requirements/*.lock \
		|| grep -n '"resolved"' package-lock.json; then \
		echo "A lock file names a registry's host. Run \`make lock\`." >&2; exit 1; fi

fix: $(VENV)/.dev ## Mend what can be mended by itself
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)
	@if find templates -name '*.html' | grep -q .; then $(BIN)/djlint templates --reformat --quiet || true; fi

assets: $(TABLER) $(COLLECTED) ## Fetch and collect the front-end assets

lock: ## Write the lock files again (needs uv, and npm)
	uv pip compile pyproject.toml --generate-hashes --universal --no-emit-index-url --no-header -q -o requirements/runtime.lock
	uv pip compile pyproject.toml --group dev --generate-hashes --universal --no-emit-index-url --no-header -q -o requirements/dev.lock
	uv pip compile --group assets --generate-hashes --universal --no-emit-index-url --no-header -q -o requirements/assets.lock
	npm install --package-lock-only --ignore-scripts --no-audit --no-fund

screenshots: $(VENV)/.dev $(COLLECTED) ## Photograph the pages into docs/screenshots/ (needs Chromium)
	$(BIN)/python -m tests.screenshots

clean: ## Remove what make made; the data in var/ stays
	rm -rf $(VENV) node_modules static/vendor staticfiles build .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- What is made once ------------------------------------------------------------------------------
$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null 2>&1 \
		|| { echo "Python is missing: install Python 3.11 or later (or name it: make PYTHON=/path/to/python3)." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' \
		|| { echo "$$($(PYTHON) --version) is too old: the portal needs Python 3.11 or later (make PYTHON=/path/to/python3.11)." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "Python's venv module is missing. On Debian: apt install python3-venv." >&2; exit 1; }
	@test -w . || { echo "The folder $$(pwd) is not writable: the portal puts .venv, staticfiles and var there." >&2; exit 1; }
	@test -x $(BIN)/pip || { echo "Setting up Python in $(VENV) …"; $(PYTHON) -m venv $(VENV); }
	@touch $@

$(VENV)/.runtime: requirements/runtime.lock | $(VENV)/.made
	@echo "Installing what the portal needs …"
	@$(PIP) -r $<
	@touch $@

$(VENV)/.dev: requirements/dev.lock | $(VENV)/.made
	@echo "Installing what the portal's tests need …"
	@$(PIP) -r $<
	@touch $@

$(TABLER): package-lock.json portal/assets.py | $(VENV)/.made
	@echo "Fetching the front-end assets …"
	@$(BIN)/python portal/assets.py

$(COLLECTED): $(TABLER) $(OWN_STATIC) $(VENV)/.runtime
	@$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
