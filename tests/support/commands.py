"""The command line in tests: run in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from fiscalzh.cli import app

TEXT = "青石县林业局2021年度部门决算\n一、支出情况\n公务接待费支出决算为4.50万元，完成预算的90.00%，与上年相比减少0.20万元。\n"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Status, standard output and standard error of the command; whatever it lets through fails the test."""
    result = CliRunner(env={"COLUMNS": "140"}).invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def process(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fiscalzh", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120, check=False, env={**os.environ, "COLUMNS": "140"})


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
