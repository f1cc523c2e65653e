"""Copies of instructions, one for each way to a test, where edges alone do not tell the way."""
