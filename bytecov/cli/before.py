"""Notes what Python itself had loaded; imported before anything else of bytecov."""

import sys

LOADED_BEFORE = frozenset(sys.modules)
"""Names of the modules that every program finds loaded."""
