"""`fiscalzh show`: a report or a batch as a page to look at."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .console import fail


class Language(StrEnum):
    """The language a page begins in."""

    zh = "zh"
    en = "en"


def show(
    path: Annotated[Path, typer.Argument(help="A report (.txt, .html, .docx, .pdf) or a batch (.jsonl, .parquet).", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Page to write (.html).")],
    pages: Annotated[Path | None, typer.Option(help="Of a batch: folder to write the pages of its reports to.", show_default=False)] = None,
    language: Annotated[Language, typer.Option(help="The interface's language at first; the page has a switch.")] = Language.zh,
    model: Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")] = None,
) -> None:
    """Write one page that shows a report with its figures beside it, or a batch at a glance.

    The page is one file that loads nothing: it opens from a disk or a mail in any browser.

    Example: fiscalzh show report.pdf -o report-page.html
    """
    from .corpus.errors import ReadError
    from .extract.pages.outputs import BATCHES
    from .extract.pages.write import write_batch, write_report
    from .extract.pipeline import load_extractor

    if output.resolve() == path.resolve():
        fail(f"{output} is what is to be shown: name another file to write")
    batch = path.suffix.lower() in BATCHES
    if pages is not None and not batch:
        fail(f"--pages goes with a batch ({', '.join(BATCHES)}), and {path.name} is a report")
    try:
        if batch:
            view = write_batch(path, output, pages, language.value)
            linked = sum(report.href is not None for report in view.reports)
            without = f", {len(view.reports) - linked} reports without a page" if pages and linked < len(view.reports) else ""
            typer.echo(f"{len(view.reports)} reports and {len(view.failures)} failures on {output}{without}", err=True)
        else:
            write_report(path, output, load_extractor(model), language.value)
            typer.echo(f"{path} is shown on {output}", err=True)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}" if error.strerror else str(error))
    except (ReadError, ValueError) as error:
        fail(str(error))
