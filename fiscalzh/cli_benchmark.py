"""`fiscalzh benchmark`: how good and how fast it is beside taggers of other kinds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from .cli_benchmark_batch import batch
from .console import fail

app = typer.Typer(help="Measure quality and speed beside baselines.", no_args_is_help=True, rich_markup_mode=None)
app.command()(batch)

Folder = Annotated[Path, typer.Option(help="Where trained baselines are kept.")]
Model = Annotated[Path | None, typer.Option(help="Folder of a model made by `fiscalzh train`; default: the shipped one.")]
On = Annotated[
    list[str] | None, typer.Option(help="test, dev, or a folder of reports with gold files; can be repeated. Default: test.", show_default=False)
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="JSON file for everything measured.")]
_NEEDS = "this needs the extra `eval`: pip install 'fiscalzh[eval]' ({})"


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
    characters: Annotated[int, typer.Option(min=1, help="Of the generated reports of a round, others in each.")] = 100_000,
    long: Annotated[int, typer.Option(min=1, help="Characters of the long text.")] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="In each, every system takes its turn.")] = 5,
    threads: Annotated[int, typer.Option(min=1, help="That run our model at once.", show_default="one for each core")] = os.cpu_count() or 1,
    output: Output = None,
) -> None:
    """Measure characters a second, start-up and peak memory of our tagger, the whole job and baselines.

    Baselines are those that `fiscalzh benchmark tag` has trained; they take the threads that their libraries take.

    Example: fiscalzh benchmark speed -o speed.json
    """
    from .corpus.errors import ReadError
    from .eval.speed import Sizes, benchmark_speed

    names = None if baselines is None else _names(baselines)
    _check(output)
    try:
        table, result = benchmark_speed(files or [], names, models_folder, _say, Sizes(characters, long, rounds, threads), model)
    except (ValueError, OSError, ImportError, ReadError) as error:
        fail(str(error))
    _show(table, result, output)


@app.command()
def calibration(
    split: Annotated[str, typer.Option(help="train, dev or test.")] = "test",
    plot: Annotated[Path | None, typer.Option(help="Picture of the reliability diagram (.png, .svg); needs the extra `train`.")] = None,
    model: Model = None,
) -> None:
    """Measure how honest the tagger's probabilities are, before and after its temperatures, and what thresholds cost and bring.

    Example: fiscalzh benchmark calibration --plot reliability.png
    """
    from .annotations.report import load_reports
    from .corpus.library import written
    from .eval.calibration import benchmark_calibration, draw

    try:
        table, curves = benchmark_calibration(load_reports(written(split)), model)
        if plot is not None:
            draw(curves, plot)
    except (KeyError, ValueError, OSError, ImportError) as error:
        fail(str(error.args[0] if isinstance(error, KeyError) else error))
    typer.echo(table)


@app.command()
def checks(
    planted: Annotated[int, typer.Option(min=0, help="Reports with two contradictions each.")] = 300,
    clean: Annotated[int, typer.Option(min=0, help="Sound reports.")] = 500,
    seed: Annotated[int, typer.Option(help="Of the reports with contradictions; the sound ones are of the seed behind it.")] = 90210,
    model: Model = None,
    output: Output = None,
) -> None:
    """Count the planted contradictions that the checks find, by rule and place, and what they find in sound reports.

    The JSON file lists each that is missed and each finding beside them.

    Example: fiscalzh benchmark checks --planted 300 --clean 500 --seed 90210 -o checks.json
    """
    _check(output)
    try:
        from .eval.planted import benchmark_checks
    except ImportError as error:
        fail(_NEEDS.format(error))
    try:
        table, result = benchmark_checks(planted, clean, seed, _say, model)
    except (ValueError, OSError) as error:
        fail(str(error))
    _show(table, result, output)


@app.command()
def scans(
    reports: Annotated[int, typer.Option(min=1, help="Generated reports.")] = 3,
    pages: Annotated[int, typer.Option(min=1, help="Of each report at most.")] = 2,
    seed: Annotated[int, typer.Option(help="Of the generated reports.")] = 13,
    model: Model = None,
    output: Output = None,
) -> None:
    """Print reports, scan them well and badly, read them by OCR: characters, figures and facts that survive, and processor time.

    Needs the extras `eval` and `ocr`, and a Chinese font on the machine.

    Example: fiscalzh benchmark scans -o scans.json
    """
    _check(output)
    try:
        from .corpus.errors import ReadError
        from .eval.scans import benchmark_scans
    except ImportError as error:
        fail(_NEEDS.format(error))
    try:
        table, result = benchmark_scans(reports, _say, seed, pages, model)
    except ImportError as error:
        fail(f"this needs the extras `eval` and `ocr`: pip install 'fiscalzh[eval,ocr]' ({error})")
    except (ValueError, OSError, ReadError) as error:
        fail(str(error))
    _show(table, result, output)


@app.command()
def ablation(
    config: Annotated[Path, typer.Argument(help="YAML file with base, variants and ensembles, or `shipped`.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the trained variants and all figures.")] = Path("build/ablation"),
) -> None:
    """Train the tagger with one thing changed at a time and score each variant on held-out reports. Needs the extra `train`.

    Example: fiscalzh benchmark ablation shipped
    """
    try:
        from .ablation import ablate
    except ImportError as error:
        fail(f"training needs the extra `train`: pip install 'fiscalzh[train]' ({error})")
    try:
        typer.echo(ablate(config, output, _say))
    except (ValueError, OSError, KeyError) as error:
        fail(str(error))


@app.command()
def linking(
    on: On = None,
    model: Model = None,
    output: Output = None,
) -> None:
    """Score our linker on gold spans beside simple ones: nearest name and last-mentioned name, measures by keywords.

    Example: fiscalzh benchmark linking --on test --on my-gold/
    """
    _check(output)
    try:
        from .corpus.errors import ReadError
        from .eval.linking import benchmark_linking
    except ImportError as error:
        fail(_NEEDS.format(error))
    try:
        table, result = benchmark_linking(on or ["test"], _say, model)
    except (ValueError, OSError, ReadError) as error:
        fail(str(error))
    _show(table, result, output)


@app.command("all")
def everything(
    on: On = None,
    baselines: Annotated[str | None, typer.Option(help="Names, with commas between, or none; default: all.", show_default=False)] = None,
    minutes_per_baseline: Annotated[float, typer.Option(min=0, help="After which the training of a baseline stops.")] = 20,
    models_folder: Folder = Path("build/baselines"),
    model: Model = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for RESULTS.md and RESULTS.json.")] = Path("eval"),
) -> None:
    """Score taggers, linkers and whole systems and count our errors by kind; writes RESULTS.md and RESULTS.json.

    Example: fiscalzh benchmark all --on test --on my-gold/
    """
    try:
        from .corpus.errors import ReadError
        from .eval.results import benchmark_all, write_results
        from .models.baselines.registry import REGISTRY
    except ImportError as error:
        fail(_NEEDS.format(error))
    names = list(REGISTRY) if baselines is None else [] if baselines == "none" else _names(baselines)
    try:
        page, result = benchmark_all(on or ["test"], names, models_folder, _say, minutes_per_baseline, model)
        write_results(page, result, output)
    except (ValueError, OSError, ImportError, ReadError) as error:
        fail(str(error))
    typer.echo(page)


@app.command()
def gate(
    record: Annotated[Path, typer.Option(help="The recorded scores.")] = Path("eval/recorded.json"),
    update: Annotated[bool, typer.Option("--update", help="Record the scores as they are now.")] = False,
    model: Model = None,
) -> None:
    """Fail where a score on the test split has fallen below the recorded one by more than its noise.

    A score has fallen where the 95 % interval of the paired difference lies below zero, or F1 is more than 0.01 lower. Exit status 1.

    Example: fiscalzh benchmark gate
    """
    try:
        from .eval.gate import judge, read_record, record_of, score_test, verdict_table, write_record
    except ImportError as error:
        fail(_NEEDS.format(error))
    try:
        recorded = None if update else read_record(record)
        scores, reports, name = score_test(model)
        if recorded is None:
            write_record(record_of(scores, reports, name), record)
            typer.echo(f"recorded {len(scores.figures)} scores of {len(reports)} reports in {record}", err=True)
            return
        verdicts = judge(scores, reports, recorded)
    except (ValueError, OSError) as error:
        fail(str(error))
    typer.echo(verdict_table(verdicts))
    if fallen := [verdict.figure for verdict in verdicts if verdict.fallen]:
        typer.echo(f"fallen: {', '.join(fallen)}", err=True)
        raise typer.Exit(1)


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
