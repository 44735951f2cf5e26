"""A run over many reports: plan, extract, put the output together. Stopped at any moment, the same call goes on where it was."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ...corpus.read import printable
from ..batch import extract_file
from ..pipeline import Extractor, load_extractor
from ..writers import error_json, to_json
from .outputs import check_target, render, write_output
from .store import Done, Store, pack
from .workers import Limits, Lost, run_jobs

PARTIAL: Final = ".partial"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How each report is extracted and written: the model's folder, thresholds by label, and the output's format."""

    format: str
    model: Path | None = None
    least: tuple[tuple[str, float], ...] = ()

    def __call__(self) -> Callable[[str], Done]:
        """The function that does a report, with the model loaded, for a worker process."""
        return self.using(load_extractor(self.model, dict(self.least), threads=1))

    def using(self, extractor: Extractor) -> Callable[[str], Done]:
        """The function that does a report with an extractor at hand."""

        def do(source: str) -> Done:
            outcome = extract_file(Path(source), extractor)
            extraction = outcome.extraction
            if extraction is None:
                return self.failed(error_json(outcome.source, outcome.error or RuntimeError("unknown")))
            data = to_json(extraction, extractor.pipeline)
            fragment = pack(render(self.format, data, extraction))
            return Done(fragment, None, len(extraction.facts), len(extraction.claims), len(extraction.document.text))

        return do

    def lost(self, source: str, why: Lost) -> Done:
        """The result of a report that was given up."""
        name = printable(source)
        return self.failed({"source": name, "error": {"type": why.kind, "message": f"{name}: {why.message}"}})

    def failed(self, data: Mapping[str, Any]) -> Done:
        """The result of a report that has none."""
        return Done(pack(render(self.format, data, None)), data)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to. `before` of the `reports` were done by an earlier call; `seconds` are those of this one."""

    reports: int
    before: int
    facts: int
    claims: int
    characters: int
    failures: Mapping[str, int]
    seconds: float

    @property
    def failed(self) -> int:
        return sum(self.failures.values())


class Stopped(RuntimeError):
    """The run was stopped at the first report that failed; the same call goes on there."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who wants to know: of the plan (reports, done before), and of each report as it is done."""

    planned: Callable[[int, int], None] = lambda *_: None
    done: Callable[[str, Done], None] = lambda *_: None


_ANY: Final = Limits()
_NOBODY: Final = Watch()


def run(
    paths: Iterable[Path],
    output: Path,
    recipe: Recipe,
    workers: int = 0,
    limits: Limits = _ANY,
    errors: Path | None = None,
    fail_fast: bool = False,
    watch: Watch = _NOBODY,
) -> Summary:
    """Extract reports into one output, the same bytes for any number of workers.

    Results are kept in a store beside the output (`OUTPUT.partial`) until it is whole. Memory does not grow with the number of reports.

    Args:
        workers: processes, each with the model and one thread; 0: this process, without limits.
        errors: JSONL file for the objects of the reports that failed.

    Raises:
        StoreError: another run is writing this output, or its store has other settings.
        Stopped: with `fail_fast`, at the first report that failed; it is not kept.
        OSError: the output cannot be written.
    """
    begin = time.monotonic()
    check_target(recipe.format, output)
    with Store(output.with_name(output.name + PARTIAL), _settings(recipe)) as store:
        reports, before = store.plan(paths), store.totals()[0]
        watch.planned(reports, before)
        if before < reports:
            for source, done in _results(store.todo(), recipe, workers, limits):
                watch.done(source, done)
                if fail_fast and done.error is not None:
                    raise Stopped(done.error["error"]["message"])
                store.put(source, done)
        write_output(recipe.format, store.fragments(), output)
        if errors is not None:
            write_output("jsonl", (json.dumps(each, ensure_ascii=False) + "\n" for each in store.errors()), errors)
        _, facts, claims, characters = store.totals()
        failures = Counter(str(each["error"]["type"]) for each in store.errors())
        store.remove()
    return Summary(reports, before, facts, claims, characters, failures, time.monotonic() - begin)


def _settings(recipe: Recipe) -> dict[str, Any]:
    from importlib.metadata import version

    return {"format": recipe.format, "model": str(recipe.model), "least": dict(recipe.least), "version": version("fiscalzh")}


def _results(todo: Iterator[str], recipe: Recipe, workers: int, limits: Limits) -> Iterator[tuple[str, Done]]:
    if not workers:
        do = recipe.using(load_extractor(recipe.model, dict(recipe.least)))
        for source in todo:
            try:
                yield source, do(source)
            except MemoryError:
                yield source, recipe.lost(source, Lost("memory_limit", "it takes more memory than there is: split it"))
        return
    for source, result in run_jobs(todo, recipe, workers, limits):
        yield source, recipe.lost(source, result) if isinstance(result, Lost) else result
