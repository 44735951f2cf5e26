"""CoNLL files with labels of their own, as public corpora of named entities come: one token a line, blank lines between sentences.

    Ford    B-ORG
    汽车    I-ORG
    公司    I-ORG
    在      O

The first column is the token, a character or a word; the tags stand in the last column, or in the last ones where there are
several layers. IOB1, BIO, BIOES and BMES are told by the tags themselves. Columns between are passed over, so are comments
(`# …`) and `-DOCSTART-` lines. A sentence's text is its tokens, with a space between two words of letters or digits.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ...corpus.document import Document, Meta
from ..labels import LABELS
from ..report import AnnotatedReport
from ..span import Span
from .conll import COLUMNS, TAG, TagColumn
from .errors import located
from .fields import read_text

_BLANKS: Final = re.compile(r"[ \t]+")  # no other: an ideographic space may be a token
_WORD: Final = re.compile(r"[^\W\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")
Rows = list[tuple[str, list[str]]]


def has_own_labels(path: str | Path) -> bool:
    """Whether a path is a CoNLL file of sentences, with other labels than those of fiscal reports."""
    path = Path(path)
    if not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as lines:
        first = next((cells for line in lines if line.strip() and (cells := _cells(line)) is not None), [])
    if len(first) < 2 or not TAG.fullmatch(first[-1]) or _is_fiscal(path):
        return False
    return not {span.label for sentence in read_sentences(path) for span in sentence.spans} <= set(LABELS)


def read_sentences(path: str | Path, layers: int = 1) -> list[AnnotatedReport]:
    """The sentences of a file, each a document of its own, in offsets of its text; a label is found in one layer only.

    Args:
        layers: how many columns of tags there are.

    Raises:
        ConversionError: a line is no token with its tags, or the tags are of no known scheme.
    """
    with located(path):
        lines = read_text(path).removeprefix("\ufeff").split("\n")
    return [_sentence(path, number, rows) for number, rows in _blocks(path, lines, layers)]


def _is_fiscal(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as lines:
        return next(lines, "").rstrip() == COLUMNS


def _cells(line: str) -> list[str] | None:
    """The cells of a line; None for one that holds no token. A line that begins with a blank has that blank as its token."""
    cells = _BLANKS.split(line.rstrip("\r\n \t"))
    if cells[0].startswith("-DOCSTART-") or (cells[0] == "#" and not TAG.fullmatch(cells[-1])):
        return None
    return [cells[0] or " ", *cells[1:]]


def _blocks(path: str | Path, lines: Sequence[str], layers: int) -> Iterator[tuple[int, Rows]]:
    """Line number and rows of each sentence."""
    rows: Rows = []
    for number, line in enumerate([*lines, ""], 1):
        with located(path, f"line {number}"):
            cells = _cells(line) if line.strip(" \t\r") else None
            if cells is not None:
                if len(cells) <= layers:
                    raise ValueError(f"expected a token and {layers} {'tag' if layers == 1 else 'tags'}, got {line!r}")
                rows.append((cells[0], cells[-layers:]))
            elif rows:
                yield number - len(rows), rows
                rows = []


def _sentence(path: str | Path, line: int, rows: Rows) -> AnnotatedReport:
    columns = [TagColumn(loose=True) for _ in rows[0][1]]
    text = ""
    places: list[tuple[int, int]] = []
    for at, (token, tags) in enumerate(rows):
        with located(path, f"line {line + at}"):
            for column, tag in zip(columns, tags, strict=True):
                column.take(tag, at)
        if at and _apart(rows[at - 1][0], token):
            text += " "
        places.append((len(text), len(text) + len(token)))
        text += token
    with located(path, f"line {line}"):
        for column in columns:
            column.end(len(rows))
    spans = (Span(places[s.start][0], places[s.end - 1][1], s.label) for column in columns for s in column.spans)
    document = Document(text, f"{path}:{line}", hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), Meta())
    return AnnotatedReport(document, tuple(sorted(spans)), (), ())


def _apart(left: str, right: str) -> bool:
    """Whether a space stands between two tokens: two words do, letters that stand one a line do not."""
    return len(left) + len(right) > 2 and bool(_WORD.fullmatch(left[-1]) and _WORD.fullmatch(right[0]))
