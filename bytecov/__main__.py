"""`python -m bytecov`."""

import os
import sys

# `-m` puts the current directory first: a project's own `token.py` or `ast.py` would be taken for
# the standard library's while bytecov starts.  A console script has its directory there.
if not sys.flags.safe_path:
    sys.path[0] = os.path.dirname(sys.executable)

from bytecov.cli import main

if __name__ == "__main__":
    sys.exit(main())
