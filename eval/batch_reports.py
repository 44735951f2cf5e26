"""Generated reports as files of four formats: text, web page, Word, PDF. PDF needs reportlab (extra `eval`)."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from ..annotations.markup import parse
from ..corpus.generator import generate_many

_COLUMNS: Final = 36  # full-width characters of a line on paper
_LINES: Final = 36  # of a page
_SIZE, _LEADING, _LEFT, _TOP = 12, 20, 72, 770  # points


def write_reports(folder: Path, count: int, seed: int = 13) -> list[Path]:
    """Write `count` reports, each format in turn; the same seed gives the same texts.

    Raises:
        ImportError: reportlab is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    endings = tuple(_WRITERS)
    files = []
    for number, made in enumerate(generate_many(count, seed)):
        path = folder / f"{number:05d}{endings[number % len(endings)]}"
        _WRITERS[path.suffix](path, parse(made.marked).text.splitlines())
        files.append(path)
    return files


def _txt(path: Path, lines: Sequence[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _html(path: Path, lines: Sequence[str]) -> None:
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in lines)
    path.write_text(f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"></head>\n<body>{body}</body></html>\n', encoding="utf-8")


def _docx(path: Path, lines: Sequence[str]) -> None:
    import docx

    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))


def _pdf(path: Path, lines: Sequence[str]) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), invariant=True)
    wrapped = [line[at : at + _COLUMNS] for line in lines for at in range(0, len(line), _COLUMNS)]
    for start in range(0, len(wrapped), _LINES):
        canvas.setFont("STSong-Light", _SIZE)
        for row, line in enumerate(wrapped[start : start + _LINES]):
            canvas.drawString(_LEFT, _TOP - row * _LEADING, line)
        canvas.showPage()
    canvas.save()


_WRITERS: Final[dict[str, Callable[[Path, Sequence[str]], None]]] = {".txt": _txt, ".html": _html, ".docx": _docx, ".pdf": _pdf}
