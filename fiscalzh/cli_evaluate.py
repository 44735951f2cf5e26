"""`fiscalzh evaluate`: an output against gold, and against another output."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .console import fail


class Part(StrEnum):
    """What scores are broken down by."""

    report = "report"
    type = "type"
    section = "section"
    label = "label"
    measure = "measure"
    length = "length"


def evaluate(
    predictions: Annotated[Path, typer.Argument(help="Output of `fiscalzh extract … -o x.jsonl`.", show_default=False)],
    gold: Annotated[
        list[str], typer.Argument(help="Gold files beside their reports, marked texts, folders of either, @test, @dev.", show_default=False)
    ],
    against: Annotated[Path | None, typer.Option(help="Another output of the same reports: is there evidence of a difference?")] = None,
    by: Annotated[list[Part] | None, typer.Option(help="Also in parts; can be repeated.")] = None,
    errors: Annotated[Path | None, typer.Option(help="File for every error in its sentence: .html to read, .jsonl to process.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="JSON file for everything measured.")] = None,
) -> None:
    """Score an output: spans, facts, slots, records, claims and checks, with 95 % intervals over reports.

    Needs the extra `eval`.

    Example: fiscalzh evaluate facts.jsonl gold/ --errors errors.html
    """
    from .corpus.errors import ReadError

    try:
        from .eval.errors.write import write_errors
        from .eval.evaluation import as_json, as_text
        from .eval.evaluation import evaluate as run
    except ImportError as error:
        fail(f"evaluation needs the extra `eval`: pip install 'fiscalzh[eval]' ({error})")
    try:
        evaluation = run(predictions, gold, against)
        if errors is not None:
            write_errors(evaluation.errors(), evaluation.cases, evaluation.scores, errors)
        if output is not None:
            output.write_text(json.dumps(as_json(evaluation), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except (ValueError, OSError, ReadError) as error:
        fail(str(error))
    typer.echo(as_text(evaluation, [part.value for part in by or []]))
