"""bytecov: branch coverage measured where branches exist, in the bytecode."""

__version__ = "0.1.0"
