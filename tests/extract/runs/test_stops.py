"""A run that is killed between any two of its changes to the disk, or finds the disk full, goes on with the same command."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from damage import attempt
from fiscalzh.extract.batch import find_reports
from fiscalzh.extract.runs.outputs import FORMATS
from fiscalzh.extract.runs.run import Recipe, run
from fiscalzh.extract.runs.store import StoreError

CHANGES = ("rename", "replace", "unlink", "rmdir", "mkdir", "fsync")


def _run(reports: Path, output: Path) -> None:
    run(find_reports([reports]), output, Recipe(output.suffix.lstrip(".")))


def _content(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in ([path] if path.is_file() else sorted(path.iterdir()))}


def _tree(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def few(reports: Path) -> Path:
    """Three reports, one of them bad."""
    for path in reports.iterdir():
        if path.name not in ("1.txt", "2.txt", "3.txt"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return reports


class _Killed(BaseException):
    """As sudden as a signal: nothing that comes after it changes the disk."""


@contextmanager
def _killed_at(change: int) -> Iterator[None]:
    """Before so many changes of names and folders, the process is dead: no handler can tidy up."""
    count = 0

    def guarded(act: Callable[..., Any]) -> Callable[..., Any]:
        def guard(*args: Any, **options: Any) -> Any:
            nonlocal count
            count += 1
            if count > change:
                raise _Killed
            return act(*args, **options)

        return guard

    with pytest.MonkeyPatch.context() as patch:
        for name in CHANGES:
            patch.setattr(os, name, guarded(getattr(os, name)))
        yield


@pytest.mark.parametrize("format", FORMATS)
def test_killed_between_any_two_changes(few: Path, tmp_path: Path, format: str) -> None:
    """Over an earlier output, which is there as it was, or aside, until the new one is whole."""
    (tmp_path / "whole").mkdir()
    whole, output = tmp_path / "whole" / f"out.{format}", tmp_path / f"out.{format}"
    _run(few, whole)
    _run(few, output)
    for change in range(100):
        try:
            with _killed_at(change):
                _run(few, output)
            break
        except _Killed:
            places = [path for path in tmp_path.iterdir() if path.name in (output.name, f"{output.name}.old", f"{output.name}.new")]
            assert _content(whole) in [_content(path) for path in places if path.exists()]
        _run(few, output)
        assert _content(output) == _content(whole)
        assert _tree(tmp_path) == {"reports", "whole", output.name}
    assert 3 < change < 99
    assert _content(output) == _content(whole)


@contextmanager
def _full_at(size: int) -> Iterator[None]:
    """No file can grow beyond a size, as on a disk without room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("format", FORMATS)
def test_a_disk_that_is_full_at_any_write(few: Path, tmp_path: Path, format: str) -> None:
    (tmp_path / "whole").mkdir()
    whole, output = tmp_path / "whole" / f"out.{format}", tmp_path / f"out.{format}"
    _run(few, whole)
    failed = 0
    for size in (0, 100, 3_000, 4_096, 8_192, 16_384, 32_768, 49_152):
        with _full_at(size):
            error = attempt(lambda: _run(few, output), StoreError, OSError)
        if error is not None:
            failed += 1
            assert isinstance(error, OSError) or str(error).startswith(f"cannot write {tmp_path}")
            assert not output.exists()
        _run(few, output)
        assert _content(output) == _content(whole)
        assert _tree(tmp_path) == {"reports", "whole", output.name}
        shutil.rmtree(output) if output.is_dir() else output.unlink()
    assert failed > 3
