"""Reads a page as a strict reader would: elements closed in order, nothing that a strict
Content-Security-Policy would stop, and the source that a page shows."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    classes: set[str]
    pieces: list["str | Element"] = field(default_factory=list)

    def all(self, tag: str = "", having: str = "") -> "list[Element]":
        """Every element below with this tag and this class, in order."""
        found = []
        for piece in self.pieces:
            if isinstance(piece, Element):
                if tag in ("", piece.tag) and (not having or having in piece.classes):
                    found.append(piece)
                found += piece.all(tag, having)
        return found

    @property
    def text(self) -> str:
        """What the source says here: hidden characters as they were."""
        return "".join(
            piece
            if isinstance(piece, str)
            else chr(int(code, 16))
            if (code := piece.attributes.get("data-char"))
            else piece.text
            for piece in self.pieces
        )


class Page(HTMLParser):
    """Parses one page; raises AssertionError for what is not well-formed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, set())
        self._open = [self.root]
        self.feed(html)
        self.close()
        assert self._open == [self.root], f"left open: {self._open[-1].tag}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert len(attributes) == len(attrs), f"attribute twice: {attrs}"
        element = Element(tag, attributes, set((attributes.get("class") or "").split()))
        self._open[-1].pieces.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].pieces.append(data)

    def all(self, tag: str = "", having: str = "") -> list[Element]:
        return self.root.all(tag, having)

    @property
    def source(self) -> list[str]:
        """The lines of code that the page shows."""
        return [element.text for element in self.all("code", "src")]

    def check(self) -> None:
        """Ids unique, links inside the page lead somewhere, nothing inline, nothing remote."""
        ids = [element.attributes["id"] for element in self.all() if "id" in element.attributes]
        assert len(ids) == len(set(ids)), "an id twice"
        for element in self.all():
            assert element.tag not in ("style", "iframe", "object", "embed"), element.tag
            assert element.tag != "script" or (
                not element.pieces and str(element.attributes["src"]).endswith(".js")
            )
            for name, value in element.attributes.items():
                assert not name.startswith("on"), f"inline handler {name}"
                assert name != "style", "inline style"
                if name in ("href", "src") and value is not None:
                    assert (
                        value.startswith(
                            ("#", "static/", "../static/", "files/", "../index.html", "data:image/")
                        )
                        or ":" not in value.split("/")[0]
                    ), value
                    assert "//" not in value.removeprefix(
                        "data:image/svg+xml,%3Csvg xmlns='http://"
                    ), value
                    if value.startswith("#g-") or value.startswith("#L"):
                        assert value[1:] in ids, f"dead link {value}"
