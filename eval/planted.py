"""How many planted contradictions the checks find, and what they find in sound reports: the whole job, on generated reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from ..annotations.report import from_markup
from ..corpus.document import Document
from ..corpus.generator import Generated, generate_many
from ..corpus.generator.contradictions import Planted
from ..extract.checks.finding import Finding
from ..extract.checks.rules import RULES
from ..extract.facts import Extraction
from ..extract.pipeline import load_extractor
from .environment import environment
from .gold import unprepared
from .tables import markdown

EACH: Final = 2  # contradictions planted into a report
_EVERY: Final = 100  # reports after which it is said how far it has got


@dataclass(frozen=True, slots=True)
class Checked:
    """A generated report with what was planted in it and what the checks find; `number` counts from 0 within its seed."""

    seed: int
    number: int
    document: Document
    planted: tuple[Planted, ...]
    findings: tuple[Finding, ...]

    @property
    def missed(self) -> list[Planted]:
        """What was planted and has no finding of its rule at its place; one may show two slips of a list."""
        return [planted for planted in self.planted if not any(_shows(finding, planted) for finding in self.findings)]

    @property
    def more(self) -> list[Finding]:
        """Findings beside those that were planted."""
        return [finding for finding in self.findings if not any(_shows(finding, planted) for planted in self.planted)]

    def follows(self, finding: Finding) -> bool:
        """Whether a finding of another rule stands where something was planted: what a slip throws out elsewhere."""
        return any(_touches(finding, planted) for planted in self.planted)


def benchmark_checks(planted: int, clean: int, seed: int, say: Callable[[str], None], model: Path | None = None) -> tuple[str, dict[str, Any]]:
    """Generate reports, with two contradictions each and with none, and check them as `extract` does.

    Args:
        planted: reports with contradictions, from `seed`.
        clean: sound reports, from the seed behind it.
        model: a model folder; the shipped model where None.

    Returns:
        A Markdown table by rule; and that, every contradiction missed and every finding beside them as JSON.

    Raises:
        FileNotFoundError: `model` holds no model.
    """
    extractor = load_extractor(model)
    wrong = list(checked(extractor, planted, seed, EACH, say))
    sound = list(checked(extractor, clean, seed + 1, 0, say))
    counts = count_by_rule(wrong, sound)
    result = environment() | {"pipeline": extractor.pipeline, "seed": seed, "reports": {"planted": planted, "clean": clean}, "rules": counts}
    result["missed"] = [_where(one) | asdict(each) for one in wrong for each in one.missed]
    result["more"] = [_where(one) | _as_json(one, each) for one in (*wrong, *sound) for each in one.more]
    return table(counts), result


def checked(extract: Callable[[Document], Extraction], count: int, seed: int, contradictions: int, say: Callable[[str], None]) -> Iterator[Checked]:
    """Generated reports, each given to the extractor as any user has it: its text alone."""
    for number, made in enumerate(generate_many(count, seed, contradictions)):
        document = unprepared(_document(made, seed, number))
        yield Checked(seed, number, document, made.contradictions, extract(document).checks)
        if not (number + 1) % _EVERY:
            say(f"seed {seed}: {number + 1} of {count} reports")


def count_by_rule(wrong: Sequence[Checked], sound: Sequence[Checked]) -> dict[str, dict[str, int]]:
    """For each rule, and for all of them, what was planted and found, and what else is found: where something was planted, elsewhere
    in those reports, and in sound ones."""
    counts = {
        "planted": Counter(each.rule for one in wrong for each in one.planted),
        "missed": Counter(each.rule for one in wrong for each in one.missed),
        "follows": Counter(each.rule for one in wrong for each in one.more if one.follows(each)),
        "elsewhere": Counter(each.rule for one in wrong for each in one.more if not one.follows(each)),
        "clean": Counter(each.rule for one in sound for each in one.more),
    }
    by_rule = {rule.id: {name: count[rule.id] for name, count in counts.items()} for rule in RULES}
    return by_rule | {"ALL": {name: count.total() for name, count in counts.items()}}


def table(counts: dict[str, dict[str, int]]) -> str:
    """One row a rule, and one for all."""
    columns = ["rule", "planted", "found", "recall", "more at planted places", "more elsewhere", "in sound reports"]
    rows = []
    for rule, of in counts.items():
        found = of["planted"] - of["missed"]
        recall = f"{found / of['planted']:.3f}" if of["planted"] else "–"
        rows.append([rule, str(of["planted"]), str(found), recall, str(of["follows"]), str(of["elsewhere"]), str(of["clean"])])
    return markdown(columns, rows)


def _document(made: Generated, seed: int, number: int) -> Document:
    return from_markup(made.marked, f"{seed}-{number:04d}-{made.style}.txt").document


def _shows(finding: Finding, planted: Planted) -> bool:
    return finding.rule == planted.rule and _touches(finding, planted)


def _touches(finding: Finding, planted: Planted) -> bool:
    return any(start < planted.start + len(planted.text) and planted.start < end for start, end in finding.places)


def _where(one: Checked) -> dict[str, Any]:
    return {"seed": one.seed, "number": one.number}


def _as_json(one: Checked, finding: Finding) -> dict[str, Any]:
    return {"rule": finding.rule, "message": finding.message, "places": finding.places, "follows": one.follows(finding)}
