# make demo      what bytecov finds in a suite that coverage.py calls 100 %
# make test      the tests, with the python3 at hand
# make lint-web  the scripts of the HTML report, with npm
# make check     what CI asks of a change: ruff, mypy, tests
# make test-all  the tests on every Python that is installed, and the whole standard library
# make twin      generated programs (BYTECOV_TWIN_PROGRAMS=500 of them), guests, samples and real
#                suites beside their twins, on every Python that is here and under every recorder:
#                what edges say is what happened
# make map-corpus  every branch of the standard libraries and packages at hand, explained;
#                the table of docs/source-map.md
# make conformance, make projects  CPython's own tests, and the suites of packages from PyPI, by
#                plain Python and in the VM; the tables of docs/vm-conformance.md
# make torture   a million inputs for each reader, faults of disks and processes, size; hours long:
#                docs/trust.md
# make install-check  wheel and sdist by pip, uv and pipx, on every Python that is here
# make matrix    the coverage.py plugin on every Python, with the oldest and newest coverage.py;
#                a minute or three; the table of docs/plugins.md
# make plugin-projects  suites of packages from PyPI by coverage.py, its plugin, and bytecov: the same
# make equal     VM, native recorder and host's own account on guests, samples and 500 generated
#                programs: the same offsets and edges
# make bench     what measuring costs, beside coverage.py and SlipCover, on every Python that is here;
#                writes docs/performance.md
# make clean     remove what all of this left behind
#
# Each target makes .venv and installs what it needs; PYTHON=python3.13 chooses the Python.

.NOTPARALLEL:
.PHONY: matrix plugin-projects demo test lint lint-web check test-all twin map-corpus equal bench clean
.PHONY: conformance projects install-check torture self

VENV := .venv
ARGS ?=

demo: $(VENV)/demo
	@tools/demo

test: $(VENV)/dev
	$(VENV)/bin/python -m pytest $(ARGS)

lint: $(VENV)/dev
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m mypy

# The scripts of the HTML report: types by TypeScript's checker, the rest by Biome.
lint-web:
	cd tools/web && npm install --silent --no-audit --no-fund --no-package-lock && npm run --silent types && npm run --silent lint

check: lint test

test-all: $(VENV)/dev
	$(VENV)/bin/python -m nox $(ARGS)

twin: $(VENV)/dev
	$(VENV)/bin/python -m nox -s twin $(ARGS)

# bytecov measured by bytecov: docs/trust.md, "Guarded".
self: $(VENV)/dev
	$(VENV)/bin/python tools/self_coverage.py $(ARGS)

map-corpus: $(VENV)/dev
	$(VENV)/bin/python tools/map_corpus.py $(ARGS)

# CPython's own tests, and the suites of packages from PyPI: plain Python against the VM, on every
# Python that is here; ARGS="--write" keeps the tables in docs/vm-conformance.md.
conformance: $(VENV)/dev
	$(VENV)/bin/python -m tests.conformance.cpython --python all $(ARGS)

projects: $(VENV)/dev
	$(VENV)/bin/python -m tests.conformance.projects --python all $(ARGS)

torture: $(VENV)/dev
	$(VENV)/bin/python -m pytest -m corpus tests/store
	$(VENV)/bin/python -m tests.torture.fuzz $(ARGS)

matrix: $(VENV)/dev
	$(VENV)/bin/python -m tests.conformance.plugin_matrix $(ARGS)

plugin-projects: $(VENV)/dev
	$(VENV)/bin/python -m tests.conformance.plugin_projects $(ARGS)

install-check: $(VENV)/dev
	$(VENV)/bin/python tools/check_install.py $(ARGS)

equal: $(VENV)/dev
	BYTECOV_EQUAL_PROGRAMS=500 $(VENV)/bin/python -m pytest -m "corpus or not corpus" \
		tests/record/test_equal.py tests/record/test_native.py tests/record/test_retests.py $(ARGS)

bench: $(VENV)/dev
	$(VENV)/bin/python bench/performance.py $(ARGS)

# Stamps: setting up costs nothing while pyproject.toml stays as it is.
$(VENV)/demo $(VENV)/dev: pyproject.toml tools/venv
	@tools/venv $(@F)
	@touch $@

clean:
	rm -rf $(VENV) .nox build dist .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . \( -name .pytest_cache -o -name .ruff_cache -o -name htmlbytecov -o -name htmlcov \) -prune -exec rm -rf {} +
	find sample_projects \( -name '.bytecov*' -o -name '.coverage' -o -name '.coverage.*' \) -type f -delete
