"""A folder of reports in all formats, bad ones among them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fiscalzh.corpus.library import SAMPLES

TEXT = "青石县林业局2021年度部门决算\n一、支出情况\n公务接待费支出决算为{amount}万元，完成预算的90.00%。绿道工程新建步道12公里。\n"


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    return _reports(tmp_path / "reports")


@pytest.fixture(scope="module")
def module_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for a module whose tests leave them as they are."""
    return _reports(tmp_path_factory.mktemp("shared") / "reports")


def _reports(folder: Path) -> Path:
    shutil.copytree(SAMPLES, folder / "samples")
    for number in range(8):
        (folder / f"{number}.txt").write_text(TEXT.format(amount=number + 1), encoding="utf-8")
    shutil.copy(folder / "1.txt", folder / "same-as-1.txt")
    (folder / "3.txt").write_bytes(b"")
    (folder / "=5.pdf").write_bytes(b"%PDF-1.7 and nothing")
    return folder
