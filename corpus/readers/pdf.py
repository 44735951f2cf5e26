"""PDF: the characters of every page put back into lines by where they stand."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from ..errors import ReadError
from ..tables import table_rows
from . import ocr
from .extracted import Extracted
from .lines import Line

PdfDocument: TypeAlias = Any  # pypdfium2 has no types
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Distances, in heights of a line.
_SPACE: Final = 0.3  # from here a gap is a space
_COLUMN: Final = 1.1  # and from here it divides columns
_INDENT: Final = (1.2, 4.5)  # how far in a paragraph begins
_SAME_LINE: Final = 0.4  # between the middles of two characters
_OVERPRINT: Final = 0.1  # between the two prints of a character made bold by printing it twice

_FEW: Final = 10  # characters a page; beside pictures, fewer are a scan's stamp or page number
_QUARTER: Final = np.pi / 2
_LOCK: Final = threading.Lock()  # PDFium is not safe for threads


@dataclass(slots=True)
class _Characters:
    """The characters of a page, in the order the file draws them.

    `codes` has shape (n,); `boxes`, shape (n, 4), holds left, bottom, right, top in points; `turns`, shape (n,), the
    direction of writing in quarter turns, -1 where it is slanted (a watermark). `unmapped` counts characters whose
    font does not say what they are.
    """

    codes: Ints
    boxes: Floats
    turns: Ints
    unmapped: int


@dataclass(slots=True)
class _Text:
    """What was read so far: `inked` characters, `unmapped` ones, pages `recognised`, and pages that are `pictures` nobody read."""

    parts: list[str] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    tables: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0
    inked: int = 0
    unmapped: int = 0
    recognised: int = 0
    pictures: int = 0


def read_pdf(data: bytes) -> Extracted:
    """The text of a PDF, a line for every line on paper, its tables as tab-separated rows.

    The first line of a paragraph keeps its indent as two ideographic spaces; columns outside tables are divided by two
    spaces; slanted text (watermarks) is left out. One page is held in memory at a time.

    Pages that are scans are read by OCR where the extra `ocr` is installed; where it is not, and other pages have text,
    they are counted in `unread_pages`.

    Raises:
        ReadError: damaged (`corrupt`), encrypted (`password`), or without a text layer that can be used and no OCR (`no_text`).
    """
    with _LOCK:
        document = _open(data)
        try:
            return _extract(document)
        finally:
            document.close()


def _open(data: bytes) -> PdfDocument:
    import pypdfium2
    from pypdfium2 import raw

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise ReadError("password", "the PDF asks for a password: save it without one (qpdf --decrypt)") from error
        raise ReadError("corrupt", "not a readable PDF: is it complete? Opening and saving it may mend it") from error


def _extract(document: PdfDocument) -> Extracted:
    """Page by page: pictures and pages whose fonts say nothing are recognised, if that can be done."""
    text = _Text()
    for index in range(len(document)):
        characters = _characters(document, index)
        picture = len(characters.codes) < _FEW and _has_picture(document, index)
        if (picture or characters.unmapped > len(characters.codes)) and ocr.available():
            _add_lines(text, _recognised(document, index))
            text.recognised += 1
            continue
        _add_lines(text, list(_lines(characters)))
        text.inked += len(characters.codes)
        text.unmapped += characters.unmapped
        text.pictures += picture
    scanned = text.pictures > 0 and text.inked < _FEW * len(text.pages)
    if scanned or text.unmapped > text.inked:
        found = "is a scan without a text layer" if scanned else "has fonts that do not say which characters they show"
        raise ReadError("no_text", f"the PDF {found}: install the extra `ocr` (pip install 'fiscalzh[ocr]'), or run OCR over it (ocrmypdf)")
    title = document.get_metadata_value("Title") or None
    return Extracted("".join(text.parts), tuple(text.pages), tuple(text.tables), title, ocr=text.recognised > 0, unread_pages=text.pictures)


def _recognised(document: PdfDocument, index: int) -> list[Line]:
    page = document[index]
    try:
        return ocr.page_lines(page)
    finally:
        page.close()


def _add_lines(text: _Text, lines: Sequence[Line]) -> None:
    """Append a page: tables as tab-separated rows, indents of paragraphs as two ideographic spaces."""
    margin = min((line.left for line in lines if sum(map(len, line.cells)) >= 15), default=0.0)
    in_table: dict[int, int] = dict(table_rows([line.cells for line in lines]))
    text.pages.append(text.length)
    table_end, table_start = 0, 0
    for row, line in enumerate(lines):
        if row in in_table:
            table_end, table_start = in_table[row], text.length
        if row < table_end:
            written = "\t".join(line.cells)
        else:
            indented = _INDENT[0] * line.height <= line.left - margin <= _INDENT[1] * line.height
            written = ("\u3000\u3000" if indented else "") + "  ".join(line.cells)
        text.parts.append(written + "\n")
        text.length += len(written) + 1
        if row + 1 == table_end:
            text.tables.append((table_start, text.length - 1))


def _characters(document: PdfDocument, index: int) -> _Characters:
    import pypdfium2
    from pypdfium2 import raw

    codes: list[int] = []
    boxes: list[tuple[float, float, float, float]] = []
    angles: list[float] = []
    unmapped = 0
    try:
        page = document[index]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise ReadError("corrupt", f"page {index + 1} of the PDF is damaged: opening and saving it may mend it") from error
    box = raw.FS_RECTF()
    for at in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, at)
        if code in (0x02, 0xFFFE):
            code = ord("-")  # as PDFium writes the hyphen at a line's end
        if code <= 0x20 and raw.FPDFText_IsGenerated(textpage, at):
            continue
        if 0xD800 <= code < 0xE000:  # half a character, as broken fonts yield
            code = 0xFFFD
        if code < 0x20 or 0xE000 <= code < 0xF900 or code == 0xFFFD:
            unmapped += 1
        if code < 0x20 or not raw.FPDFText_GetLooseCharBox(textpage, at, box):
            continue
        codes.append(code)
        boxes.append((box.left, box.bottom, box.right, box.top))
        angles.append(raw.FPDFText_GetCharAngle(textpage, at))
    textpage.close()
    page.close()
    turned = -np.asarray(angles, np.float64) / _QUARTER  # PDFium counts clockwise
    turns = np.where(np.abs(turned - np.round(turned)) < 0.05, np.round(turned) % 4, -1).astype(np.int64)
    return _Characters(np.asarray(codes, np.int64), np.asarray(boxes, np.float64).reshape(-1, 4), turns, unmapped)


def _lines(characters: _Characters) -> Iterator[Line]:
    """The lines of a page from top to bottom; those written in the page's main direction come first."""
    directions, counts = np.unique(characters.turns[characters.turns >= 0], return_counts=True)
    for turn in directions[np.argsort(-counts, kind="stable")].tolist():
        chosen = characters.turns == turn
        codes, boxes = characters.codes[chosen], _upright(characters.boxes[chosen], turn)
        middle = (boxes[:, 1] + boxes[:, 3]) / 2
        height = np.maximum(boxes[:, 3] - boxes[:, 1], 1e-3)
        order = np.argsort(-middle, kind="stable")
        steps = middle[order][:-1] - middle[order][1:]
        reach = _SAME_LINE * np.minimum(height[order][:-1], height[order][1:])
        for members in np.split(order, np.flatnonzero(steps > reach) + 1):
            by_place = members[np.argsort(boxes[members, 0], kind="stable")]
            cells = _cells(codes[by_place].tolist(), boxes[by_place], float(np.median(height[members])))
            if cells:
                first = next(at for at in by_place.tolist() if not chr(codes[at]).isspace())
                yield Line(cells, float(boxes[first, 0]), float(np.median(height[members])))


def _upright(boxes: Floats, turn: int) -> Floats:
    """Boxes, shape (n, 4), as they lie once writing that runs `turn` quarter turns to the left is laid level."""
    left, bottom, right, top = boxes.T
    if turn == 1:
        left, bottom, right, top = bottom, -right, top, -left
    elif turn == 2:
        left, bottom, right, top = -right, -top, -left, -bottom
    elif turn == 3:
        left, bottom, right, top = -top, left, -bottom, right
    return np.stack((left, bottom, right, top), axis=1)


def _cells(codes: list[int], boxes: Floats, height: float) -> list[str]:
    """The text of one line's characters, ordered by place, divided where a gap is as wide as between columns."""
    cells: list[str] = []
    cell: list[str] = []
    blank = False
    last_code, last_left, last_right = 0, -1e9, 0.0
    for code, left, right in zip(codes, boxes[:, 0].tolist(), boxes[:, 2].tolist(), strict=True):
        char = chr(code)
        if char.isspace():
            blank = True
            continue
        if code == last_code and left - last_left < _OVERPRINT * height:
            continue
        gap = left - last_right if cell else 0.0
        if gap > _COLUMN * height:
            cells.append("".join(cell))
            cell = []
        elif cell and (blank or gap > _SPACE * height):
            cell.append(" ")
        cell.append(char)
        blank = False
        last_code, last_left, last_right = code, left, max(right, last_right) if cell[:-1] else right
    if cell:
        cells.append("".join(cell))
    return cells


def _has_picture(document: PdfDocument, index: int) -> bool:
    from pypdfium2 import raw

    page = document[index]
    found = next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3), None) is not None
    page.close()
    return found
