"""`fiscalzh annotations`: validate, convert, compare, count and suggest annotations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .console import fail

app = typer.Typer(help="Validate, convert, compare, count and suggest annotations.", no_args_is_help=True, rich_markup_mode=None)

Paths = Annotated[
    list[Path], typer.Argument(help="Marked texts (.txt), gold files or any format `convert` knows; folders of them.", show_default=False)
]


@app.command()
def validate(paths: Paths, strict: Annotated[bool, typer.Option(help="Also fail on places that only deserve a look.")] = False) -> None:
    """List misaligned, overlapping, duplicate and empty spans, facts without evidence, and places to look at.

    Exit status 1 where something must be mended.

    Example: fiscalzh annotations validate my-reports/
    """
    from .annotations.converters.files import validate_paths

    findings = validate_paths(paths)
    for located in findings:
        typer.echo(located.show())
    errors = sum(located.finding.error for located in findings)
    typer.echo(f"{errors} errors, {len(findings) - errors} places to look at", err=True)
    if errors or (strict and findings):
        raise typer.Exit(1)


@app.command()
def convert(
    paths: Paths,
    to: Annotated[str, typer.Option(help="brat, doccano, label-studio, conll, spacy, datasets or gold.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File or folder to write.")],
) -> None:
    """Convert annotations between marked texts, gold files and the formats of annotation tools.

    Example: fiscalzh annotations convert my-reports/ --to label-studio -o tasks.json
    """
    from .annotations.converters.files import convert as run
    from .extract.figures import read_value

    try:
        done = run(paths, to, output, read_value)
    except ValueError as error:
        fail(str(error))
    typer.echo(f"{done.documents} documents, {done.spans} spans, {done.facts} facts written to {done.output}", err=True)
    for loss in done.lost:
        typer.echo(f"not held by this format: {loss}", err=True)


@app.command()
def agree(
    first: Annotated[Path, typer.Argument(help="One annotation: file or folder.", show_default=False)],
    second: Annotated[Path, typer.Argument(help="Another annotation of the same texts.", show_default=False)],
) -> None:
    """Agreement of two annotations: span F1, Cohen's kappa on characters, fact F1.

    Example: fiscalzh annotations agree anna/ ben/
    """
    from .annotations.agreement import agree as run
    from .extract.figures import read_value

    try:
        typer.echo(run(first, second, read_value).table(), nl=False)
    except ValueError as error:
        fail(str(error))


@app.command()
def stats(paths: Paths) -> None:
    """Count documents, characters, spans, distinct names, facts by measure.

    Example: fiscalzh annotations stats my-reports/
    """
    from .annotations.stats import stats as run

    try:
        typer.echo(run(paths).table(), nl=False)
    except ValueError as error:
        fail(str(error))


@app.command()
def suggest(
    paths: Annotated[list[Path], typer.Argument(help="New reports and folders of them.", show_default=False)],
    to: Annotated[str, typer.Option(help="brat, doccano, label-studio, conll, spacy, datasets or gold.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File or folder to write.")],
    model: Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")] = None,
) -> None:
    """Write the model's predictions for new reports, least certain first, for a person to correct.

    The corrected export goes straight into `fiscalzh train` (train: [that file or folder]).

    Example: fiscalzh annotations suggest new-reports/ --to label-studio -o tasks.json
    """
    from .annotations.converters.formats import format_named
    from .extract.batch import find_reports
    from .extract.pipeline import load_extractor
    from .extract.suggestion import suggest as run

    try:
        target = format_named(to)
        annotations, failures = run(find_reports(paths), load_extractor(model))
        for outcome in failures:
            typer.echo(f"error: {outcome.error}", err=True)
        if annotations:
            target.write(annotations, output)
    except (ValueError, FileNotFoundError) as error:
        fail(str(error))
    typer.echo(f"{len(annotations)} reports written to {output}, least certain first", err=True)
    if failures:
        raise typer.Exit(1)
