"""Old Word files and WPS texts, by way of LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..errors import ReadError
from .docx import read_docx
from .extracted import Extracted

SECONDS: Final = 120
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
# LibreOffice is a script that starts a program that starts another; killing the first leaves the last. So they are a group, and a watcher
# in it, whose input ends when this process is killed, ends them all and removes their files.
_LEASH: Final = 'exec 3<&0 </dev/null; (read -r _ <&3; rm -rf "$0"; kill -KILL 0) & "$@" 3<&-'


def read_legacy(data: bytes) -> Extracted:
    """The text of a .doc or .wps; one that is a .docx under another name is read as such.

    Raises:
        ReadError: no LibreOffice is installed, or it fails (`converter`), it takes too long (`too_large`) or cannot read the file (`corrupt`).
    """
    if data.startswith(_ZIP):
        return read_docx(data)
    if not data.startswith((_OLE, b"{\\rtf")):
        raise ReadError("corrupt", "expected an old Word file, found something else: open it and save it as .docx")
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise ReadError("converter", "old Word files are read by way of LibreOffice, which is not installed: install it, or save the file as .docx")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        return read_docx(_converted(office, data, Path(name)))


def _converted(office: str, data: bytes, folder: Path) -> bytes:
    """The file as .docx; with a profile of its own, since LibreOffice runs once a profile."""
    source, result = folder / "report.doc", folder / "report.docx"
    source.write_bytes(data)
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--convert-to", "docx"]
    try:
        status = _run([*command, "--outdir", str(folder), str(source)], folder)
    except subprocess.TimeoutExpired as error:
        raise ReadError("too_large", f"LibreOffice did not convert it in {SECONDS} s: save it as .docx") from error
    if status == 0 and result.is_file():
        return result.read_bytes()
    said = (folder / "said").read_text(encoding="utf-8", errors="replace").split("\n")
    words = next((f" ({' '.join(line.split())[:200]})" for line in said if "rror" in line), "")
    if status in (0, 1):  # 1 says of some versions what 0 and no file say of others
        raise ReadError("corrupt", f"LibreOffice could not convert it{words}: open it and save it as .docx")
    raise ReadError("converter", f"LibreOffice failed with status {status}{words}: has it enough memory, and does it run by itself?")


def _run(command: list[str], folder: Path) -> int:
    """Run a program that may start others, and leave none of them behind; its words go into the file `said`."""
    leash = ["/bin/sh", "-c", _LEASH, str(folder)] if hasattr(os, "killpg") else []
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(
            [*leash, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, "TMPDIR": str(folder)},
            start_new_session=True,
        )
    with process:
        try:
            return process.wait(SECONDS)
        finally:
            if leash:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
