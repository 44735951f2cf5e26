"""Word files: paragraphs and tables in document order, with the list numbers that Word computes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from ..errors import ReadError
from .extracted import Extracted, TextBuilder
from .numbering import Numbering, qn

MAX_PART: Final = 200 * 1024 * 1024  # bytes of one part, unpacked
MAX_TOTAL: Final = 1024 * 1024 * 1024
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_P, _TBL, _TR, _TC = qn("p"), qn("tbl"), qn("tr"), qn("tc")
# Wrappers whose content belongs to the text: content controls, tracked insertions, links, fields, smart tags.
_THROUGH: Final = frozenset(map(qn, ("sdt", "sdtContent", "ins", "moveTo", "customXml", "hyperlink", "smartTag", "fldSimple", "r", "dir", "bdo")))
_CHARACTERS: Final = {qn("tab"): "\t", qn("br"): "\n", qn("cr"): "\n", qn("noBreakHyphen"): "-"}
_T: Final = qn("t")


def read_docx(data: bytes) -> Extracted:
    """The text of a Word file with its tracked insertions; without deletions, hidden text, text boxes, notes and heads.

    Raises:
        ReadError: damaged or no .docx (`corrupt`), encrypted (`password`), or unpacking to too much (`too_large`).
    """
    _check_container(data)
    try:
        return _extract(data)
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # python-docx lets through whatever zip, XML and its own lookups raise
        raise ReadError("corrupt", f"not a readable .docx ({type(error).__name__}): open and save it in Word") from error


def _extract(data: bytes) -> Extracted:
    import docx

    document = docx.Document(io.BytesIO(data))
    if document.element.body is None:
        raise ReadError("corrupt", "the .docx has no body: open and save it in Word")
    out = TextBuilder()
    _blocks(document.element.body, Numbering(document), out)
    return out.extracted(document.core_properties.title or None)


def _check_container(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError("password", "the file is encrypted: open it in Word and save it without a password")
        raise ReadError("corrupt", "expected .docx, found an old Word file (.doc): save it as .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
    except Exception as error:  # beside BadZipFile whatever zipfile's parts raise over a damaged directory
        raise ReadError("corrupt", "expected .docx, found no zip container: is the file complete?") from error
    if max(sizes, default=0) > MAX_PART or sum(sizes) > MAX_TOTAL:
        raise ReadError("too_large", f"a part of it unpacks to more than {MAX_PART >> 20} MiB: split the file")


def _blocks(parent: Any, numbering: Numbering, out: TextBuilder) -> None:
    """Append the blocks under an element. A paragraph whose mark was deleted runs on into the next."""
    pending = ""
    for block in _children(parent, (_P, _TBL)):
        if block.tag == _P:
            text = pending + _paragraph(block, numbering)
            pending = ""
            if _mark_deleted(block):
                pending = text
            else:
                out.add(text)
        else:
            out.add(pending)
            pending = ""
            out.add_grid([[_cell(cell, numbering) for cell in _children(row, (_TC,))] for row in _rows(block)])
    out.add(pending)


def _children(parent: Any, tags: tuple[str, ...]) -> Iterator[Any]:
    """The elements with these tags under a parent, also inside content controls and tracked insertions, in order."""
    stack = [iter(parent)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag in tags:
            yield child
        elif child.tag in _THROUGH:
            stack.append(iter(child))


def _rows(table: Any) -> Iterator[Any]:
    for row in _children(table, (_TR,)):
        if row.find(f"{qn('trPr')}/{qn('del')}") is None:
            yield row


def _cell(cell: Any, numbering: Numbering) -> list[str]:
    if cell.find(f"{qn('tcPr')}/{qn('vMerge')}") is not None and cell.find(f"{qn('tcPr')}/{qn('vMerge')}[@{qn('val')}='restart']") is None:
        return []  # the continuation of the cell above
    inner = TextBuilder()
    _blocks(cell, numbering, inner)
    return [part.rstrip("\n") for part in inner.parts]


def _paragraph(paragraph: Any, numbering: Numbering) -> str:
    """The text of a paragraph behind its list number."""
    parts: list[str] = []
    for node in _children(paragraph, (_T, *_CHARACTERS)):
        if _is_vanished(node):
            continue
        parts.append(node.text or "" if node.tag == _T else _CHARACTERS[node.tag])
    text = "".join(parts)
    return numbering.number(paragraph) + text if text.strip() else text


def _is_vanished(node: Any) -> bool:
    """Whether the run of a piece of text is hidden."""
    vanish = node.getparent().find(f"{qn('rPr')}/{qn('vanish')}")
    return vanish is not None and vanish.get(qn("val")) not in ("0", "false", "off")


def _mark_deleted(paragraph: Any) -> bool:
    return paragraph.find(f"{qn('pPr')}/{qn('rPr')}/{qn('del')}") is not None
