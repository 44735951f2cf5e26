"""Plain text: UTF-8, UTF-16 with a byte order mark, GB18030 (and so GBK and GB2312)."""

from __future__ import annotations

import codecs
import re
from typing import Final

from ..errors import ReadError
from ..tables import table_lines
from .extracted import Extracted

_MAGIC: Final = {
    b"%PDF-": "a PDF: name it .pdf",
    b"PK\x03\x04": "a zip container such as Word's: name it .docx if it is one",
    b"\xd0\xcf\x11\xe0": "an old Office file: save it as .docx",
    b"{\\rtf": "RTF: save it as .docx",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x1f\x8b": "a gzip archive: unpack it",
    b"7z\xbc\xaf": "an archive: unpack it",
    b"Rar!": "an archive: unpack it",
    b"\x7fELF": "a program",
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read_txt(data: bytes) -> Extracted:
    """The text exactly as decoded, line ends included; a byte order mark is no part of it.

    Raises:
        ReadError: the bytes are no text (`binary`), or in no known encoding (`encoding`).
    """
    return plain(decode(data))


def plain(text: str) -> Extracted:
    """A text as it is: form feeds divide pages, lines that look like rows make tables."""
    pages = (0, *(match.end() for match in re.finditer("\f", text))) if "\f" in text.rstrip() else ()
    return Extracted(text, pages=pages, tables=table_lines(text))


def decode(data: bytes) -> str:
    """Decode bytes by their byte order mark, else as UTF-8, else as GB18030.

    Raises:
        ReadError: `binary` or `encoding`, as for `read_txt`.
    """
    refuse_binary(data)
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return _checked(data.decode("utf-16"))
        if b"\0" in data:
            raise ReadError("binary", "expected text, found NUL bytes (if it is UTF-16, save it as UTF-8)")
        try:
            return _checked(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return _checked(data.decode("gb18030"))
    except UnicodeDecodeError as error:
        raise ReadError(
            "encoding",
            f"expected UTF-8, UTF-16 with a byte order mark or GB18030, but byte {error.start} is none of them",
        ) from error


def refuse_binary(data: bytes) -> None:
    """Raise ReadError (`binary`) where the first bytes are those of a format that is no text."""
    for magic, what in _MAGIC.items():
        if data.startswith(magic):
            raise ReadError("binary", f"expected text, found {what}")


def _checked(text: str) -> str:
    controls = len(_CONTROL.findall(text))
    if controls > 3 + len(text) // 1000:
        raise ReadError("binary", f"expected text, found {controls} control characters: is it another format?")
    return text
