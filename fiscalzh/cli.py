"""The command line: one thin verb over a plain function each."""

from __future__ import annotations

import sys
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from . import cli_annotations, cli_benchmark, cli_corpus, cli_evaluate, cli_models
from .console import fail

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .extract.batch import Outcome

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
app.command()(cli_models.train)
app.command()(cli_models.pretrain)
app.command()(cli_evaluate.evaluate)


class Format(StrEnum):
    """How extractions are written."""

    jsonl = "jsonl"
    csv = "csv"
    wide = "wide"
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
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File to write; the terminal where none is named.")] = None,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="wide: CSV, one row a subject. Default: by the output's ending, else table.")
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")] = None,
    least: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL=P", help="Leave out spans of a label less probable than P, e.g. PROJECT=0.8: precision for recall."),
    ] = None,
) -> None:
    """Extract facts, claims and records from reports.

    A report that cannot be read is reported and costs nothing else; the exit status is 1 if there was any.

    Example: fiscalzh extract reports/ -o facts.jsonl
    """
    from .extract.batch import extract_files, find_reports
    from .extract.pipeline import load_extractor, thresholds
    from .extract.writers import error_json, make_writer, to_json

    files = find_reports(paths)
    if not files:
        fail(f"no reports in {', '.join(map(str, paths))}: expected files ending in .txt, .html, .docx or .pdf")
    if output is not None and output.resolve() in {path.resolve() for path in files}:
        fail(f"{output} is one of the reports: name another file to write")
    chosen = format or _format_of(output)
    if output is None and chosen is Format.xlsx:
        fail("a workbook needs a file to write: name one with --output")
    try:
        extractor = load_extractor(model, thresholds(least or []))
    except (FileNotFoundError, ValueError) as error:
        fail(str(error))
    failed = 0
    with _opened(output) as file, closing(make_writer(chosen.value, file)) as writer:
        for outcome in _with_progress(extract_files(files, extractor), len(files), to_file=output is not None):
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
        fail(f"cannot tell a format from {output.name!r}: end it in .jsonl, .csv or .xlsx, or say --format")


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


def _with_progress(outcomes: Iterable[Outcome], total: int, to_file: bool) -> Iterable[Outcome]:
    """A progress bar where somebody watches and there is more than a moment's work."""
    if total < 3 or not to_file or not sys.stderr.isatty():
        return outcomes
    from rich.console import Console
    from rich.progress import track

    return track(outcomes, total=total, description="extracting", console=Console(stderr=True))
