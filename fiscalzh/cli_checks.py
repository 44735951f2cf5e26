"""`fiscalzh check` and `fiscalzh checks`: where a report's own arithmetic does not hold."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .console import fail

Rules = Annotated[str | None, typer.Option(metavar="RULES", help="Ids with commas between, see `fiscalzh checks`.", show_default=False)]


class Format(StrEnum):
    """How findings are written."""

    text = "text"
    jsonl = "jsonl"


def checks() -> None:
    """List the rules: id, severity, reason.

    Example: fiscalzh checks
    """
    from .extract.checks.rules import RULES

    for rule in RULES:
        typer.echo(f"{rule.id:16} {rule.severity:8} {rule.reason}")


def check(
    paths: Annotated[list[Path], typer.Argument(help="Reports (.txt, .html, .docx, .pdf) and folders of them.", show_default=False)],
    select: Rules = None,
    ignore: Rules = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="text: path:line:column: severity rule message.")] = Format.text,
    model: Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")] = None,
) -> None:
    """Point out the contradictions of reports, as a linter does those of programs.

    Rounding is allowed for: nothing is reported that the digits left out explain. Exit status 1 if there is a finding of severity error or a
    report that cannot be read.

    Example: fiscalzh check reports/ --ignore leftover
    """
    from .extract.batch import extract_files, find_reports
    from .extract.checks.lint import as_json, as_line
    from .extract.checks.rules import chosen_rules
    from .extract.pipeline import load_extractor

    files = find_reports(paths)
    if not files:
        fail(f"no reports in {', '.join(map(str, paths))}: expected files ending in .txt, .html, .docx or .pdf")
    try:
        wanted = {rule.id for rule in chosen_rules(_ids(select), _ids(ignore))}
        extractor = load_extractor(model)
    except (ValueError, FileNotFoundError) as error:
        fail(str(error))
    wrong = False
    for outcome in extract_files(files, extractor):
        if outcome.extraction is None:
            typer.echo(f"error: {outcome.error}", err=True)
            wrong = True
            continue
        for finding in (f for f in outcome.extraction.checks if f.rule in wanted):
            wrong |= finding.severity == "error"
            write = as_line if format is Format.text else as_json
            typer.echo(write(finding, outcome.extraction.document))
    if wrong:
        raise typer.Exit(1)


def _ids(rules: str | None) -> list[str]:
    return [rule.strip() for rule in (rules or "").split(",") if rule.strip()]
