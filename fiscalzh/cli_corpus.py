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
        found = overlap(texts[split], texts["train"])
        typer.echo(f"8-grams of {split} that stand in train too: {found.shared} of {found.grams}, {found.shared / max(1, found.grams):.1%}")
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


@app.command()
def generate(
    count: Annotated[int, typer.Argument(help="How many reports.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write marked texts to.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 13,
    contradictions: Annotated[int, typer.Option(help="How many to plant in each report; listed in contradictions.jsonl.")] = 0,
) -> None:
    """Write generated reports with inline markup, their arithmetic sound unless contradictions are asked for.

    Example: fiscalzh corpus generate 100 -o generated --contradictions 2
    """
    import json
    from dataclasses import asdict

    from .corpus.generator import generate_many

    output.mkdir(parents=True, exist_ok=True)
    planted = []
    for number, made in enumerate(generate_many(count, seed, contradictions)):
        name = f"{number:04d}-{made.style}.txt"
        (output / name).write_text(made.marked, encoding="utf-8")
        planted += [{"report": name, **asdict(one)} for one in made.contradictions]
    if contradictions:
        lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in planted)
        (output / "contradictions.jsonl").write_text(lines, encoding="utf-8")
    typer.echo(f"{count} reports, {len(planted)} contradictions written to {output}", err=True)


@app.command()
def build(
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write train, dev and test to, as Parquet.")],
    generated: Annotated[int, typer.Option(help="Generated reports added to the training split.")] = 400,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 13,
) -> None:
    """Write the whole training set, written and generated reports, as a Hugging Face dataset with typed features.

    Needs the extra `train`.

    Example: fiscalzh corpus build -o dataset
    """
    try:
        from .training import build_dataset
    except ImportError as error:
        fail(f"building the dataset needs the extra `train`: pip install 'fiscalzh[train]' ({error})")
    try:
        sizes = build_dataset(output, generated, seed)
    except ValueError as error:
        fail(str(error))
    typer.echo(", ".join(f"{split}: {size} reports" for split, size in sizes.items()) + f" written to {output}", err=True)


@app.command()
def score(
    split: Annotated[str, typer.Option(help="train, dev or test.")] = "test",
    model: Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")] = None,
) -> None:
    """Score a model on a split of the written corpus: exact spans, figures found, facts.

    Example: fiscalzh corpus score --split test
    """
    from .annotations.report import load_reports
    from .corpus.library import written
    from .eval.split import score_reports, table
    from .extract.pipeline import load_extractor

    try:
        reports, extractor = load_reports(written(split)), load_extractor(model)
    except (KeyError, FileNotFoundError) as error:
        fail(str(error.args[0]))
    typer.echo(f"{split}: {len(reports)} reports\n{table(score_reports(reports, extractor))}")


@app.command()
def codes(
    split: Annotated[list[str] | None, typer.Option(help="train, dev or test; may be given more than once. Default: test.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same errors.")] = 13,
) -> None:
    """Score account codes, on names with errors put in, and the joining of names of one subject.

    Example: fiscalzh corpus codes --split dev
    """
    from .annotations.report import load_reports
    from .corpus.library import written
    from .eval.codes import cases, score_codes, table
    from .eval.names import score_names
    from .eval.split import table as score_table

    try:
        reports = [report for name in split or ["test"] for report in load_reports(written(name))]
    except KeyError as error:
        fail(str(error.args[0]))
    errors, ways = score_codes(list(cases(reports, seed)))
    typer.echo(f"{table('error put in', errors)}\n\n{table('way', ways)}\n\npairs of names\n{score_table(score_names(reports))}")
