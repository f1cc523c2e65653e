"""The data file: what was measured, kept until a report asks."""
