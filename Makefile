# The daily verbs; CI runs the same. `make demo` and `make check` install what they need and are quick the second time.
PY := .venv/bin/python
INBOX ?=

.PHONY: demo test check setup setup-test lint format type imports audit sbom docs lock clean

demo: setup            ## run the main job on fictional records, or on your own scans: make demo INBOX=folder
	@$(PY) -m scripts.demo $(if $(INBOX),--inbox "$(INBOX)")

test: setup-test       ## all tests
	@$(PY) -m pytest -n 2 --dist loadscope

check: setup-test lint type imports audit test  ## what CI runs

setup:                 ## programs, fonts and Python packages to run
	@scripts/setup.sh run

setup-test:            ## the same and what tests need: PostgreSQL, an S3 server
	@scripts/setup.sh test

lint: setup-test
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .

format:
	@$(PY) -m ruff check --fix-only . && $(PY) -m ruff format .

type: setup-test
	@$(PY) -m mypy

imports: setup-test
	@.venv/bin/lint-imports

audit: setup-test      ## known faults of the pinned Python packages, where their database can be reached
	@$(PY) -m scripts.audit

sbom: setup            ## list all Python packages with versions and licences: build/sbom.cdx.json (CycloneDX)
	@$(PY) -m scripts.audit --sbom build/sbom.cdx.json

docs:                  ## write the pages that are made from the code
	@$(PY) -m scripts.reference_pages

lock:                  ## pin and hash the requirement files anew (needs uv)
	@for kind in runtime dev audit; do uv pip compile --python-version 3.11 --generate-hashes --quiet \
	  --no-emit-package opencv-python-headless \
	  --custom-compile-command "make lock" requirements/$$kind.in --output-file requirements/$$kind.txt; done

clean:
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
