"""coverage.py plugin: the outcomes inside a line, in coverage.py's own reports.

    [tool.coverage.run]
    branch = true
    plugins = ["bytecov_coverage"]

docs/plugins.md tells what it shows and how it works.

PYTEST_DONT_REWRITE: pytest warns of modules of a plugin's distribution that are imported before it
begins, and this one is.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coverage.plugin_support import Plugins

__all__ = ["coverage_init"]


def coverage_init(reg: "Plugins", options: dict[str, Any]) -> None:
    """What coverage.py calls for each `Coverage` object.  `options` is the section
    [bytecov_coverage] of its configuration: `coverage_totals` may stand there too."""
    from bytecov_coverage.plugin import BytecovPlugin

    # A configurer, and no file tracer: those are not to be had with core=sysmon.
    reg.add_configurer(BytecovPlugin(options))
