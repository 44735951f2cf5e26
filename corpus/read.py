"""From a file, bytes or a string to a `Document`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from .document import Document
from .errors import ReadError
from .meta import infer_meta
from .readers.docx import read_docx
from .readers.extracted import Extracted
from .readers.html import read_html
from .readers.legacy import read_legacy
from .readers.pdf import read_pdf
from .readers.txt import plain, read_txt
from .shadow import shadow_of
from .structure import sections, sentences

Reader: TypeAlias = Callable[[bytes], Extracted]

READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        ".txt": read_txt,
        ".html": read_html,
        ".htm": read_html,
        ".docx": read_docx,
        ".doc": read_legacy,
        ".wps": read_legacy,
        ".pdf": read_pdf,
    }
)
SUFFIXES: Final = tuple(READERS)
MAX_BYTES: Final = 500 * 1024 * 1024
_HINTS: Final = {
    ".xls": "workbooks hold tables, not the narrative",
    ".xlsx": "workbooks hold tables, not the narrative",
}


def read(path: str | PathLike[str]) -> Document:
    """Read a report from a file; its suffix, in either case, picks the reader.

    Raises:
        ReadError: with the `kind` that says why; the message begins with the path.
    """
    source = Path(path)
    name = printable(source)
    try:
        if source.is_dir():
            raise ReadError("missing", f"{name}: a folder that cannot be read, or one where a file was expected: name the files in it")
        if source.suffix or source.exists():
            _reader_of(name)
        if source.stat().st_size > MAX_BYTES:
            raise ReadError("too_large", f"{name}: larger than {MAX_BYTES >> 20} MiB: split it")
        if not source.is_file():
            raise ReadError("missing", f"{name}: a pipe or device, whose end may never come: save what it gives to a file")
        data = source.read_bytes()
    except FileNotFoundError as error:
        raise ReadError("missing", f"{name}: no such file: check the path") from error
    except OSError as error:
        raise ReadError("missing", f"{name}: cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a NUL in the name
        shown = name.replace("\0", "\\x00")
        raise ReadError("missing", f"{shown}: no name that a file can have: check the path") from error
    return from_bytes(data, name)


def printable(path: str | PathLike[str]) -> str:
    """A path as text that can be written: bytes of its name that are no UTF-8, as old archives leave them, become \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def from_bytes(data: bytes, name: str) -> Document:
    """Read a report from the bytes of a file called `name`, whose suffix picks the reader.

    Raises:
        ReadError: with the `kind` that says why; the message begins with the name.
    """
    reader = _reader_of(name)
    try:
        if not data.strip():
            raise ReadError("empty", "expected a report, found an empty file")
        extracted = reader(data)
        if not extracted.text.strip():
            raise ReadError("empty", "expected a report, found no text in it: is it written by a script, or all pictures?")
    except ReadError as error:
        raise ReadError(error.kind, f"{name}: {error.message}") from error
    return _document(extracted, name, hashlib.sha256(data).hexdigest())


def from_text(text: str, source: str = "<text>") -> Document:
    """A document of a text as it is; its digest is that of the text in UTF-8."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _document(plain(text), source, digest)


def _reader_of(name: str) -> Reader:
    suffix = Path(name).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        hint = _HINTS.get(suffix, f"expected one of {' '.join(SUFFIXES)}")
        raise ReadError("suffix", f"{name}: no reader for {suffix or 'a name without suffix'}: {hint}")
    return reader


def _document(extracted: Extracted, source: str, sha256: str) -> Document:
    shadow = shadow_of(extracted.text, extracted.tables, extracted.pages)
    outline = sections(shadow, len(extracted.text))
    hints = tuple(hint for hint in (extracted.title, Path(source).stem) if hint)
    return Document(
        text=extracted.text,
        source=source,
        sha256=sha256,
        meta=replace(infer_meta(shadow.text, hints=hints), ocr=extracted.ocr, unread_pages=extracted.unread_pages),
        sections=outline,
        sentences=sentences(shadow),
        pages=extracted.pages,
        tables=extracted.tables,
    )
