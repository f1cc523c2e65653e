"""Recorded hits laid on obligations and counted."""
