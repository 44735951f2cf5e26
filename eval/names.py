"""How well the names of one subject are brought together: pairs of names of one report, by the subjects they were marked with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TypeAlias

from ..annotations.report import AnnotatedReport
from ..extract.accounts.assignment import codes_of
from ..extract.linking.prepare import lesson_of
from ..extract.naming import account_key, project_keys
from .spans import Score

_Name: TypeAlias = tuple[str, str, str | None]  # label, words, scope


def score_names(reports: Sequence[AnnotatedReport]) -> dict[str, Score]:
    """For accounts and projects: of all pairs of different names of one report, those joined and those that mean one subject.

    A name in two scopes is two names.
    """
    totals = {"ACCOUNT": [0, 0, 0], "PROJECT": [0, 0, 0]}
    for report in reports:
        keys, subjects = _names(report)
        for one, two in combinations(keys, 2):
            if one[0] == two[0] and one[1] != two[1]:
                joined, same = keys[one] == keys[two], subjects[one] == subjects[two]
                counts = totals[one[0]]
                totals[one[0]] = [counts[0] + (joined and same), counts[1] + joined, counts[2] + same]
    return {label: Score(*counts) for label, counts in totals.items()}


def _names(report: AnnotatedReport) -> tuple[dict[_Name, str], dict[_Name, str]]:
    """For each name of a subject its key, and the subject it was marked with."""
    lesson = lesson_of(report)
    reading, codes = lesson.reading, codes_of(lesson.reading)
    found = {(f.subject.label, reading.name_of(f.subject).replace("\n", ""), f.scope): f for f in lesson.facts.values()}
    projects = project_keys(name for label, name, _ in found if label == "PROJECT")
    keys = {
        (label, name, scope): projects[name] if label == "PROJECT" else account_key(name, codes.get(fact.subject), scope)
        for (label, name, scope), fact in found.items()
    }
    return keys, {name: fact.subject_id for name, fact in found.items()}
