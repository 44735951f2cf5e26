"""Facts gathered by subject: what a user looks a figure up in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from .facts import Fact, Record

_NOISE: Final = re.compile(r"[\s“”\"'‘’「」《》〈〉()\[\]【】、,.:;·\-—]")
_LEVELS: Final = re.compile(r"\((?:类|款|项)\)")


def subject_key(name: str) -> str:
    """What two spellings of one subject have in common: width, brackets, quotation marks and 类款项 marks put away."""
    return _NOISE.sub("", _LEVELS.sub("", unicodedata.normalize("NFKC", name)))


def make_records(facts: Sequence[Fact]) -> tuple[Record, ...]:
    """One record for each subject, in the order of its first fact; its name is the longest one it goes by."""
    groups: dict[tuple[str, str, str | None], list[int]] = {}
    for number, fact in enumerate(facts):
        groups.setdefault((fact.subject_type, subject_key(fact.subject), fact.scope), []).append(number)
    return tuple(_record(kind, numbers, facts) for (kind, _, _), numbers in groups.items())


def _record(kind: str, numbers: Sequence[int], facts: Sequence[Fact]) -> Record:
    codes = (facts[n].subject_code for n in numbers)
    return Record(kind, max((facts[n].subject for n in numbers), key=len), tuple(numbers), next((code for code in codes if code), None))
