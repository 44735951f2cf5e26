"""`fiscalzh check`: findings as a linter prints them, and the exit status that goes with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fiscalzh.extract.checks.rules import RULES
from typer.testing import CliRunner

from fiscalzh.cli import app

SOUND = "青石县林业局2021年度部门决算\n一、支出情况\n公务接待费支出决算为4.50万元，完成年初预算5.00万元的90.00%。\n"
TEMPLATE = SOUND + "因公出国（境）费支出决算为1.20万元，比上年增加（减少）0.20万元。\n"
ZERO = SOUND + "公务用车购置费年初预算为0万元，支出决算为4.50万元，完成年初预算的100%。\n"


@pytest.mark.parametrize(
    ("text", "arguments", "status", "rules"),
    [
        (SOUND, [], 0, []),
        (TEMPLATE, [], 0, ["leftover"]),
        (ZERO, [], 1, ["zero_base"]),
        (ZERO, ["--ignore", "zero_base"], 0, []),
        (TEMPLATE + ZERO.removeprefix(SOUND), ["--select", "leftover"], 0, ["leftover"]),
    ],
)
def test_findings_and_status(tmp_path: Path, text: str, arguments: list[str], status: int, rules: list[str]) -> None:
    report = tmp_path / "report.txt"
    report.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(report), *arguments])
    assert (done.exit_code, [line.split()[2] for line in done.stdout.splitlines()]) == (status, rules)
    found = CliRunner().invoke(app, ["check", str(report), *arguments, "--format", "jsonl"])
    for line in found.stdout.splitlines():
        finding = json.loads(line)
        assert [text[place["start"] : place["end"]] for place in finding["places"]] == [place["text"] for place in finding["places"]]


def test_an_unknown_rule_lists_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(SOUND, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", str(tmp_path), "--select", "nought"])
    assert (done.exit_code, "zero_base" in done.output) == (2, True)


def test_rules_are_listed_with_their_reasons() -> None:
    lines = CliRunner().invoke(app, ["checks"]).stdout.splitlines()
    assert [line.split()[0] for line in lines] == [rule.id for rule in RULES]
    assert all(rule.reason in line for rule, line in zip(RULES, lines, strict=True))
