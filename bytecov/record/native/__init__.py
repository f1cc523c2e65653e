"""The host's own execution, watched: every edge, at the speed of plain Python."""

from bytecov.record.native.monitoring import MonitoringRecorder as NativeRecorder

__all__ = ["NativeRecorder"]
