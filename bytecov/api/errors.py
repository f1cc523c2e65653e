"""What can go wrong, for plugins."""

from bytecov.model.errors import BytecovError, DataError, UsageError

__all__ = ["BytecovError", "DataError", "UsageError"]
