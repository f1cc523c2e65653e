"""The settings, for plugins."""

from typing import Any

from bytecov.config.load import load as load_all
from bytecov.config.settings import Settings

__all__ = ["Settings", "load"]


def load(**options: Any) -> Settings:
    """The settings in force in the current directory; None for what `options` leave open."""
    return load_all(**options).settings
