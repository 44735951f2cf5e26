"""The distributions: what is in them, and that they run where the repository is not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.package

ROOT = Path(__file__).parents[1]
NEEDED = (
    "fiscalzh/py.typed",
    "fiscalzh/cli.py",
    "fiscalzh/__main__.py",
    "fiscalzh/annotations/GUIDELINES.md",
    "fiscalzh/corpus/README.md",
    "fiscalzh/models/shipped/model.onnx",
    "fiscalzh/models/shipped/tagger.json",
    "fiscalzh/models/shipped/linker.npz",
    "fiscalzh/models/configs/shipped.yaml",
    "fiscalzh/models/configs/pretrain.yaml",
    "fiscalzh/models/card.md.jinja",
    "fiscalzh/extract/linking/linker.py",
    "fiscalzh/corpus/readers/pdf.py",
    *(f"fiscalzh/extract/pages/{name}" for name in ("report.html.jinja", "batch.html.jinja", "page.css", "page.js", "words.toml")),
    "fiscalzh/eval/errors/page.html.jinja",
)


def _run(command: Sequence[str | Path], cwd: Path, **env: str) -> str:
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=600, check=False, env={**os.environ, **env})
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with sdist and wheel, the wheel built from the repository's files and not from the sdist."""
    copy = tmp_path_factory.mktemp("build") / "fiscalzh"
    left_out = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "tests", "shared")
    shutil.copytree(ROOT, copy, ignore=left_out)
    shutil.rmtree(copy / "runs", ignore_errors=True)  # trained models at the root, not the package of that name
    _run([sys.executable, "-m", "build", "--no-isolation", "--sdist", "--wheel", "--outdir", copy / "dist", copy], copy)
    return copy / "dist"


def _wheel(dist: Path) -> Path:
    (wheel,) = dist.glob("*.whl")
    return wheel


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_code_data_and_model(dist: Path) -> None:
    names = _names(_wheel(dist))
    assert set(NEEDED) <= names, set(NEEDED) - names
    samples = {f"fiscalzh/corpus/samples/{path.name}" for path in (ROOT / "corpus" / "samples").iterdir()}
    assert samples <= names
    code = {
        path.relative_to(ROOT).as_posix() for room in ("corpus", "annotations", "models", "extract", "eval") for path in (ROOT / room).rglob("*.py")
    }
    assert {f"fiscalzh/{name}" for name in code} <= names


def test_the_wheel_holds_nothing_else(dist: Path) -> None:
    names = _names(_wheel(dist))
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"fiscalzh"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".pt", ".ckpt"))]
    assert _wheel(dist).stat().st_size < 60 * 1024 * 1024


def test_the_wheel_says_what_it_is(dist: Path) -> None:
    with zipfile.ZipFile(_wheel(dist)) as archive:
        folder = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA")).rpartition("/")[0]
        metadata = archive.read(f"{folder}/METADATA").decode()
        entries = archive.read(f"{folder}/entry_points.txt").decode()
        assert any(name.startswith(f"{folder}/licenses/LICENSE") for name in archive.namelist())
    assert "Requires-Python: >=3.11" in metadata
    assert "License-Expression: Apache-2.0" in metadata
    assert 'Requires-Dist: torch==2.13.0; extra == "train"' in metadata
    for words in ("fiscalzh = fiscalzh.cli:app", "fiscal_tagger", "fiscal_linker", "fiscalzh.characters.v1"):
        assert words in entries


def test_the_sdist_builds_the_same_wheel(dist: Path, tmp_path: Path) -> None:
    (sdist,) = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    _run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path / "again", source], tmp_path)
    assert _names(_wheel(tmp_path / "again")) == _names(_wheel(dist))


def test_the_installed_wheel_extracts_outside_the_repository(dist: Path, tmp_path: Path) -> None:
    target = tmp_path / "site"
    _run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, _wheel(dist)], tmp_path)
    where = _run([sys.executable, "-c", "import fiscalzh; print(fiscalzh.__file__)"], tmp_path, PYTHONPATH=str(target)).strip()
    assert Path(where).is_relative_to(target)
    _run([sys.executable, "-m", "fiscalzh", "samples", "samples"], tmp_path, PYTHONPATH=str(target))
    _run([sys.executable, "-m", "fiscalzh", "extract", "samples", "-o", "out.jsonl"], tmp_path, PYTHONPATH=str(target))
    _run([sys.executable, "-m", "fiscalzh", "show", "out.jsonl", "-o", "batch.html", "--pages", "pages"], tmp_path, PYTHONPATH=str(target))
    assert len(list((tmp_path / "pages").iterdir())) == len(list((tmp_path / "samples").iterdir()))
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == len(list((tmp_path / "samples").iterdir())) > 3
    assert all(line["facts"] for line in lines)
    code = "import spacy; n = spacy.blank('zh'); n.add_pipe('fiscal_tagger'); print(len(n('公务接待费支出决算为4.50万元。').spans['mentions']))"
    assert _run([sys.executable, "-c", code], tmp_path, PYTHONPATH=str(target)).strip() == "2"
