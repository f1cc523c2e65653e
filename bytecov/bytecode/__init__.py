"""CPython's code objects taken apart and put together again, for 3.11 to 3.15."""
