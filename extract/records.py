"""Facts gathered by subject: what a user looks a figure up in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from .facts import Fact, Record
from .naming import account_key, normal_form, project_keys


def make_records(facts: Sequence[Fact]) -> tuple[Record, ...]:
    """One record for each subject, in the order of its first fact; its name is the longest one it goes by."""
    projects = project_keys({fact.subject for fact in facts if fact.subject_type == "project"})
    codes = _codes(facts)
    groups: dict[tuple[str, str], list[int]] = {}
    for number, fact in enumerate(facts):
        if fact.subject_type == "project":
            key = " ".join((fact.scope or "", projects[fact.subject]))
        else:
            key = account_key(fact.subject, codes.get(number), fact.scope)
        groups.setdefault((fact.subject_type, key), []).append(number)
    return tuple(_record(kind, numbers, facts, codes) for (kind, _), numbers in groups.items())


def _codes(facts: Sequence[Fact]) -> dict[int, str]:
    """The code of each fact that has one, or that goes by the very name of facts that all have the same one."""
    known = defaultdict[str, set[str]](set)
    for fact in facts:
        if fact.subject_code:
            known[normal_form(fact.subject)].add(fact.subject_code)
    shared = {form: next(iter(codes)) for form, codes in known.items() if len(codes) == 1}
    found = (
        (number, fact.subject_code or shared.get(normal_form(fact.subject))) for number, fact in enumerate(facts) if fact.subject_type == "account"
    )
    return {number: code for number, code in found if code}


def _record(kind: str, numbers: Sequence[int], facts: Sequence[Fact], codes: Mapping[int, str]) -> Record:
    code = next((codes[n] for n in numbers if n in codes), None)
    return Record(kind, max((facts[n].subject for n in numbers), key=len), tuple(numbers), code)
