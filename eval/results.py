"""Everything measured in one go: taggers, linkers, whole systems, errors; as a page and as JSON, never by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ..extract.pipeline import load_extractor
from ..models.baselines.store import stored
from .benchmark import benchmark_tagging
from .contest import Contest, contest_json, contest_table
from .errors.collect import errors_of
from .evaluation import scores_table
from .extraction import extracted
from .gold import gold_set
from .linking import LINKING, WHOLE, Say, linking_contest, whole_contest
from .outputs import Case
from .tables import markdown

MOST: Final = 10


def benchmark_all(
    on: Sequence[str], baselines: Sequence[str], folder: Path, say: Say, minutes: float = 20.0, model: Path | None = None
) -> tuple[str, dict[str, Any]]:
    """Score taggers, linkers and whole systems on the same reports, and count our errors by kind.

    Args:
        on, baselines, folder, minutes, model: see `benchmark_tagging`.

    Returns:
        A page in Markdown, and everything measured as JSON.

    Raises:
        ValueError, ImportError, FileNotFoundError: see `benchmark_tagging`.
        ReadError: a report cannot be read.
    """
    tagging, result = benchmark_tagging(on, baselines, folder, say, minutes, model)
    extractor, taggers = load_extractor(model), {name: stored(name, folder).baseline for name in baselines}
    linking, whole, kinds = list[Contest](), list[Contest](), dict[str, Counter[str]]()
    for name, reports in map(gold_set, on):
        say(f"{name}: fiscalzh")
        cases = extracted(reports, extractor)
        kinds[name] = error_kinds(cases)
        linking.append(linking_contest(name, reports, extractor.choices, say))
        whole.append(whole_contest(name, reports, cases, extractor.choices, taggers, say))
    blocks = [
        "# Results",
        f"Written by `{_command(on, baselines, minutes)}`, never by hand; everything measured is in RESULTS.json.",
        _made_with(result),
        "## Taggers: exact spans",
        tagging,
        "## Linkers on gold spans",
        contest_table(linking, LINKING),
        "## From text to facts",
        contest_table(whole, WHOLE),
    ]
    for contest in whole:
        blocks += [f"## All scores of fiscalzh: {contest.name}", scores_table(contest.ours)]
    for name, counts in kinds.items():
        blocks += [f"## The most frequent kinds of error of fiscalzh: {name}", kinds_table(counts)]
    result |= {"linking": list(map(contest_json, linking)), "whole": list(map(contest_json, whole)), "errors": kinds}
    return "\n\n".join(blocks) + "\n", result


def write_results(page: str, result: dict[str, Any], folder: Path) -> None:
    """Write RESULTS.md and RESULTS.json, one of its parts a line, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "RESULTS.md").write_text(page, encoding="utf-8")
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in result.items())
    (folder / "RESULTS.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def error_kinds(cases: Sequence[Case]) -> Counter[str]:
    """How often each kind of error occurs: `mentions PROJECT: wrong border left`, `facts: wrong subject`."""
    errors = (error for case in cases for error in errors_of(case))
    return Counter(f"{error.layer} {error.label}".strip() + f": {error.kind}" for error in errors)


def kinds_table(counts: Counter[str]) -> str:
    """The most frequent kinds with their counts and shares."""
    total = counts.total()
    return markdown(["kind", "errors", "of all"], [[kind, str(count), f"{count / total:.0%}"] for kind, count in counts.most_common(MOST)])


def _command(on: Sequence[str], baselines: Sequence[str], minutes: float) -> str:
    """The command that measured this, folders of the machine by their last name."""
    sets = " ".join(f"--on {Path(name).name if Path(name).is_absolute() else name}" for name in on)
    return f"fiscalzh benchmark all {sets} --baselines {','.join(baselines) or 'none'} --minutes-per-baseline {minutes:g}"


def _made_with(result: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in result["versions"].items())
    return (
        f"Model {result['pipeline']['model']}; Python {result['python']}; {versions}; {result['cpus']} processors. Intervals: 95 %, "
        f"{result['resamples']} bootstrap resamples of reports; p: approximate randomisation over reports; seed {result['seed']}. "
        f"Baselines learned from {result['trained_on']['reports']} reports of the train split."
    )
