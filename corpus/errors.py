"""Why a report could not be read."""

from __future__ import annotations

from typing import Literal, TypeAlias

ErrorKind: TypeAlias = Literal["missing", "suffix", "empty", "binary", "encoding", "corrupt", "password", "no_text", "too_large", "converter"]


class ReadError(Exception):
    """A file that is no readable report.

    `kind` says why, for programs; the message says in one line what was found, what was expected and how to mend it.

    | kind | meaning |
    |---|---|
    | `missing` | no such file, a folder, a pipe or device, or no right to read it |
    | `suffix` | no reader for this kind of file |
    | `empty` | nothing but white space in it |
    | `binary` | a `.txt` that is no text |
    | `encoding` | text in none of the encodings known |
    | `corrupt` | damaged, or another format than its name says |
    | `password` | encrypted |
    | `no_text` | a scan: pages of images without a text layer |
    | `too_large` | over a limit on size |
    | `converter` | needs a program that is not installed |
    """

    def __init__(self, kind: ErrorKind, message: str) -> None:
        super().__init__(kind, message)  # both, so that the error survives pickling in a batch run
        self.kind: ErrorKind = kind
        self.message = message

    def __str__(self) -> str:
        return self.message
