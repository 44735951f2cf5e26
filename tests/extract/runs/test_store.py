"""The store of a run: what is done stays done, in order, and nothing is ever half there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fiscalzh.extract.runs.store import Done, Store, StoreError, pack


def _files(folder: Path, *names: str) -> list[Path]:
    for name in names:
        (folder / name).write_text(name, encoding="utf-8")
    return [folder / name for name in names]


def _done(text: str) -> Done:
    return Done(pack(text), facts=2, claims=1, characters=10)


def test_fragments_come_in_the_order_of_the_plan(tmp_path: Path) -> None:
    files = _files(tmp_path, "b", "a", "c")
    with Store(tmp_path / "s", {}) as store:
        assert store.plan(files) == 3
        assert list(store.todo()) == [str(path) for path in files]
        for path in reversed(files):
            store.put(str(path), _done(path.name))
        assert list(store.fragments()) == ["b", "a", "c"]
        assert store.totals() == (3, 6, 3, 30)


def test_what_is_done_stays_done(tmp_path: Path) -> None:
    files = _files(tmp_path, "a", "b", "c")
    with Store(tmp_path / "s", {}) as store:
        store.plan(files)
        store.put(str(files[1]), _done("b"))
    with Store(tmp_path / "s", {}) as store:
        assert store.plan(files) == 3
        assert list(store.todo()) == [str(files[0]), str(files[2])]


def test_changed_and_new_files_are_done_and_gone_ones_forgotten(tmp_path: Path) -> None:
    files = _files(tmp_path, "a", "b", "d")
    with Store(tmp_path / "s", {}) as store:
        store.plan(files)
        for path in files:
            store.put(str(path), _done(path.name))
    (tmp_path / "b").write_text("changed", encoding="utf-8")
    (new,) = _files(tmp_path, "c")
    with Store(tmp_path / "s", {}) as store:
        store.plan([new, files[2], files[1]])
        assert list(store.todo()) == [str(new), str(files[1])]
        store.put(str(new), _done("c"))
        store.put(str(files[1]), Done(pack("x"), {"error": {}}))
        assert list(store.fragments()) == ["c", "d", "x"]
        assert list(store.errors()) == [{"error": {}}]


def test_a_file_named_twice_is_one(tmp_path: Path) -> None:
    (path,) = _files(tmp_path, "a")
    with Store(tmp_path / "s", {}) as store:
        assert store.plan([path, path]) == 1


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xc4\xea.txt")
    with Store(tmp_path / "s", {}) as store:
        store.plan([Path(name)])
        assert list(store.todo()) == [name]
        store.put(name, _done("x"))
        assert list(store.fragments()) == ["x"]


def test_other_settings_do_not_go_on(tmp_path: Path) -> None:
    files = _files(tmp_path, "a", "b")
    with Store(tmp_path / "s", {"format": "csv"}) as store:
        store.plan(files)
        store.put(str(files[0]), _done("a"))
    with pytest.raises(StoreError, match="other settings: give the same options"):
        Store(tmp_path / "s", {"format": "jsonl"})


def test_a_run_that_has_done_nothing_leaves_nothing(tmp_path: Path) -> None:
    files = _files(tmp_path, "a")
    with Store(tmp_path / "s", {"format": "csv"}) as store:
        store.plan(files)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


def test_two_runs_at_once_and_no_store_at_all(tmp_path: Path) -> None:
    with Store(tmp_path / "s", {}), pytest.raises(StoreError, match="another run is writing"):
        Store(tmp_path / "s", {})
    (tmp_path / "t").write_text("no database" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="delete it"):
        Store(tmp_path / "t", {})
