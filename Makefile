# The two commands that matter: `make triage` and `make test`. Everything they need is installed into .venv.
PYTHON ?= python3
BUNDLE ?= sample_logs/fault6-breached-0001.zip
OUT    ?= out
SERVE  ?= faultlog-data
PORT   ?= 8321
SBOM   ?= $(OUT)/sbom.json
VENV   := .venv
BIN    := $(VENV)/bin
unexport PYTHONDONTWRITEBYTECODE # a start takes three times as long where Python compiles everything anew

.PHONY: triage serve test coverage test-system test-hostile audit sbom bench bench-fleet bench-serve bench-system bench-micro lint accept soak mutants lock clean help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "faultlog needs Python 3.11 or later; set PYTHON=, e.g. make triage PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make a virtual environment; on Debian: apt-get install python3-venv" >&2; exit 2; }
	@touch $@

$(VENV)/runtime: $(VENV)/pip requirements.lock pyproject.toml faultlog/release.py
	@echo "Setting up $(VENV) (once) …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(VENV)/dev: $(VENV)/runtime requirements-dev.lock
	@echo "Setting up the tests (once) …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

triage: $(VENV)/runtime ## Triage the sample bundle, or BUNDLE=path
	@mkdir -p $(OUT)
	@$(BIN)/faultlog triage "$(BUNDLE)" --json "$(OUT)/case.json" --html "$(OUT)/report.html" --chart "$(OUT)/chart.png"
	@echo; echo "The case document: $(OUT)/case.json"; echo "The report as a page: $(OUT)/report.html"; echo "The chart: $(OUT)/chart.png"

$(VENV)/web: $(VENV)/runtime requirements-web.lock
	@echo "Setting up the server (once) …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-web.lock
	@touch $@

serve: $(VENV)/web ## Serve the page on http://127.0.0.1:8321, in SERVE=folder; PORT= is another
	@$(BIN)/faultlog serve --data "$(SERVE)" --port "$(PORT)"

BY_FILE := -n 2 --dist loadfile --no-loadscope-reorder # what a file makes once is made once; short files come last
COVERED := --cov --cov-report=term:skip-covered --cov-fail-under=95

test: $(VENV)/dev ## Run all tests but those with real system programs (make test-system) and hostile ones; COVER=1 counts lines
	@$(BIN)/python -m pytest -q $(BY_FILE) --ignore=tests/system --ignore=tests/hostile $(if $(COVER),$(COVERED))

coverage: $(VENV)/dev ## The tests on three times as many inputs, with line coverage: at least 95 %; takes about three times as long
	@FAULTLOG_EXAMPLES=300 $(BIN)/python -m pytest -q $(BY_FILE) --ignore=tests/system --ignore=tests/hostile $(COVERED)

test-system: $(VENV)/dev ## Tests with the real rsyslogd, logrotate and Chromium; as root on Debian installs them
	@sh tests/system/install.sh
	@$(BIN)/python -m pytest -q -n 2 tests/system

$(VENV)/hostile: $(VENV)/dev requirements-hostile.lock
	@echo "Setting up the hostile tests (once) …" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-hostile.lock
	@touch $@

test-hostile: $(VENV)/hostile ## Hostile bundles, broken machines, private data: what was tried, as a table; ACCEPT=--accept writes it down
	@sh tests/system/install.sh strace:strace bsdtar:libarchive-tools
	@sh tests/hostile/fetch
	@$(BIN)/python -m pytest -q -n 2 --timeout=600 $(ACCEPT) tests/hostile

audit: $(VENV)/hostile ## Known flaws of the packages of a server; where one could not be asked about it says NOT AUDITED and fails
	@$(BIN)/python -m tests.hostile.audit

sbom: $(VENV)/hostile ## A bill of materials (CycloneDX) of what a server is installed with: SBOM=file
	@mkdir -p "$(dir $(SBOM))"
	@said=$$($(BIN)/cyclonedx-py requirements requirements-web.lock --pyproject pyproject.toml --output-reproducible --validate -o "$(SBOM)" 2>&1) || { printf '%s\n' "$$said" "No bill of materials was written to $(SBOM)" >&2; exit 1; }
	@echo "The bill of materials: $(SBOM)"

bench: $(VENV)/dev ## faultlog beside its peers, half an hour and 4 GB; ROWS="plain gz", BENCH_BYTES=, BENCH_RUNS=
	@$(BIN)/python -m bench $(ROWS)

bench-fleet: $(VENV)/dev ## What many bundles cost: workers, growth, memory, poison; an hour
	@$(BIN)/python -m bench.fleet

bench-serve: $(VENV)/dev ## What a server costs: uploads of 100 MB to 4 GB, pages while it works; BENCH_MB=, BENCH_UPLOADS=
	@$(BIN)/python -m bench.serve

bench-system: ## Install the peers: ripgrep, lnav, gzip, grep, unzip; as root on Debian
	@sh bench/install.sh

bench-micro: $(VENV)/dev ## What single functions cost
	@$(BIN)/python -m pytest -q -p no:xdist bench/test_micro.py

lint: $(VENV)/dev ## Format, style, types, import contracts, the files' own proofs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/faultlog check

soak: $(VENV)/hostile ## The properties of the tests, on many times as many inputs; a fleet of 3,000 bundles and 1,000 kills
	@FAULTLOG_EXAMPLES=20000 FAULTLOG_LIVES=10000 FAULTLOG_BUNDLES=3000 FAULTLOG_KILLS=1000 FAULTLOG_API_EXAMPLES=300 FAULTLOG_FUZZ_S=3600 FAULTLOG_POINTS=100000 FAULTLOG_CRASHES=2000 FAULTLOG_SECONDS=600 FAULTLOG_ENDS=200 $(BIN)/python -m pytest -q -n 2 --timeout=3600 tests

mutants: $(VENV)/hostile ## Small changes to the code that matters most, each of which a test must notice: SAMPLE=40 of each module, or all (hours); SEED=, MUTANTS="faultlog.pairing*"
	@FAULTLOG_EXAMPLES=10 $(BIN)/python -m tests.hostile.mutants $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED)) $(MUTANTS)

accept: $(VENV)/dev ## Rewrite the golden files; review the difference
	@$(BIN)/python -m pytest -q --accept tests/test_samples.py tests/test_schemas.py tests/test_docs.py tests/test_gallery.py tests/test_notebooks.py tests/test_prebuilt.py tests/fleet/test_statistics.py

lock: $(VENV)/dev ## Resolve the pinned dependencies anew
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --extra dev pyproject.toml -o requirements-dev.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --constraint requirements-dev.lock pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --constraint requirements-dev.lock --extra web pyproject.toml -o requirements-web.lock
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --constraint requirements-dev.lock --extra dev --extra hostile pyproject.toml -o requirements-hostile.lock

clean: ## Remove what the commands made
	rm -rf $(VENV) $(OUT) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
