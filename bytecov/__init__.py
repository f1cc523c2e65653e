"""bytecov: branch coverage measured where branches exist, in the bytecode.

PYTEST_DONT_REWRITE: pytest warns of modules of a plugin's distribution that are imported before it
begins, and this one is.
"""

__version__ = "0.1.0"
