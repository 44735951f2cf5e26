"""How much of a report is left when it was printed, scanned and recognised: characters, figures, facts, and the time it takes.

Generated reports are set on pages, the pages drawn as pictures and made worse, the pictures put into a PDF without text. What is read from
it is compared to the lines that were set. PDFium draws with a Chinese font of the machine.
"""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..annotations.markup import parse
from ..corpus.generator import generate_many
from ..corpus.read import from_bytes, from_text
from ..extract.facts import Extraction
from ..extract.pipeline import Extractor, load_extractor
from .tables import markdown

_POINTS: Final = 72  # an inch
_WIDTH, _HEIGHT = 595, 842  # A4 in points
_MARGIN, _TOP, _BOTTOM = 72, 770, 72
_GUTTER: Final = 30  # points between two columns
_FIGURE: Final = re.compile(r"\d[\d,]*(?:\.\d+)?%?")


@dataclass(frozen=True, slots=True)
class Scan:
    """How a page became a picture.

    `size` is that of the characters in points, `askew` how far the page was turned in degrees, `noise` the deviation of the
    grey values (of 255), `stamped` whether a round red stamp lies over the text, `turned` the quarter turns the page lies on its side.
    """

    name: str
    dpi: int = 200
    size: int = 12
    columns: int = 1
    askew: float = 0.0
    noise: float = 0.0
    stamped: bool = False
    turned: int = 0


SCANS: Final = (
    Scan("150 dpi", dpi=150),
    Scan("200 dpi"),
    Scan("300 dpi", dpi=300),
    Scan("9 points", size=9),
    Scan("7 points", size=7),
    Scan("0.7° askew", askew=0.7),
    Scan("2° askew", askew=-2),
    Scan("grey, noisy", noise=30),
    Scan("grey, noisy, 100 dpi", dpi=100, noise=45),
    Scan("two columns", columns=2, size=9),
    Scan("stamped", stamped=True),
    Scan("on its side", turned=1),
    Scan("upside down", turned=2),
)


@dataclass(frozen=True, slots=True)
class Survived:
    """What came through of some reports: shares of characters (1 less the edits a character), figures and facts, and seconds a page.

    `false` counts figures read that are not there.
    """

    characters: float
    figures: float
    false: int
    facts: float
    seconds: float


def benchmark_scans(
    count: int, say: Callable[[str], None], seed: int = 13, pages: int = 2, model: Path | None = None
) -> tuple[str, dict[str, dict[str, float]]]:
    """Read generated reports, cut to some pages, as scans of every kind.

    Returns:
        A Markdown table, and everything measured by the name of the scan.

    Raises:
        ImportError: reportlab (extra `eval`) or the extra `ocr` is not installed.
    """
    from ..corpus.readers import ocr

    if not ocr.available():
        raise ImportError("no module named 'rapidocr'")
    texts = [parse(made.marked).text for made in generate_many(count, seed)]
    extractor = load_extractor(model)
    found = {}
    for scan in SCANS:
        say(scan.name)
        found[scan.name] = survived(texts, scan, extractor, pages)
    rows = [[name, f"{s.characters:.4f}", f"{s.figures:.4f}", str(s.false), f"{s.facts:.3f}", f"{s.seconds:.1f}"] for name, s in found.items()]
    table = markdown(["scan", "characters", "figures", "figures not there", "facts", "seconds a page"], rows)
    return table, {name: {key: getattr(s, key) for key in Survived.__slots__} for name, s in found.items()}


def survived(texts: Sequence[str], scan: Scan, extractor: Extractor, most: int = 2) -> Survived:
    """What comes through of texts, at most so many pages of each, when they are printed and scanned."""
    edits = characters = false = pages = 0
    figures, facts, seconds = [0, 0], [0, 0], 0.0
    for number, text in enumerate(texts):
        lines = set_lines(text, scan, most)
        picture = scanned(set_pages(lines, scan), scan, seed=number)
        start = time.process_time()
        read = from_bytes(picture, "scan.pdf")
        seconds += time.process_time() - start
        true = from_text("\n".join(lines))
        expected, got = ("".join(d.text.split()) for d in (true, read))
        edits += edit_distance(expected, got)
        characters += len(expected)
        pages += len(read.pages)
        there, seen = (Counter(_FIGURE.findall(d)) for d in (expected, got))
        figures = [figures[0] + (there & seen).total(), figures[1] + there.total()]
        false += (seen - there).total()
        sure, maybe = (_facts(extractor(d)) for d in (true, read))
        facts = [facts[0] + (sure & maybe).total(), facts[1] + sure.total()]
    return Survived(1 - edits / characters, figures[0] / figures[1], false, facts[0] / facts[1], seconds / pages)


def set_lines(text: str, scan: Scan, pages: int) -> list[str]:
    """The lines of a text on paper, of at most so many pages."""
    lines = [line for paragraph in text.splitlines() for line in _wrapped(paragraph, int(_wide(scan) / scan.size))]
    return lines[: pages * scan.columns * _rows(scan)]


def set_pages(lines: Sequence[str], scan: Scan) -> bytes:
    """Lines set on pages, as a PDF."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(_WIDTH, _HEIGHT), invariant=True)
    for column, start in enumerate(range(0, len(lines), _rows(scan))):
        if column and column % scan.columns == 0:
            canvas.showPage()
        canvas.setFont("STSong-Light", scan.size)
        left = _MARGIN + column % scan.columns * (_wide(scan) + _GUTTER)
        for row, line in enumerate(lines[start : start + _rows(scan)]):
            canvas.drawString(left, _TOP - row * _leading(scan), line)
    canvas.save()
    return out.getvalue()


def _wide(scan: Scan) -> float:
    return (_WIDTH - 2 * _MARGIN - _GUTTER * (scan.columns - 1)) / scan.columns


def _leading(scan: Scan) -> int:
    return scan.size * 5 // 3


def _rows(scan: Scan) -> int:
    return (_TOP - _BOTTOM) // _leading(scan)


def _wrapped(paragraph: str, columns: int) -> Iterator[str]:
    """Lines of so many ideographs at most."""
    line, width = "", 0
    for char in paragraph:
        size = 1 if char.isascii() else 2
        if width + size > 2 * columns:
            yield line
            line, width = "", 0
        line, width = line + char, width + size
    yield line


def scanned(data: bytes, scan: Scan, seed: int = 0) -> bytes:
    """A PDF as a PDF of pictures."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    pictures = [_worn(page.render(scale=scan.dpi / _POINTS).to_pil(), scan, np.random.default_rng(seed)) for page in document]
    document.close()
    out = io.BytesIO()
    pictures[0].save(out, "PDF", resolution=scan.dpi, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def _worn(picture: Any, scan: Scan, rng: np.random.Generator) -> Any:
    from PIL import Image, ImageDraw, ImageFilter

    if scan.stamped:
        ink, draw_on = Image.new("L", picture.size, 0), scan.dpi / _POINTS
        draw = ImageDraw.Draw(ink)
        for radius, fill in ((60, 190), (57, 0), (20, 190)):
            box = [draw_on * (at + sign * radius) for sign in (-1, 1) for at in (400, 300)]
            draw.ellipse(box, fill=fill)
        picture = Image.composite(Image.blend(picture, Image.new("RGB", picture.size, (200, 20, 30)), 0.6), picture, ink)
    picture = picture.rotate(scan.askew, Image.Resampling.BICUBIC, fillcolor="white")
    if scan.noise:
        grey = np.asarray(picture.convert("L").filter(ImageFilter.GaussianBlur(0.6)), np.float64) * 0.75 + 30
        picture = Image.fromarray(np.clip(grey + rng.normal(0, scan.noise, grey.shape), 0, 255).astype(np.uint8))
    return picture.rotate(90 * scan.turned, expand=True)


def edit_distance(left: str, right: str) -> int:
    """Insertions, deletions and replacements that make one text of the other (Levenshtein)."""
    codes = np.frombuffer(right.encode("utf-32-le"), np.uint32)
    steps = np.arange(len(codes) + 1)
    row = steps.copy()
    for number, char in enumerate(left, start=1):
        best = np.minimum(row[1:] + 1, row[:-1] + (codes != ord(char)))
        row = np.minimum.accumulate(np.concatenate(([number], best)) - steps) + steps
    return int(row[-1])


def _facts(extraction: Extraction) -> Counter[tuple[str, str, str]]:
    return Counter((fact.subject, fact.measure, str(fact.value)) for fact in extraction.facts)
