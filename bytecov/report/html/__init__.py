"""Results to a static HTML report: an index and a page per file, opened from file://.

`marks` and `page` say what a page shows, `ranges`, `highlight` and `lines` turn source text
into elements, `site` writes everything; looks and behaviour are in `templates/` and `static/`.
"""

from bytecov.report.html.site import write_html

__all__ = ["write_html"]
