# make demo      what bytecov finds in a suite that coverage.py calls 100 %
# make test      the tests, with the python3 at hand
# make check     what CI asks of a change: ruff, mypy, tests
# make test-all  the tests on every Python that is installed, and the whole standard library
# make clean     remove what all of this left behind
#
# Each target makes .venv and installs what it needs; PYTHON=python3.13 chooses the Python.

.NOTPARALLEL:
.PHONY: demo test lint check test-all clean

VENV := .venv
ARGS ?=

demo: $(VENV)/demo
	@tools/demo

test: $(VENV)/dev
	$(VENV)/bin/python -m pytest $(ARGS)

lint: $(VENV)/dev
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m mypy

check: lint test

test-all: $(VENV)/dev
	$(VENV)/bin/python -m nox $(ARGS)

# Stamps: setting up costs nothing while pyproject.toml stays as it is.
$(VENV)/demo $(VENV)/dev: pyproject.toml tools/venv
	@tools/venv $(@F)
	@touch $@

clean:
	rm -rf $(VENV) .nox build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find sample_projects \( -name htmlbytecov -o -name htmlcov \) -prune -exec rm -rf {} +
	find sample_projects \( -name '.bytecov*' -o -name '.coverage' -o -name '.coverage.*' \) -type f -delete
