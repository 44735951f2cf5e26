"""The command line: one thin verb over a plain function each."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from . import cli_annotations, cli_benchmark, cli_checks, cli_corpus, cli_evaluate, cli_models, cli_show
from .cli_batch import run_batch
from .console import fail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

app = typer.Typer(
    help="Chinese fiscal reports in, every figure out as a fact with its account or project, measure and place in the text.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cli_annotations.app, name="annotations")
app.add_typer(cli_benchmark.app, name="benchmark")
app.add_typer(cli_corpus.app, name="corpus")
app.command()(cli_checks.check)
app.command()(cli_checks.checks)
app.command()(cli_show.show)
app.command()(cli_models.train)
app.command()(cli_models.pretrain)
app.command()(cli_evaluate.evaluate)


class Format(StrEnum):
    """How extractions are written."""

    jsonl = "jsonl"
    csv = "csv"
    wide = "wide"
    parquet = "parquet"
    sqlite = "sqlite"
    table = "table"
    xlsx = "xlsx"


def _show_version(wanted: bool) -> None:
    if wanted:
        from . import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.", callback=_show_version, is_eager=True)] = False,
) -> None:
    """Chinese fiscal reports in, every figure out as a fact with its account or project, measure and place in the text."""


@app.command()
def extract(
    paths: Annotated[list[Path], typer.Argument(help="Reports (.txt, .html, .docx, .pdf) and folders of them.", show_default=False)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write (Parquet: a folder of tables); the terminal where none is named.")
    ] = None,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="wide: CSV, one row a subject. Default: by the output's ending, else table.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")] = None,
    least: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL=P", help="Leave out spans of a label less probable than P, e.g. PROJECT=0.8: precision for recall."),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", "-w", min=0, help="Processes, each with the model; 0: none but this one.")] = 0,
    seconds: Annotated[
        float | None, typer.Option("--seconds-per-report", min=0.001, help="Give up a report that takes longer; a worker does it.")
    ] = None,
    memory: Annotated[
        int | None, typer.Option("--memory-per-report", min=1, help="Give up a report whose worker takes more MiB, the model included.")
    ] = None,
    errors: Annotated[Path | None, typer.Option(help="JSONL file for the reports that failed; they are in the output too.")] = None,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first report that fails.")] = False,
) -> None:
    """Extract facts, claims and records from reports.

    A report that cannot be read is reported and costs nothing else; the exit status is 1 if there was any. An output is written whole or
    not at all: stopped at any moment, the same command goes on where it was.

    Example: fiscalzh extract reports/ -o facts.jsonl
    """
    from .corpus.read import SUFFIXES
    from .extract.batch import iter_reports
    from .extract.pipeline import thresholds
    from .extract.runs.outputs import FORMATS
    from .extract.runs.run import Recipe
    from .extract.runs.workers import Limits

    if next(iter_reports(paths), None) is None:
        fail(f"no reports in {', '.join(map(str, paths))}: expected files ending in {', '.join(SUFFIXES)}")
    if output is not None and output.exists() and any(path.exists() and path.samefile(output) for path in iter_reports(paths)):
        fail(f"{output} is one of the reports: name another file to write")
    chosen = format or _format_of(output)
    if output is None and chosen is Format.xlsx:
        fail("a workbook needs a file to write: name one with --output")
    try:
        chances = thresholds(least or [])
    except ValueError as error:
        fail(str(error))
    if output is not None and chosen.value in FORMATS:
        recipe = Recipe(chosen.value, model, tuple(sorted(chances.items())))
        run_batch(paths, output, recipe, workers or (1 if seconds or memory else 0), Limits(seconds, memory), errors, fail_fast)
    else:
        _show(paths, output, chosen, model, chances)


def _show(paths: list[Path], output: Path | None, format: Format, model: Path | None, least: Mapping[str, float]) -> None:
    """Write as the reports are done: to the terminal, or what is for reading only."""
    from .extract.batch import extract_files, find_reports
    from .extract.pipeline import load_extractor
    from .extract.writers import error_json, make_writer, to_json

    if format in (Format.parquet, Format.sqlite):
        fail(f"{format.value} needs a file to write: name one with --output")
    files = find_reports(paths)
    try:
        extractor = load_extractor(model, least)
    except (FileNotFoundError, ValueError) as error:
        fail(str(error))
    failed = 0
    with _opened(output) as file, closing(make_writer(format.value, file)) as writer:
        for outcome in extract_files(files, extractor):
            if outcome.extraction is None:
                failed += 1
                reason = outcome.error or RuntimeError("unknown")
                typer.echo(f"error: {reason}", err=True)
                writer.write(error_json(outcome.source, reason), None)
            else:
                writer.write(to_json(outcome.extraction, extractor.pipeline), outcome.extraction)
    if output is not None or failed:
        typer.echo(f"{len(files) - failed} of {len(files)} reports extracted" + (f", {failed} failed" if failed else ""), err=True)
    if failed:
        raise typer.Exit(1)


@app.command()
def samples(folder: Annotated[Path, typer.Argument(help="Folder to copy the sample reports to.")] = Path("samples")) -> None:
    """Copy the sample reports that come with the package, to try things out on.

    Example: fiscalzh samples my-samples
    """
    import shutil

    from .corpus.library import SAMPLES

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"cannot make the folder {folder}: {error.strerror}")
    for path in sorted(SAMPLES.iterdir()):
        shutil.copy(path, folder / path.name)
        typer.echo(str(folder / path.name))


def _format_of(output: Path | None) -> Format:
    if output is None:
        return Format.table
    try:
        return Format(output.suffix.lstrip(".").lower())
    except ValueError:
        fail(f"cannot tell a format from {output.name!r}: end it in .jsonl, .csv, .xlsx, .parquet or .sqlite, or say --format")


@contextmanager
def _opened(output: Path | None) -> Iterator[IO[str]]:
    if output is None:
        yield sys.stdout
        return
    try:
        file = output.open("w", encoding="utf-8", newline="")
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror}")
    with file:
        yield file
