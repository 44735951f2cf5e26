"""An output against gold, and against another output: scores with intervals, in parts, as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .breakdown import breakdowns
from .comparison import LEVEL, Difference, compare_scores, least_p
from .environment import environment
from .errors.collect import Error, errors_of
from .gold import load_gold_reports
from .outputs import Case, Matched, match, read_outputs
from .scores import RESAMPLES, SEED, Scores, mean_f1, score_cases
from .spans import Score
from .tables import markdown, with_interval

MACRO = (("spans", "label"), ("facts", "measure"))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of an output, in parts by `spans` and `facts`, and its differences to another, where there is one.

    `outputs` names the one or both.
    """

    outputs: tuple[str, ...]
    matched: Matched
    scores: Scores
    parts: Mapping[str, Mapping[str, Mapping[str, Score]]]
    differences: tuple[Difference, ...] = ()

    @property
    def cases(self) -> tuple[Case, ...]:
        return self.matched.cases

    def errors(self) -> list[Error]:
        """The errors of all reports."""
        return [error for case in self.cases for error in errors_of(case)]


def evaluate(output: str | Path, gold: Sequence[str | Path], against: str | Path | None = None) -> Evaluation:
    """Score an output of `fiscalzh extract … -o x.jsonl`.

    Args:
        gold: gold files beside their reports, marked texts, folders of either, splits (`@test`).
        against: another output of the same reports.

    Raises:
        ValueError: a file is malformed, is not there, or two outputs are of one report.
        OSError: an output cannot be read.
    """
    reports = load_gold_reports(gold)
    matched = match(reports, read_outputs(Path(output)))
    if len(matched.without_output) == len(reports):
        raise ValueError(f"{output} has nothing of these {len(reports)} reports: outputs are found by the sha256 of the report, else by its name")
    scores = score_cases(matched.cases)
    differences: tuple[Difference, ...] = ()
    if against is not None:
        differences = tuple(compare_scores(scores, score_cases(match(reports, read_outputs(Path(against))).cases)))
    outputs = tuple(str(path) for path in (output, against) if path is not None)
    return Evaluation(outputs, matched, scores, breakdowns(matched.cases), differences)


def as_text(evaluation: Evaluation, by: Sequence[str] = ()) -> str:
    """Tables for a person: scores, the parts asked for (`report`, `type`, `section`, `label`, `measure`, `length`), differences."""
    matched, scores = evaluation.matched, evaluation.scores
    blocks = [f"{len(matched.cases)} reports"]
    blocks += [f"no output, counted as empty: {', '.join(matched.without_output)}"] if matched.without_output else []
    blocks += [f"{matched.without_gold} outputs have no gold and are not counted"] if matched.without_gold else []
    blocks.append(scores_table(scores))
    blocks += [f"macro F1 of {what} over {key}s: {value:.3f}" for (what, key), value in macro(evaluation).items()]
    for key in by:
        blocks += [_parts_table(what, key, parts[key]) for what, parts in evaluation.parts.items() if key in parts]
    if evaluation.differences:
        first, second = evaluation.outputs
        blocks.append(f"first: {first}\nsecond: {second}\n\n{differences_text(evaluation.differences)}")
    return "\n\n".join(blocks)


def scores_table(scores: Scores) -> str:
    """One row a figure; those of which there is nothing are left out."""
    columns = ["figure", "P", "R", "F1 [95 % over reports]", "macro F1", "right", "predicted", "gold", "reports"]
    rows = []
    for figure in scores.figures:
        score = scores.micro(figure)
        if score.predicted or score.gold:
            interval = scores.interval(figure)
            counts = [f"{score.right:g}", str(score.predicted), str(score.gold), str(interval.reports)]
            rows.append([figure, f"{score.precision:.3f}", f"{score.recall:.3f}", with_interval(interval), f"{scores.macro(figure):.3f}", *counts])
    return markdown(columns, rows)


def macro(evaluation: Evaluation) -> dict[tuple[str, str], float]:
    """The mean F1 of all labels of spans, and of all measures of facts."""
    means = {(what, key): mean_f1(list(evaluation.parts[what][key].values())) for what, key in MACRO}
    return {name: value for name, value in means.items() if value is not None}


def differences_text(differences: Sequence[Difference]) -> str:
    """One row a figure with its verdict, and what so many reports can show at all."""
    rows = [
        [d.figure, f"{d.first:.3f}", f"{d.second:.3f}", with_interval(d.difference, sign=True), f"{d.p:.4f}", str(d.difference.reports), d.verdict]
        for d in differences
    ]
    most = max(d.difference.reports for d in differences)
    text = markdown(["figure", "first F1", "second F1", "difference [95 %]", "p", "reports", "verdict"], rows)
    text += "\n\npaired bootstrap and approximate randomisation over reports; each row stands for itself, and of twenty one may differ by chance"
    if least_p(most) >= LEVEL:
        text += f"\n{most} reports cannot show a difference: p is {least_p(most):g} at least; six or more are needed"
    return text


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Everything measured, with the versions it was measured with."""
    scores, matched = evaluation.scores, evaluation.matched
    return environment() | {
        "outputs": list(evaluation.outputs),
        "reports": list(scores.reports),
        "without_output": list(matched.without_output),
        "without_gold": matched.without_gold,
        "seed": SEED,
        "resamples": RESAMPLES,
        "scores": scores_json(scores),
        "macro": {f"{what} by {key}": value for (what, key), value in macro(evaluation).items()},
        "parts": {
            what: {key: {name: _score_json(score) for name, score in part.items()} for key, part in parts.items()}
            for what, parts in evaluation.parts.items()
        },
        "differences": [asdict(difference) | {"verdict": difference.verdict} for difference in evaluation.differences],
    }


def scores_json(scores: Scores) -> dict[str, Any]:
    """Each figure with interval, macro and the counts of each report."""
    found = {}
    for figure in scores.figures:
        score = scores.micro(figure)
        if score.predicted or score.gold:
            interval = scores.interval(figure)
            found[figure] = _score_json(score) | {
                "low": round(interval.low, 5),
                "high": round(interval.high, 5),
                "reports": interval.reports,
                "macro": round(scores.macro(figure) or 0.0, 5),
                "counts": scores.counts(figure).tolist(),
            }
    return found


def _parts_table(what: str, key: str, parts: Mapping[str, Score]) -> str:
    rows = [[name, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", str(s.predicted), str(s.gold)] for name, s in parts.items()]
    return markdown([f"{what} by {key}", "P", "R", "F1", "predicted", "gold"], rows)


def _score_json(score: Score) -> dict[str, Any]:
    return asdict(score) | {name: round(getattr(score, name), 5) for name in ("precision", "recall", "f1")}
