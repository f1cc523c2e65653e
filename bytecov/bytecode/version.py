"""Which CPython runs us.  The only file that reads `sys.version_info`."""

import sys
from typing import Final

VERSION: Final = (sys.version_info.major, sys.version_info.minor)
NAME: Final = f"py{VERSION[0]}{VERSION[1]}"
"""Name of the modules that hold this version's tables: `py313`."""

TEXT: Final = ".".join(str(part) for part in sys.version_info[:3])
"""As users write it: `3.13.0`."""

OLDEST: Final = (3, 11)
NEWEST: Final = (3, 15)
SUPPORTED: Final = OLDEST <= VERSION <= NEWEST and sys.implementation.name == "cpython"
