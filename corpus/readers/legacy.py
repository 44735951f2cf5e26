"""Old Word files and WPS texts, by way of LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ..errors import ReadError
from .docx import read_docx
from .extracted import Extracted

SECONDS: Final = 120
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"


def read_legacy(data: bytes) -> Extracted:
    """The text of a .doc or .wps; one that is a .docx under another name is read as such.

    Raises:
        ReadError: no LibreOffice is installed (`converter`), it takes too long (`too_large`) or cannot read the file (`corrupt`).
    """
    if data.startswith(_ZIP):
        return read_docx(data)
    if not data.startswith((_OLE, b"{\\rtf")):
        raise ReadError("corrupt", "expected an old Word file, found something else: open it and save it as .docx")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise ReadError("converter", "old Word files are read by way of LibreOffice, which is not installed: install it, or save the file as .docx")
    with tempfile.TemporaryDirectory() as name:
        return read_docx(_converted(office, data, Path(name)))


def _converted(office: str, data: bytes, folder: Path) -> bytes:
    """The file as .docx; with a profile of its own, since LibreOffice runs once a profile."""
    source = folder / "report.doc"
    source.write_bytes(data)
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--convert-to", "docx"]
    try:
        subprocess.run([*command, "--outdir", str(folder), str(source)], capture_output=True, timeout=SECONDS, check=False)
        return (folder / "report.docx").read_bytes()
    except subprocess.TimeoutExpired as error:
        raise ReadError("too_large", f"LibreOffice did not convert it in {SECONDS} s: save it as .docx") from error
    except FileNotFoundError as error:
        raise ReadError("corrupt", "LibreOffice could not convert it: open it and save it as .docx") from error
