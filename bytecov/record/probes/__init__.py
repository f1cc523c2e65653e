"""Probes in the code itself, for interpreters without `sys.monitoring`."""
