"""`fiscalzh benchmark batch`: what a run over many reports costs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .console import fail


def batch(
    sizes: Annotated[str, typer.Option(help="Numbers of reports, with commas between.")] = "100,1000,2000",
    format: Annotated[str, typer.Option(help="Format of the output: jsonl, csv, wide, parquet or sqlite.")] = "parquet",
    model: Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")] = None,
    seed: Annotated[int, typer.Option(help="Of the generated reports.")] = 13,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="JSON file for everything measured.")] = None,
) -> None:
    """Extract generated reports in four formats: reports a minute, memory, time by stage, and what a second worker brings.

    Needs the extra `eval`.

    Example: fiscalzh benchmark batch --sizes 100,1000,2000 -o batch.json
    """
    numbers = [int(size) if size.strip().isdigit() else 0 for size in sizes.split(",")]
    if min(numbers) < 1:
        fail(f"sizes are numbers of reports with commas between, such as 100,1000; got {sizes!r}")
    if output is not None and not output.parent.is_dir():
        fail(f"cannot write {output}: there is no folder {output.parent}")
    try:
        from .eval.batch import benchmark_batch
        from .extract.runs.outputs import FORMATS

        if format not in FORMATS:
            fail(f"a format is one of {', '.join(FORMATS)}; got {format!r}")
        table, result = benchmark_batch(numbers, lambda line: typer.echo(line, err=True), format, model, seed)
    except ImportError as error:
        fail(f"this needs the extra `eval`: pip install 'fiscalzh[eval,parquet]' ({error})")
    except (OSError, RuntimeError) as error:
        fail(str(error))
    if output is not None:
        output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo(table)
