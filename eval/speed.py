"""How fast and how large: characters a second in interleaved rounds, start-up and memory in fresh processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from statistics import median
from typing import Any, Final

from ..annotations.report import from_markup
from ..corpus.generator import generate
from ..corpus.read import read
from ..models.baselines.registry import REGISTRY
from .environment import environment
from .systems import System, load_system
from .tables import markdown
from .tagging import OURS

REFERENCE: Final = "spacy-ner"
HALF: Final = "spacy-ner/mentions"  # the reference needs a pipeline for each layer; this one does half the job
SEED: Final = 13
_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: characters of each round and of the long text, rounds, and threads that run our model at once."""

    characters: int = 100_000
    long: int = 1_000_000
    rounds: int = 5
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Fresh:
    """A fresh process on one file: seconds from its start to its end, of which the file itself, and its peak of memory in bytes."""

    total: float
    file: float
    peak: int


@dataclass(frozen=True, slots=True)
class Speed:
    """One system: characters a second of each round, a fresh process on the first report (the median of three) and on a long text."""

    rounds: tuple[float, ...]
    short: Fresh
    long: Fresh

    def times(self, other: Speed) -> tuple[float, ...]:
        """How many times as fast as another, round by round."""
        return tuple(mine / theirs for mine, theirs in zip(self.rounds, other.rounds, strict=True))


def benchmark_speed(
    files: Sequence[Path], baselines: Sequence[str] | None, folder: Path, say: Callable[[str], None], sizes: Sizes, model: Path | None = None
) -> tuple[str, dict[str, Any]]:
    """Measure our tagger, our whole job and trained baselines on the same texts.

    Args:
        files: reports, the same in every round; generated ones, others in every round, where there are none.
        baselines: names; all that `folder` holds where None.

    Returns:
        The Markdown table, and everything measured as JSON.

    Raises:
        ReadError: a file cannot be read.
        FileNotFoundError: a baseline is not in the folder, or `model` holds no model.
        ImportError: the extra of a baseline is not installed.
    """
    names = [*OURS, *(trained_in(folder) if baselines is None else baselines)]
    names += [HALF] if REFERENCE in names else []
    systems = {name: load_system(name, folder, model, sizes.threads) for name in names}
    with tempfile.TemporaryDirectory() as temporary:
        texts: Iterator[str] = cycle([read(file).text for file in files]) if files else _generated()
        long = _joined(texts, sizes.long, Path(temporary) / "long.txt")
        turns = [list(files) or _files(Path(temporary) / f"turn-{turn}", texts, sizes.characters) for turn in range(sizes.rounds + 1)]
        rounds = measure_rounds(systems, turns, say)
        speeds = {}
        for name in names:
            say(f"fresh processes: {name}")
            starts = sorted((_fresh(name, turns[0][0], folder, model, sizes.threads) for _ in range(3)), key=lambda fresh: fresh.total)
            speeds[name] = Speed(rounds[name], starts[1], _fresh(name, long, folder, model, sizes.threads))
    result = environment() | {"threads": sizes.threads, "sizes": {"characters": sizes.characters, "long": sizes.long, "rounds": sizes.rounds}}
    result["texts"] = "files of the user" if files else f"generated, seed {SEED}"
    result["systems"] = {name: _as_json(speed, speeds) for name, speed in speeds.items()}
    return table(speeds, sizes), result


def trained_in(folder: Path) -> list[str]:
    """The baselines that a folder holds, in the registry's order."""
    return [name for name in REGISTRY if (folder / name / "trained.json").exists()]


def measure_rounds(systems: Mapping[str, System], turns: Sequence[Sequence[Path]], say: Callable[[str], None]) -> dict[str, tuple[float, ...]]:
    """Characters a second of each system in each round; all systems take their turn in every round, so that a busy moment hits all.

    The whole job begins with the files, taggers begin with the documents read.

    Args:
        turns: the reports of each round; the first round is not counted.
    """
    speeds: dict[str, list[float]] = {name: [] for name in systems}
    for number, files in enumerate(turns):
        documents = [read(file) for file in files]
        characters = sum(len(document.text) for document in documents)
        for name, system in systems.items():
            start = time.perf_counter()
            if system.document is None:
                for file in files:
                    system.file(file)
            else:
                for document in documents:
                    system.document(document)
            if number:
                speeds[name].append(characters / (time.perf_counter() - start))
        if number:
            say(f"round {number} of {len(turns) - 1}")
    return {name: tuple(values) for name, values in speeds.items()}


def table(speeds: Mapping[str, Speed], sizes: Sizes) -> str:
    """One row a system."""
    ratios = [f"× {name} (least–most)" for name in (REFERENCE, HALF)]
    columns = ["system", "characters/s", *ratios, "start-up s", "MiB", f"{sizes.long:,} characters: s", "MiB"]
    rows = []
    for name, speed in speeds.items():
        times = [speed.times(speeds[other]) if other in speeds else () for other in (REFERENCE, HALF)]
        rows.append(
            [
                name,
                f"{median(speed.rounds):,.0f}",
                *[f"{median(each):.2f} ({min(each):.2f}–{max(each):.2f})" if each else "–" for each in times],
                f"{speed.short.total - speed.short.file:.2f}",
                f"{speed.short.peak / _MIB:.0f}",
                f"{speed.long.file:.1f}",
                f"{speed.long.peak / _MIB:.0f}",
            ]
        )
    return markdown(columns, rows)


def _as_json(speed: Speed, speeds: Mapping[str, Speed]) -> dict[str, Any]:
    data: dict[str, Any] = {"characters_per_second": [round(value, 1) for value in speed.rounds], "median": round(median(speed.rounds), 1)}
    data |= {f"times_{other}": round(median(speed.times(speeds[other])), 3) for other in (REFERENCE, HALF) if other in speeds}
    for name, fresh in (("short", speed.short), ("long", speed.long)):
        data[name] = {"process_s": round(fresh.total, 3), "file_s": round(fresh.file, 3), "peak_bytes": fresh.peak}
    return data


def _generated() -> Iterator[str]:
    for number in count(SEED * 1_000_003):
        yield from_markup(generate(number).marked, "generated").document.text


def _files(folder: Path, texts: Iterator[str], characters: int) -> list[Path]:
    """The next texts, that many characters together, each in a file."""
    folder.mkdir()
    paths, written = list[Path](), 0
    for text in texts:
        paths.append(folder / f"{len(paths):04d}.txt")
        paths[-1].write_text(text, encoding="utf-8", newline="")
        written += len(text)
        if written >= characters:
            break
    return paths


def _joined(texts: Iterator[str], characters: int, path: Path) -> Path:
    """One file of exactly that many characters: the texts one after another."""
    parts, written = list[str](), 0
    while written < characters:
        parts.append(next(texts) + "\n")
        written += len(parts[-1])
    path.write_text("".join(parts)[:characters], encoding="utf-8", newline="")
    return path


def _fresh(name: str, file: Path, folder: Path, model: Path | None, threads: int = 1) -> Fresh:
    command = [sys.executable, "-m", "fiscalzh.eval.probe", name, str(file), str(folder), str(model or ""), str(threads)]
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "OMP_NUM_THREADS": str(threads)})
    total = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{name} failed on {file}: {done.stderr.strip()[-2000:]}")
    measured = json.loads(done.stdout.splitlines()[-1])
    return Fresh(total, measured["seconds"], measured["peak"])
