"""The one door for the command line and for plugins: `Session`."""

from bytecov.api.session import Session, Summary

__all__ = ["Session", "Summary"]
