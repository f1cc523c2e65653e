"""The host's own execution, watched: every edge, at the speed of plain Python."""

import sys

from bytecov.record.recorder import Recorder


def native_recorder() -> Recorder:
    """The recorder that suits this interpreter."""
    if hasattr(sys, "monitoring"):
        from bytecov.record.native.monitoring import MonitoringRecorder

        return MonitoringRecorder()
    from bytecov.record.probes.recorder import ProbeRecorder

    return ProbeRecorder()
