"""What a night's run costs: reports a minute, memory as the number of reports grows, where the time goes, what a second worker brings."""

from __future__ import annotations

import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from ..corpus.read import read
from ..extract.pipeline import load_extractor
from ..extract.runs.outputs import render
from ..extract.runs.run import Recipe, run
from ..extract.runs.store import pack
from ..extract.writers import to_json
from .batch_reports import write_reports
from .probe import high_water, peak_memory
from .tables import markdown

_STAGES: Final = 100  # reports whose stages are timed
_RSS: Final = 1 if sys.platform == "darwin" else 1024  # bytes in the unit of ru_maxrss
_LOOK: Final = 0.2  # seconds between two looks at the workers' memory


@dataclass(frozen=True, slots=True)
class Measured:
    """One run. Memory is the peak of the writing process and of the largest worker, in bytes."""

    reports: int
    workers: int
    seconds: float
    characters: int
    facts: int
    writer_memory: int
    worker_memory: int


def benchmark_batch(
    sizes: Sequence[int], say: Callable[[str], None], format: str = "parquet", model: Path | None = None, seed: int = 13
) -> tuple[str, dict[str, Any]]:
    """Generate reports in four formats and extract them in runs of these sizes; the most of them by two workers too.

    Returns:
        A Markdown table, and everything measured.
    """
    recipe = Recipe(format, model)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say(f"writing {max(sizes)} reports")
        files = write_reports(folder / "reports", max(sizes), seed)
        runs = []
        for size, workers in [*((size, 1) for size in sizes), (max(sizes), 2)]:
            say(f"{size} reports, {workers} worker{'s' if workers > 1 else ''}")
            runs.append(_measure(files[:size], folder / f"out.{format}", recipe, workers))
        say("stages")
        stages = time_stages(files[:_STAGES], recipe)
    one, two = (next(r for r in runs if (r.reports, r.workers) == (max(sizes), workers)) for workers in (1, 2))
    speed_up = one.seconds / two.seconds
    return _table(runs, stages, speed_up), {"runs": [asdict(each) for each in runs], "stages": stages, "speed_up": speed_up}


def time_stages(files: Sequence[Path], recipe: Recipe) -> dict[str, float]:
    """The share of the time of one thread that reading, tagging, linking (all from spans to records) and writing take."""
    extractor = load_extractor(recipe.model, dict(recipe.least), threads=1)
    spent = dict.fromkeys(("read", "tag", "link", "write"), 0.0)
    for path in files:
        times = [time.perf_counter()]
        document = read(path)
        times.append(time.perf_counter())
        extractor.tagger.tag(document)
        times.append(time.perf_counter())
        extraction = extractor(document)
        times.append(time.perf_counter())
        pack(render(recipe.format, to_json(extraction, extractor.pipeline), extraction))
        times.append(time.perf_counter())
        reading, tagging, everything, writing = (after - before for before, after in pairwise(times))
        for stage, seconds in zip(spent, (reading, tagging, everything - tagging, writing), strict=True):
            spent[stage] += seconds
    return {stage: seconds / sum(spent.values()) for stage, seconds in spent.items()}


def _measure(files: Sequence[Path], output: Path, recipe: Recipe, workers: int) -> Measured:
    """A run in a process of its own, so that its peak of memory is its own."""
    context = get_context("spawn")
    pipe, other = context.Pipe()
    process = context.Process(target=_run, args=(other, files, output, recipe, workers))
    process.start()
    other.close()
    try:
        measured: Measured = pipe.recv()
    except EOFError as error:
        raise RuntimeError("the run ended before its end") from error
    finally:
        process.join()
    return measured


def _run(pipe: Connection, files: Sequence[Path], output: Path, recipe: Recipe, workers: int) -> None:
    over = threading.Event()
    peaks: list[int] = []
    watcher = threading.Thread(target=_watch, args=(over, peaks))
    watcher.start()
    try:
        summary = run(files, output, recipe, workers)
    finally:
        over.set()
        watcher.join()
    largest = max(peaks, default=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * _RSS)
    pipe.send(Measured(summary.reports, workers, summary.seconds, summary.characters, summary.facts, peak_memory(), largest))


def _watch(over: threading.Event, peaks: list[int]) -> None:
    """Note the high-water marks of the workers while they live: an ended process has none."""
    while not over.wait(_LOOK):
        peaks += [mark for worker in active_children() if worker.pid and (mark := high_water(worker.pid)) is not None]


def _table(runs: Sequence[Measured], stages: dict[str, float], speed_up: float) -> str:
    columns = ["reports", "workers", "reports a minute", "characters a second", "MB, writer", "MB, largest worker"]
    rows = []
    for each in runs:
        rates = each.reports / each.seconds * 60, each.characters / each.seconds
        numbers = each.reports, each.workers, *rates, each.writer_memory / 1e6, each.worker_memory / 1e6
        rows.append([f"{number:,.0f}" for number in numbers])
    shares = ", ".join(f"{stage} {share:.0%}" for stage, share in stages.items())
    return "\n".join([markdown(columns, rows), "", f"time by stage: {shares}; from one worker to two: {speed_up:.2f} times as fast"])
