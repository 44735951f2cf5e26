"""Systems that make facts against each other on the same reports: ours first, and what it has more than each of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .comparison import compare_scores
from .evaluation import scores_json
from .scores import Scores
from .tables import markdown, with_interval

MAIN = "fact strict"


@dataclass(frozen=True, slots=True)
class Contest:
    """The scores of several systems on one set of reports; the first system is ours."""

    name: str
    scores: Mapping[str, Scores]

    @property
    def ours(self) -> Scores:
        return next(iter(self.scores.values()))


def contest_table(contests: Sequence[Contest], figures: Sequence[str]) -> str:
    """One row a set and system: strict facts with their interval, F1 of other figures, and the difference to ours."""
    columns = ["reports", "system", "P", "R", f"{MAIN} F1 [95 %]", *figures, "ours − it, F1 [95 %], p"]
    return markdown(columns, [row for contest in contests for row in _rows(contest, figures)], left=2)


def contest_json(contest: Contest) -> dict[str, Any]:
    """Everything measured: by system all figures, and what ours has more."""
    systems = {}
    for name, scores in contest.scores.items():
        differences = [] if scores is contest.ours else compare_scores(contest.ours, scores)
        systems[name] = {"scores": scores_json(scores), "less_than_ours": [asdict(one) for one in differences]}
    return {"name": contest.name, "reports": list(contest.ours.reports), "systems": systems}


def _rows(contest: Contest, figures: Sequence[str]) -> list[list[str]]:
    rows = []
    for name, scores in contest.scores.items():
        score = scores.micro(MAIN)
        cells = [f"{contest.name}, n = {len(scores.reports)}", name, f"{score.precision:.3f}", f"{score.recall:.3f}"]
        cells.append(with_interval(scores.interval(MAIN)))
        cells += [f"{scores.micro(figure).f1:.3f}" if scores.counts(figure).any() else "–" for figure in figures]
        less = "" if scores is contest.ours else _less(contest.ours, scores)
        rows.append([*cells, less])
    return rows


def _less(ours: Scores, theirs: Scores) -> str:
    (found,) = compare_scores(ours, theirs, [MAIN])
    return f"{with_interval(found.difference, sign=True)}, {found.p:.4f}"
