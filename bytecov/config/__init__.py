"""What the user decided: pyproject.toml, coverage.py's files and options, to one `Settings`."""

from bytecov.config.load import Loaded, load
from bytecov.config.settings import Settings

__all__ = ["Loaded", "Settings", "load"]
