"""Results as text and files, for plugins."""

import time
from pathlib import Path

from bytecov.api.session import Session
from bytecov.config.settings import Settings
from bytecov.model.errors import UsageError
from bytecov.model.result import Results
from bytecov.report.layout import Look
from bytecov.report.verdict import shortfalls as find_shortfalls

__all__ = ["Results", "render", "shortfalls", "write"]


def shortfalls(results: Results, settings: Settings) -> list[str]:
    """A sentence for each level that is under the settings' `fail_under`."""
    return list(find_shortfalls(results, settings.fail_under, settings.precision))


def render(results: Results, settings: Settings, name: str, missing: bool = True) -> str:
    """A report as text: `text`, `json` or `lcov`."""
    from bytecov.report.json import render_json
    from bytecov.report.lcov import render_lcov
    from bytecov.report.text import render_text

    if name == "json":
        return render_json(results, settings.json_pretty_print)
    if name == "lcov":
        return render_lcov(results, settings.lcov_line_checksums)
    look = Look(
        settings.level,
        missing,
        settings.skip_covered,
        settings.skip_empty,
        settings.precision,
        settings.sort,
    )
    return render_text(results, look)


def write(results: Results, session: Session, name: str, path: str = "") -> str:
    """Write `html`, `json`, `xml` or `lcov` where the settings say, or to `path`; returns where
    it is.  UsageError if it cannot be written."""
    settings = session.settings
    if name == "html":
        from bytecov.report.html import write_html

        title = settings.title or Path(session.here).name
        return str(write_html(results, Path(path or settings.html_directory), title))
    path = (
        path
        or {
            "json": settings.json_output,
            "xml": settings.xml_output,
            "lcov": settings.lcov_output,
        }[name]
    )
    if name == "xml":
        from bytecov.report.cobertura import render_cobertura

        source = "." if settings.relative_files else session.here
        now = int(time.time() * 1000)
        text = render_cobertura(results, source, now, settings.xml_package_depth)
    else:
        text = render(results, settings, name)
    try:
        Path(path).write_text(text, encoding="utf-8", errors="backslashreplace")
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be written: {error}") from None
    return path
