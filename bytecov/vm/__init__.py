"""The interpreter: Python bytecode, executed and watched by Python.

`machine` runs a `Program`; `stub` builds the code object that a measured function really
has; `ops/` holds one function per opcode and one table per Python version.
"""

from bytecov.vm import ending as ending
