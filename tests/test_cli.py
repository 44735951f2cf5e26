"""The command line: help, version, samples."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import process, run
from fiscalzh.corpus.library import SAMPLES
from typer.main import get_command

import fiscalzh
from fiscalzh.cli import app

NAMES = [path.name for path in sorted(SAMPLES.iterdir())]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["extract", "train", "samples", "--version", "account or project"]),
        (
            ["extract", "--help"],
            [
                "Example: fiscalzh extract",
                ".txt, .html, .docx, .pdf",
                "jsonl|csv|wide|parquet|sqlite|table|xlsx",
                "--output",
                "--model",
                "exit status",
            ],
        ),
        (["train", "--help"], ["Example: fiscalzh train", "--set", "FIELD=VALUE", "model.hidden_size=64", "YAML", "extra `train`"]),
        (["pretrain", "--help"], ["Example: fiscalzh pretrain", "--set", ".txt.xz", "YAML", "goes on where it was"]),
        (["samples", "--help"], ["sample reports", "default: samples"]),
    ],
)
def test_help(arguments: list[str], words: list[str]) -> None:
    status, out, _ = run(*arguments)
    assert status == 0
    flat = " ".join(out.split())
    for word in words:
        assert word in flat, word
    assert max(map(len, out.splitlines())) <= 140


def _verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, verb in getattr(command, "commands", {}).items():
        yield (*path, name)
        yield from _verbs(verb, (*path, name))


@pytest.mark.parametrize("verb", list(_verbs(get_command(app))), ids=" ".join)
def test_every_verb_is_explained(verb: tuple[str, ...]) -> None:
    status, out, _ = run(*verb, "--help")
    usage, explanation = out.strip().split("\n\n")[:2]
    assert status == 0
    assert usage.startswith("Usage: ")
    assert not explanation.startswith(("Options:", "Arguments:", "Commands:")), "it does not say what it does"


def test_help_of_samples_has_an_example() -> None:
    assert "Example: fiscalzh samples" in run("samples", "--help")[1]


def test_without_arguments_there_is_help() -> None:
    _, out, err = run()
    assert "Commands:" in out + err


def test_version_by_module_and_by_command() -> None:
    done = process("--version")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, fiscalzh.__version__, "")
    assert run("--version")[:2] == (0, f"{fiscalzh.__version__}\n")


def test_samples_are_copied(tmp_path: Path) -> None:
    status, out, _ = run("samples", tmp_path / "deep" / "folder")
    assert status == 0
    assert sorted(path.name for path in (tmp_path / "deep" / "folder").iterdir()) == NAMES
    assert out.splitlines() == [str(tmp_path / "deep" / "folder" / name) for name in NAMES]
    assert {Path(name).suffix for name in NAMES} >= {".txt", ".pdf", ".docx", ".html"}


def test_samples_onto_a_file_is_one_clear_line(report: Path) -> None:
    status, _, err = run("samples", report)
    assert status == 2
    assert err.startswith("error: ")
    assert len(err.splitlines()) == 1


def test_help_and_version_are_quick_to_import() -> None:
    code = "import sys, fiscalzh.cli; print(*sorted({'numpy', 'spacy', 'torch', 'onnxruntime', 'pypdfium2', 'lxml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == ""
