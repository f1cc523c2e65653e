"""What Python imports when it starts, in a child of a measured process (`api/lifetime.py`)."""

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


def _give_way() -> None:
    """Run the `sitecustomize` that would have been found."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if path != here]
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        module = sys.modules["sitecustomize"] = module_from_spec(spec)
        spec.loader.exec_module(module)


def _measure() -> None:
    from bytecov.api.lifetime import start_child

    start_child()


_give_way()
_measure()
