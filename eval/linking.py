"""Linkers on gold spans, and whole systems from text to facts, on the same reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ..extract.linking.choice import Choices
from ..extract.linking.linker import link
from ..extract.pipeline import load_choices
from ..models.baselines.base import Baseline
from ..models.runtime import SHIPPED
from .contest import Contest, contest_json, contest_table
from .environment import environment
from .extraction import Extract, extracted, linked, tagged_and_linked
from .gold import GoldReport, gold_set
from .linkers import BASELINES, linkers
from .outputs import Case
from .scores import RESAMPLES, SEED, Scores, score_cases

Say = Callable[[str], None]
LINKING: Final = ("fact lenient", "value found", "slot subject", "slot measure", "slot period", "slot base", "slot scope", "record")
WHOLE: Final = ("span ALL", *LINKING, "claim overlap", "claim values")


def benchmark_linking(on: Sequence[str], say: Say, model: Path | None = None) -> tuple[str, dict[str, Any]]:
    """Score our linker and simple ones on gold spans.

    Args:
        on: splits and folders of reports with gold.
        model: a model folder; the shipped model where None.

    Returns:
        The Markdown table, and everything measured as JSON.

    Raises:
        ValueError: reports are not there, or malformed.
        ReadError: a report cannot be read.
        FileNotFoundError: `model` holds no linker.
    """
    choices = load_choices(model or SHIPPED)
    contests = [linking_contest(name, reports, choices, say) for name, reports in map(gold_set, on)]
    result = environment() | {"seed": SEED, "resamples": RESAMPLES, "sets": [contest_json(contest) for contest in contests]}
    return contest_table(contests, LINKING), result


def linking_contest(name: str, reports: Sequence[GoldReport], choices: Choices, say: Say) -> Contest:
    """Our linker against simple ones on gold spans."""
    scores: dict[str, Scores] = {}
    for system, linker in linkers(choices).items():
        say(f"{name}: {system}")
        scores[system] = score_cases(linked(reports, linker))
    return Contest(name, scores)


def whole_contest(
    name: str, reports: Sequence[GoldReport], ours: Sequence[Case], choices: Choices, baselines: Mapping[str, Baseline], say: Say
) -> Contest:
    """Ours from text to facts against other taggers before our linker, and against rules alone where they are among them.

    Args:
        ours: what we made of the reports.
    """
    systems: dict[str, Extract] = {}
    for tagger, baseline in baselines.items():
        systems[f"{tagger} + our linker"] = tagged_and_linked(baseline.tag, lambda reading: link(reading, choices))
        if tagger == "rules":
            systems |= {f"rules + {linker}": tagged_and_linked(baseline.tag, make) for linker, make in BASELINES.items()}
    scores = {"fiscalzh": score_cases(ours)}
    for system, extract in systems.items():
        say(f"{name}: {system}")
        scores[system] = score_cases(extracted(reports, extract))
    return Contest(name, scores)
