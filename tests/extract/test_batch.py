"""Many files: which are taken, in which order, and that none can stop the rest."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from fiscalzh.corpus.document import Document
from fiscalzh.corpus.errors import ReadError
from fiscalzh.extract.batch import Outcome, extract_files, find_reports
from fiscalzh.extract.facts import Extraction
from fiscalzh.extract.pipeline import Extractor

TEXT = "2021年度公务接待费支出决算为4.50万元。\n"


def _make(root: Path, names: Iterable[str]) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")


def _found(root: Path, *paths: Path) -> list[str]:
    return [p.relative_to(root).as_posix() for p in find_reports(paths or [root])]


def test_a_folder_gives_its_readable_files_sorted(tmp_path: Path) -> None:
    _make(tmp_path, ["b.txt", "a.PDF", "z/c.docx", "z/y/d.htm", "e.html", "notes.md", "f.xlsx", "g", "txt"])
    assert _found(tmp_path) == sorted(["a.PDF", "b.txt", "e.html", "z/c.docx", "z/y/d.htm"])


def test_hidden_files_and_locks_are_passed_over(tmp_path: Path) -> None:
    _make(tmp_path, [".hidden.txt", "~$report.docx", "._a.txt", "a.txt"])
    (tmp_path / "folder.txt").mkdir()
    assert _found(tmp_path) == ["a.txt"]


def test_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    _make(tmp_path, [".venv/lib/top_level.txt", ".trash/old.txt", "a.txt"])
    assert _found(tmp_path) == ["a.txt"]


def test_a_hidden_folder_named_by_the_user_is_searched(tmp_path: Path) -> None:
    _make(tmp_path, [".reports/a.txt", ".reports/sub/b.txt"])
    assert _found(tmp_path, tmp_path / ".reports") == [".reports/a.txt", ".reports/sub/b.txt"]


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    _make(tmp_path, ["outside/secret.txt", "in/a.txt"])
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "outside")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "in" / "inner.txt").symlink_to(tmp_path / "in" / "a.txt")
    assert _found(tmp_path, tmp_path / "in") == ["in/a.txt", "in/inner.txt"]


def test_a_folder_reached_by_a_link_is_searched(tmp_path: Path) -> None:
    _make(tmp_path, ["real/a.txt"])
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert _found(tmp_path, tmp_path / "link") == ["link/a.txt"]


def test_files_come_as_named_each_once(tmp_path: Path) -> None:
    _make(tmp_path, ["b.txt", "a.txt", "odd.md"])
    paths = [tmp_path / "odd.md", tmp_path / "b.txt", tmp_path, tmp_path / "b.txt", tmp_path / "missing.txt"]
    assert _found(tmp_path, *paths) == ["odd.md", "b.txt", "a.txt", "missing.txt"]


def test_no_reports_at_all(tmp_path: Path) -> None:
    assert find_reports([tmp_path]) == []
    assert find_reports([]) == []


class _Fragile(Extractor):
    """Fails over one text, as a defect would."""

    def __call__(self, document: Document) -> Extraction:
        if "崩" in document.text:
            raise KeyError("崩")
        return super().__call__(document)


def test_one_bad_file_costs_nothing_else(tmp_path: Path) -> None:
    _make(tmp_path, ["1.txt", "2.txt", "3.txt", "4.txt", "5.txt"])
    (tmp_path / "2.txt").write_bytes(b"")
    (tmp_path / "3.txt").write_text("崩" + TEXT, encoding="utf-8")
    (tmp_path / "4.txt").write_bytes(b"\x00\x01" * 50)
    outcomes = list(extract_files(find_reports([tmp_path, tmp_path / "none.txt"]), _Fragile()))
    assert [Path(o.source).name for o in outcomes] == ["1.txt", "2.txt", "3.txt", "4.txt", "5.txt", "none.txt"]
    assert [_kind(o) for o in outcomes] == ["", "empty", "RuntimeError", "binary", "", "missing"]
    for outcome in outcomes:
        assert (outcome.extraction is None) == (outcome.error is not None)
        if outcome.extraction is not None:
            assert [f.subject for f in outcome.extraction.facts] == ["公务接待费"]
        else:
            assert str(outcome.error).startswith(outcome.source)
    assert "KeyError" in str(outcomes[2].error)


def _kind(outcome: Outcome) -> str:
    error = outcome.error
    return error.kind if isinstance(error, ReadError) else type(error).__name__ if error else ""


def test_files_are_extracted_as_they_are_asked_for(tmp_path: Path) -> None:
    _make(tmp_path, ["1.txt", "2.txt"])
    outcomes = extract_files([tmp_path / "1.txt", tmp_path / "2.txt"], Extractor())
    assert next(iter(outcomes)).extraction is not None
    (tmp_path / "2.txt").unlink()
    assert isinstance(next(iter(outcomes)).error, ReadError)


def test_an_interruption_is_no_bad_file(tmp_path: Path) -> None:
    class Stopped(Extractor):
        def __call__(self, document: Document) -> Extraction:
            raise KeyboardInterrupt

    _make(tmp_path, ["1.txt"])
    with pytest.raises(KeyboardInterrupt):
        list(extract_files([tmp_path / "1.txt"], Stopped()))
