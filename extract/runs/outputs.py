"""The outputs of a run, each written beside its place and moved there when it is whole."""

from __future__ import annotations

import errno
import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from ..facts import Extraction
from ..writers import make_writer
from .sqlite import write_sqlite
from .tables import TABLES, to_fragment

TEXTS: Final = ("jsonl", "csv", "wide")  # formats whose fragments follow one another in one text
FORMATS: Final = (*TEXTS, "parquet", "sqlite")


def render(format: str, data: Mapping[str, Any], extraction: Extraction | None) -> str:
    """What one document adds to an output."""
    if format not in TEXTS:
        return to_fragment(data, extraction)
    file = io.StringIO()
    writer = make_writer(format, file)
    start = file.tell()  # behind the head, which is written once
    writer.write(data, extraction)
    return file.getvalue()[start:]


def check_target(format: str, target: Path) -> None:
    """Refuse, before the work, what cannot or should not be replaced.

    Raises:
        OSError: there is no such folder to write to, or something stands there that is no output of this format.
    """
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target))
    foreign = [path for path in target.iterdir() if path.stem not in TABLES] if target.is_dir() else []
    if target.is_dir() and (format != "parquet" or foreign):
        raise FileExistsError(errno.EEXIST, "a folder stands there that is no output of an earlier run", str(target))


def write_output(format: str, fragments: Iterable[str], target: Path) -> None:
    """Put an output together from its fragments; a file or folder of that name is replaced.

    Raises:
        OSError: it cannot be written; what stood there before still does.
        ImportError: Parquet without pyarrow.
    """
    with _replaced(target) as path:
        _WRITERS[format](fragments, path)


def _parquet(fragments: Iterable[str], path: Path) -> None:
    from .parquet import write_parquet

    write_parquet(fragments, path)


def _texts(format: str) -> Callable[[Iterable[str], Path], None]:
    def write(fragments: Iterable[str], path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            make_writer(format, file)
            file.writelines(fragments)

    return write


_WRITERS: Final[Mapping[str, Callable[[Iterable[str], Path], None]]] = {
    **{format: _texts(format) for format in TEXTS},
    "parquet": _parquet,
    "sqlite": write_sqlite,
}


@contextmanager
def _replaced(target: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `target` when all of it is on the disk."""
    new, old = target.with_name(f"{target.name}.new"), target.with_name(f"{target.name}.old")
    _remove(new)
    try:
        yield new
        for path in (new, *new.glob("*")):
            _sync(path)
    except BaseException:
        _remove(new)
        raise
    if target.is_dir():  # a folder with something in it cannot be replaced at one stroke
        _remove(old)
        target.rename(old)
    new.replace(target)
    _remove(old)
    _sync(target.parent)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
