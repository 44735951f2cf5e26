"""Web pages: blocks become lines, data tables become tab-separated rows, what is not shown is left out."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Final

from ..errors import ReadError
from .extracted import Extracted, TextBuilder
from .txt import decode, refuse_binary

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SKIPPED: Final = frozenset(
    (
        *("head", "script", "style", "noscript", "template", "nav", "svg", "iframe", "object", "select", "button"),
        *("textarea", "input", "audio", "video", "canvas"),
    )
)
_INLINE: Final = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("img", "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "rp", "rt", "ruby", "s", "samp", "small", "span"),
        *("st1", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
_HIDDEN: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BLANKS: Final = re.compile(r"[ \t\n\r\f]+")
_CHARSET: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.I)
_SAMPLE: Final = 8192
_TAG: Final = re.compile(rb"<(/?)([a-z][a-z0-9]*)", re.I)
# Elements that need no end tag are not counted.
_UNCLOSED: Final = frozenset(b"area br col colgroup dd dt embed hr img input li link meta option p param source tbody td th tr wbr".split())
MAX_DEPTH: Final = 10_000  # the parser's time grows with its square


def read_html(data: bytes) -> Extracted:
    """The text of a page. A table that holds prose or other tables is layout, and its text is narrative.

    Raises:
        ReadError: the bytes are no text (`binary`), in no encoding known (`encoding`), or elements nest without end (`too_large`).
    """
    from selectolax.lexbor import LexborHTMLParser

    refuse_binary(data)
    _check_depth(data)
    tree = LexborHTMLParser(_decode(data))
    walk = _Walk()
    if tree.body is not None:
        walk.block(tree.body)
    title = tree.css_first("title")
    return walk.out.extracted(title.text().strip() if title else None)


def _check_depth(data: bytes) -> None:
    depth = 0
    for closing, tag in _TAG.findall(data):
        if tag.lower() not in _UNCLOSED:
            depth = max(0, depth - 1) if closing else depth + 1
            if depth > MAX_DEPTH:
                raise ReadError("too_large", f"its elements nest deeper than {MAX_DEPTH}: is it a web page?")


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return decode(data)
    declared = _CHARSET.search(data[:_SAMPLE])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name in ("gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030"):
        name = "gb18030"  # of which the others are parts, and pages declare less than they use
    try:
        return data.decode(name)
    except LookupError:
        return decode(data)
    except UnicodeDecodeError:
        try:
            return decode(data)
        except ReadError:
            text = data.decode(name, "replace")  # as browsers do, where only a few bytes are broken
            if text.count("\ufffd") > len(text) // 500:
                raise
            return text


class _Walk:
    """Collects the lines under a node. The tree is walked with a stack of its own, however deep it is."""

    def __init__(self) -> None:
        self.out = TextBuilder()
        self.line: list[str] = []

    def block(self, root: LexborNode) -> None:
        stack: list[LexborNode | None] = [None, root.child]
        while len(stack) > 1:
            node = stack.pop()
            if node is None:
                self.end_line()
                continue
            stack.append(node.next) if node.next is not None else None
            self._enter(node, stack)
        self.end_line()

    def _enter(self, node: LexborNode, stack: list[LexborNode | None]) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self.line.append(_BLANKS.sub(" ", node.text_content or ""))
        elif tag == "br":
            self.line.append("\n")
        elif tag == "pre":
            self.end_line()
            self.out.add(node.text())
        elif tag in _SKIPPED or tag.startswith("-") or _is_hidden(node) or _is_foot(node):
            return
        elif tag == "table" and not _is_layout(node):
            self.end_line()
            self.out.add_grid([[_lines(cell) for cell in _cells(row)] for row in _rows(node)])
        elif tag in _INLINE:
            stack.append(node.child) if node.child is not None else None
        else:
            self.end_line()
            stack.append(None)
            stack.append(node.child) if node.child is not None else None

    def end_line(self) -> None:
        """Close the line under way."""
        if self.line:
            line = re.sub(r" {2,}", " ", "".join(self.line))
            self.out.add("\n".join(part.strip(" ") for part in line.split("\n")))
            self.line.clear()


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or attributes.get("aria-hidden") == "true" or bool(_HIDDEN.search(attributes.get("style") or ""))


def _is_foot(node: LexborNode) -> bool:
    """Whether a node is the foot of the page and not of an article."""
    return node.tag == "footer" and node.parent is not None and node.parent.tag in ("body", "div")


def _is_layout(table: LexborNode) -> bool:
    return len(table.css("table")) > 1


def _rows(table: LexborNode) -> list[LexborNode]:
    return [row for row in table.css("tr") if not _is_hidden(row)]


def _cells(row: LexborNode) -> list[LexborNode]:
    return [cell for cell in row.css("td, th") if not _is_hidden(cell)]


def _lines(cell: LexborNode) -> list[str]:
    walk = _Walk()
    walk.block(cell)
    return [line.rstrip("\n") for line in walk.out.parts]
