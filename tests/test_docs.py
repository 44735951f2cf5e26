"""The README and the docstrings do what they say: every block of Python and of console runs."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from fiscalzh.extract.figures import plain

import fiscalzh

README = Path(__file__).parents[1] / "README.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)

pytestmark = pytest.mark.skipif(not README.exists(), reason="there is no README.md")


def _blocks(kind: str) -> list[str]:
    return [body for name, body in _BLOCK.findall(README.read_text(encoding="utf-8")) if name == kind] if README.exists() else []


def test_there_are_blocks_to_run() -> None:
    assert _blocks("python")
    assert _blocks("console")


@pytest.mark.parametrize("block", _blocks("python"), ids=lambda block: next(line for line in reversed(block.splitlines()) if line.strip())[:50])
def test_python_blocks_run(block: str, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", block], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


_OPEN = """
import fiscalzh, fiscalzh.extract.components, fiscalzh.cli
print([name for name in fiscalzh.__all__ if name != "__version__" and not callable(getattr(fiscalzh, name))])
"""


def test_the_front_door_stays_open() -> None:
    done = subprocess.run([sys.executable, "-c", _OPEN], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("block", [block for block in _blocks("console") if block.startswith("$ fiscalzh")])
def test_console_blocks_run(block: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["fiscalzh", "samples", "samples"], cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=True)
    commands = [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
    assert commands
    for command in commands:
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"


def test_the_first_example_is_true() -> None:
    """A ```text block of a sentence, a blank line, and the facts that come of it: subject, measure, value, unit, period."""
    sentence, _, lines = _blocks("text")[0].strip().partition("\n\n")
    shown = [line.split()[:4] for line in lines.splitlines()]
    found = [[f.subject, f.measure, plain(f.value), f.unit] for f in fiscalzh.load()(sentence)._.facts]
    assert found == shown


def test_links_to_files_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", README.read_text(encoding="utf-8"))
    assert [link for link in links if not (README.parent / link).exists()] == []


def test_no_placeholder_is_left() -> None:
    left = re.findall(r"@@\w+@@|TODO|FIXME|XXX", README.read_text(encoding="utf-8"))
    if left:
        pytest.xfail(f"still to be filled in: {', '.join(left)}")


def test_examples_of_the_front_door() -> None:
    result = doctest.testmod(fiscalzh)
    assert result.attempted >= 3
    assert result.failed == 0
