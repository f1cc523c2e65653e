"""The native recorder of the test process: tool ids of `sys.monitoring` are few."""

from bytecov.record.native import native_recorder

native = native_recorder()
