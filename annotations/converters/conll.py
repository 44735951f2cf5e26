r"""CoNLL: one character a line with a tag for each layer, tab-separated; a blank line ends a sentence.

    # columns = token mentions claims
    # document = {"source": "a.txt", "sha256": "…", "fiscal_year": 2021}
    决	B-ACCOUNT	O
    \s	O	O

Every character of the text has its line, blanks and line ends too, so that the text comes back exactly: ` ` is written
`\s`, `\` is `\\`, tab, line feed and carriage return are `\t`, `\n`, `\r`, any other blank, control or format character
is `\uXXXX` or `\UXXXXXXXX`. Blank lines stand for nothing in the text. A line of `#` and a tab is the character #.

Tags are written as BIO; BIOES and BMES(O) are read too. Facts, scores and the values of claims have no place here.
Files of other origin (no `# columns` line) are read with columns in the order token, mentions, claims or with one
column of tags of either layer; there the backslash is a character, blank lines between characters are one line end,
and `-DOCSTART-` begins a document.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..labels import FISCAL
from ..span import Span
from .errors import located
from .fields import Origin, origin_fields, read_text, write_text
from .model import Annotation

COLUMNS: Final = "# columns = token " + " ".join(name for name, _ in FISCAL.layers)
_DOCUMENT: Final = "# document = "
_NAMED: Final = {" ": "s", "\\": "\\", "\t": "t", "\n": "n", "\r": "r"}
_CHARS: Final = {escape: char for char, escape in _NAMED.items()}
_ESCAPE: Final = re.compile(r"\\(?:(?P<named>[s\\tnr])|u(?P<short>[0-9A-F]{4})|U(?P<long>[0-9A-F]{8}))")
TAG: Final = re.compile(r"O|(?P<position>[BIMES])-(?P<label>\S+)")
_SENTENCE_ENDS: Final = "。！？\n"


def read_conll(path: str | Path) -> list[Annotation]:
    """The annotations of a file, one for each document in it.

    Raises:
        ConversionError: a line is no character with its tags, or a tag cannot follow the one before it.
    """
    with located(path):
        lines = read_text(path).split("\n")
    own = lines[0].rstrip("\r") == COLUMNS
    annotations = []
    for document in _documents(path, lines, own):
        with located(path, f"document at line {document.line}"):
            text, origin = "".join(document.chars), document.origin
            annotations.append(
                Annotation(
                    text,
                    tuple(document.spans),
                    source=origin.source,
                    sha256=origin.sha_of(text),
                    fiscal_year=origin.fiscal_year,
                )
            )
    return annotations


def write_conll(annotations: Sequence[Annotation], path: str | Path) -> None:
    """Write a file with BIO tags.

    Raises:
        ConversionError: two spans of one layer overlap.
    """
    lines = [COLUMNS]
    for number, annotation in enumerate(annotations, 1):
        lines.append(_DOCUMENT + json.dumps(origin_fields(annotation), ensure_ascii=False))
        with located(path, f"document {number} to write"):
            columns = [_tags(annotation, labels) for _, labels in FISCAL.layers]
        text = annotation.text
        for at, row in enumerate(zip(text, *columns, strict=True)):
            lines.append("\t".join((escape(row[0]), *row[1:])))
            goes_on = at + 1 < len(text) and any(column[at + 1].startswith("I-") for column in columns)
            if row[0] in _SENTENCE_ENDS and not goes_on:
                lines.append("")
        lines.append("")
    with located(path):
        write_text("\n".join(lines), path)


def escape(char: str) -> str:
    r"""A character as a token: itself where it is visible, else its escape."""
    if char in _NAMED:
        return "\\" + _NAMED[char]
    if char.isspace() or unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Zs"):
        return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"
    return char


def unescape(token: str) -> str:
    """The character of a token; the inverse of `escape`.

    Raises:
        ValueError: the token is neither one character nor an escape.
    """
    if len(token) == 1 and token != "\\":
        return token
    match = _ESCAPE.fullmatch(token)
    if match is None:
        raise ValueError(rf"expected one character or an escape (\s \t \n \r \\ \u3000), got {token!r}: one character a line")
    return _CHARS[match["named"]] if match["named"] else chr(int(match["short"] or match["long"], 16))


def _tags(annotation: Annotation, labels: Sequence[str]) -> list[str]:
    tags = ["O"] * len(annotation.text)
    for span in annotation.spans:
        if span.label in labels:
            if any(tag != "O" for tag in tags[span.start : span.end]):
                raise ValueError(f"{span.label} [{span.start}, {span.end}) overlaps another span of its layer: mend it first")
            tags[span.start : span.end] = [f"B-{span.label}"] + [f"I-{span.label}"] * (span.end - span.start - 1)
    return tags


@dataclass(slots=True)
class TagColumn:
    """The state of one column of tags: its open span, and how the spans before it ended.

    `closed`: some tag was E, M or S (BIOES, BMES), so that every span has to end with E or S; `unclosed`: some span did
    not. `loose`: a tag that goes on with nothing begins a span, as in IOB1 and as conlleval counts; else it is an error.
    """

    loose: bool = False
    spans: list[Span] = field(default_factory=list)
    label: str | None = None
    start: int = 0
    closed: bool = False
    unclosed: bool = False

    def take(self, tag: str, at: int) -> None:
        match = TAG.fullmatch(tag)
        if match is None:
            raise ValueError(f"expected a tag such as O, B-AMOUNT or I-AMOUNT, got {tag!r}")
        position = match["position"] or "O"
        if position in "IME":
            if self.label != match["label"]:
                if not self.loose:
                    raise ValueError(f"{tag} goes on with a span that has not begun: write B-{match['label']} where it begins")
                self.end(at)
                self.label, self.start = match["label"], at
        else:
            self.end(at)
            if position in "BS":
                self.label, self.start = match["label"], at
        self.closed |= position in "EMS"
        if position in "ES":
            self.spans.append(Span(self.start, at + 1, match["label"]))
            self.label = None
        self._check()

    def end(self, at: int) -> None:
        """The span that is open ends before `at`."""
        if self.label is None:
            return
        self.spans.append(Span(self.start, at, self.label))
        self.unclosed, self.label = True, None
        self._check()

    def _check(self) -> None:
        if self.closed and self.unclosed:
            raise ValueError("some spans here end with E or S and some without: write BIO, BIOES or BMES throughout")


@dataclass(slots=True)
class _Document:
    """A document as far as it is read; `broken`: blank lines of a foreign file wait for a character behind them."""

    line: int
    origin: Origin = field(default_factory=Origin)
    chars: list[str] = field(default_factory=list)
    columns: list[TagColumn] = field(default_factory=list)
    broken: bool = False

    @property
    def spans(self) -> list[Span]:
        return [span for column in self.columns for span in column.spans]

    def token(self, cells: list[str], own: bool) -> None:
        layers = len(FISCAL.layers)
        if not (len(cells) == layers + 1 or (not own and len(cells) == 2)):
            expected = "a character and two tags" + (", tab-separated" if own else " (or one)")
            raise ValueError(f"expected {expected}, got {len(cells)} columns")
        if not own and len(cells[0]) != 1:
            raise ValueError(f"expected one character a line, got {cells[0]!r}: split words into characters")
        if not self.columns:
            self.columns = [TagColumn() for _ in cells[1:]]
        if len(cells) != len(self.columns) + 1:
            raise ValueError(f"expected {len(self.columns) + 1} columns as before, got {len(cells)}")
        if self.broken:
            self.close()
            self.chars.append("\n")
            self.broken = False
        for column, tag in zip(self.columns, cells[1:], strict=True):
            column.take(tag, len(self.chars))
        self.chars.append(unescape(cells[0]) if own else cells[0])

    def close(self) -> None:
        """Every open span ends here."""
        for column in self.columns:
            column.end(len(self.chars))


def _documents(path: str | Path, lines: list[str], own: bool) -> Iterator[_Document]:
    document: _Document | None = None
    for number, line in enumerate((line.rstrip("\r") for line in lines), 1):
        with located(path, f"line {number}"):
            begins = line.startswith(_DOCUMENT if own else "-DOCSTART-")
            if begins:
                if document is not None:
                    document.close()
                    yield document
                document = _Document(number, Origin.model_validate_json(line[len(_DOCUMENT) :]) if own else Origin())
            elif not line.strip():
                if not own and document is not None and document.chars:
                    document.broken = True
            elif line != COLUMNS:
                if document is None and own:
                    raise ValueError(f"expected {_DOCUMENT + '{…}'!r} before the first character, got {line!r}")
                document = document or _Document(number)
                document.token(line.split("\t" if own else None), own)
    if document is not None:
        with located(path, f"line {len(lines)}"):
            document.close()
        yield document
