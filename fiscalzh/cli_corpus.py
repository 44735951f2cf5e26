"""`fiscalzh corpus`: the written corpus in figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .console import fail

app = typer.Typer(help="The written corpus: sizes, overlaps, generated reports.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def stats(
    against: Annotated[Path | None, typer.Option(help="Folder of texts no sentence may be shared with; .xz is read too.", show_default=False)] = None,
    minimum: Annotated[int, typer.Option(help="Characters from which a shared sentence or clause is listed.")] = 15,
) -> None:
    """Sizes and labels of each split, n-gram overlap between them, and sentences shared with other texts.

    Exit status 1 where a sentence is shared.

    Example: fiscalzh corpus stats --against real-reports/
    """
    from .annotations.report import load_reports
    from .annotations.stats import overlap, shared_sentences
    from .annotations.stats import stats as count
    from .corpus.library import SPLITS, read_texts, written

    texts = {split: [r.document.text for r in load_reports(written(split))] for split in SPLITS}
    for split in SPLITS:
        typer.echo(f"== {split}: writers {', '.join(SPLITS[split])}\n{count(written(split)).table()}")
    for split in ("dev", "test"):
        typer.echo(f"8-grams of {split} that stand in train: {overlap(texts[split], texts['train'])}")
    if against is None:
        return
    if not against.is_dir():
        fail(f"{against} is no folder")
    everything = [text for split in texts.values() for text in split]
    shared = shared_sentences(everything, read_texts(against), minimum)
    typer.echo(f"{len(shared)} sentences or clauses of {minimum} or more characters also stand in {against}")
    for sentence in shared:
        typer.echo(f"  {sentence}")
    if shared:
        raise typer.Exit(1)
