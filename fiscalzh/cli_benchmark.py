"""`fiscalzh benchmark`: how good and how fast it is beside taggers of other kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from .console import fail

app = typer.Typer(help="Measure quality and speed beside baselines.", no_args_is_help=True, rich_markup_mode=None)

Folder = Annotated[Path, typer.Option(help="Where trained baselines are kept.")]
Model = Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="JSON file for everything measured.")]


@app.command()
def tag(
    on: Annotated[list[str] | None, typer.Option(help="test, dev, or a folder of reports with gold files; can be repeated. Default: test.")] = None,
    baselines: Annotated[str | None, typer.Option(help="Names, with commas between; default: all.", show_default=False)] = None,
    minutes_per_baseline: Annotated[float, typer.Option(min=0, help="Processor time after which the training of a baseline stops.")] = 20,
    models_folder: Folder = Path("build/baselines"),
    model: Model = None,
    output: Output = None,
) -> None:
    """Score our tagger, our pipeline and baselines trained on the same reports: one Markdown table with 95 % intervals over reports.

    A baseline is trained on the train split where the folder does not hold it yet, or data, settings or libraries have changed.

    Example: fiscalzh benchmark tag --on test --on my-gold/ -o scores.json
    """
    from .corpus.errors import ReadError
    from .eval.benchmark import benchmark_tagging
    from .models.baselines.registry import REGISTRY

    names = list(REGISTRY) if baselines is None else _names(baselines)
    _check(output)
    try:
        table, result = benchmark_tagging(on or ["test"], names, models_folder, _say, minutes_per_baseline, model)
    except (ValueError, OSError, ImportError, ReadError) as error:
        fail(str(error))
    _show(table, result, output)


@app.command()
def speed(
    files: Annotated[list[Path] | None, typer.Argument(help="Reports to measure on; generated ones by default.", show_default=False)] = None,
    baselines: Annotated[str | None, typer.Option(help="Names, with commas between; default: all in the folder.", show_default=False)] = None,
    models_folder: Folder = Path("build/baselines"),
    model: Model = None,
    characters: Annotated[int, typer.Option(min=1, help="Of the generated reports of a round.")] = 100_000,
    long: Annotated[int, typer.Option(min=1, help="Characters of the long text.")] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="In each, every system takes its turn.")] = 5,
    output: Output = None,
) -> None:
    """Measure characters a second, start-up and peak memory of our tagger, the whole job and baselines, on one thread each.

    Baselines are those that `fiscalzh benchmark tag` has trained.

    Example: fiscalzh benchmark speed -o speed.json
    """
    from .corpus.errors import ReadError
    from .eval.speed import Sizes, benchmark_speed

    names = None if baselines is None else _names(baselines)
    _check(output)
    try:
        table, result = benchmark_speed(files or [], names, models_folder, _say, Sizes(characters, long, rounds), model)
    except (ValueError, OSError, ImportError, ReadError) as error:
        fail(str(error))
    _show(table, result, output)


def _names(baselines: str) -> list[str]:
    return [name.strip() for name in baselines.split(",") if name.strip()]


def _check(output: Path | None) -> None:
    """Found out before the work, not after it."""
    if output is not None and not output.parent.is_dir():
        fail(f"cannot write {output}: there is no folder {output.parent}")


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _show(table: str, result: dict[str, Any], output: Path | None) -> None:
    if output is not None:
        output.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo(table)
