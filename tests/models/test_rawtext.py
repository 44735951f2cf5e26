"""Raw text: which files are read, what an epoch draws of them."""

from __future__ import annotations

import lzma
import shutil
from pathlib import Path

import numpy as np
import pytest
from fiscalzh.corpus.library import SAMPLES
from fiscalzh.models.rawtext import Pool, read_pools


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    (tmp_path / "a.txt").write_text("甲\n\n  \n乙丙\n", encoding="utf-8")
    (tmp_path / "deep" / "b.txt.xz").write_bytes(lzma.compress("丁\n".encode()))
    (tmp_path / "deep" / "c.txt").write_bytes("戊己\r\n".encode("gb18030"))
    (tmp_path / "notes.md").write_text("庚", encoding="utf-8")
    return tmp_path


def test_plain_and_compressed_text_is_read_below_a_folder(tmp_path: Path) -> None:
    (pool,) = read_pools(_folder(tmp_path), {"**/*": 1.0}, pytest.fail)
    assert pool.lines == ["甲", "乙丙", "丁", "戊己"]


def test_a_file_belongs_to_the_first_glob_that_fits(tmp_path: Path) -> None:
    pools = read_pools(_folder(tmp_path), {"deep/*": 0.5, "**/*": 1.0, "*.none": 1.0}, pytest.fail)
    assert [(pool.lines, pool.share) for pool in pools] == [(["丁", "戊己"], 0.5), (["甲", "乙丙"], 1.0), ([], 1.0)]


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_reports_of_every_format_are_read(name: str, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / name, tmp_path)
    (pool,) = read_pools(tmp_path, {"*": 1.0}, pytest.fail)
    assert sum(map(len, pool.lines)) > 500


def test_what_cannot_be_read_is_said_and_left_out(tmp_path: Path) -> None:
    said: list[str] = []
    (tmp_path / "a.txt").write_text("甲\n", encoding="utf-8")
    (tmp_path / "b.pdf").write_bytes(b"nothing")
    (tmp_path / "c.txt").write_bytes(b"\xff\xff\x81\x30 \xc4" * 9)
    (tmp_path / "d.txt.xz").write_bytes(b"nothing")
    (pool,) = read_pools(tmp_path, {"*": 1.0}, said.append)
    assert pool.lines == ["甲"]
    assert [line.partition(":")[0] for line in said] == ["left out"] * 3
    assert [name for line in said for name in ("b.pdf", "c.txt", "d.txt.xz") if f"{name}:" in line] == ["b.pdf", "c.txt", "d.txt.xz"]


def test_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none is no folder: expected one with \.txt"):
        read_pools(tmp_path / "none", {"*": 1.0}, pytest.fail)


def test_a_share_is_drawn_anew_every_time_and_folded() -> None:
    pool = Pool([f"第{n}行，１万元" for n in range(40)], 0.5)
    first, second = (pool.draw(np.random.default_rng(seed)) for seed in (1, 2))
    assert len(first) == len(second) == len(set(first)) == 20
    assert first != second
    assert all(line.endswith("行，1万元") for line in first)
    assert pool.draw(np.random.default_rng(1)) == first
