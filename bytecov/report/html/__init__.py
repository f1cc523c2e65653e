"""Results to a static HTML report: one page, and the data of each source beside it.

`marks`, `gaps` and `document` say what the page of a file shows, `bytecode` and `tests` what it
loads when asked, `front` what the index knows, `pack` makes files of it, `site` writes
everything.  Looks and behaviour are in `templates/` and `static/`.
"""

from bytecov.report.html.site import Rendered, Site, render, write_html

__all__ = ["Rendered", "Site", "render", "write_html"]
