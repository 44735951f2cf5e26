"""`fiscalzh extract` into a file: what a run says of itself while it goes on, and at its end."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from .console import fail

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from .extract.runs.run import Recipe, Summary, Watch
    from .extract.runs.store import Done
    from .extract.runs.workers import Limits

_EVERY: Final = 60.0  # seconds between two lines where nobody watches
_MANY: Final = 100  # reports from which a run is summed up in full


def run_batch(paths: Sequence[Path], output: Path, recipe: Recipe, workers: int, limits: Limits, errors: Path | None, fail_fast: bool) -> None:
    """Run, tell how it goes, and leave with status 1 where a report failed, 130 where somebody stopped it."""
    from .extract.batch import iter_reports
    from .extract.runs.run import Stopped, run
    from .extract.runs.store import StoreError

    try:
        with _progress(fail_fast) as watch:
            summary = run(iter_reports(paths), output, recipe, workers, limits, errors, fail_fast, watch)
    except Stopped as stop:
        fail(f"stopped at the first report that failed: {stop}")
    except StoreError as error:
        fail(str(error))
    except ImportError as error:
        fail(f"Parquet needs the extra `parquet`: pip install 'fiscalzh[parquet]' ({error})")
    except OSError as error:
        fail(f"cannot write {output}: {error.strerror}" if error.strerror else str(error))
    except RuntimeError as error:
        fail(str(error))
    except KeyboardInterrupt:
        typer.echo("stopped: the same command goes on where it was", err=True)
        raise typer.Exit(130) from None
    _say(summary, in_full=bool(workers) or summary.reports >= _MANY)
    if summary.failed:
        raise typer.Exit(1)


def _say(summary: Summary, in_full: bool) -> None:
    if in_full:
        rate = (summary.reports - summary.before) / max(summary.seconds, 1e-3) * 60
        typer.echo(f"{summary.facts:,} facts and {summary.claims:,} claims in {summary.characters:,} characters", err=True)
        typer.echo(f"{summary.seconds:,.0f} s, {rate:,.0f} reports a minute; {summary.before} done by an earlier call", err=True)
        if summary.failures:
            typer.echo("failed: " + ", ".join(f"{count} {kind}" for kind, count in sorted(summary.failures.items())), err=True)
    failed = f", {summary.failed} failed" if summary.failed else ""
    typer.echo(f"{summary.reports - summary.failed} of {summary.reports} reports extracted{failed}", err=True)


@contextmanager
def _progress(fail_fast: bool) -> Iterator[Watch]:
    """A bar with rate, time left and failures at a terminal, else a line a minute; every failure is a line of its own."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from .extract.runs.run import Watch

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}, {task.fields[failed]} failed, left"), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True)
    task = bar.add_task("", total=None, rate="", failed=0, visible=False)
    begin = said = time.monotonic()
    here = failed = 0

    def planned(reports: int, before: int) -> None:
        bar.update(task, total=reports, completed=before, visible=reports > 2)

    def done(source: str, result: Done) -> None:
        nonlocal said, here, failed
        now = time.monotonic()
        here += 1
        rate = f"{here / max(now - begin, 1e-3) * 60:,.0f} a minute"
        if result.error is not None and not fail_fast:
            failed += 1
            line = f"error: {result.error['error']['message']}"
            bar.console.print(line, markup=False, highlight=False, soft_wrap=True) if not bar.disable else typer.echo(line, err=True)
        bar.update(task, advance=1, rate=rate, failed=failed)
        if bar.disable and now - said >= _EVERY:
            said = now
            state = bar.tasks[task]
            typer.echo(f"{state.completed:,.0f} of {state.total:,.0f} reports, {rate}, {failed} failed", err=True)

    with bar:
        yield Watch(planned, done)
