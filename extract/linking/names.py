"""What is known of a name, whichever figure asks whether it belongs to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from ...annotations.span import Span
from ..naming import stem_of, subject_key

_REASON: Final = re.compile("主要原因|原因是|原因为|主要是|由于|是因为|因")
_WHOLE: Final = re.compile("整体|总|合计|部门预算|收支")  # names that mean a whole


@dataclass(frozen=True, slots=True)
class Name:
    """A mention of an account or project: where it stands, what it says, and the words beside it."""

    number: int  # among all mentions
    ordinal: int  # among the names
    units: tuple[int, ...]  # the numbers of the units that hold it, from small to large
    in_heading: bool
    key: str
    stem: str
    whole: bool
    head: str  # the two characters before it
    tail: str  # and behind it
    in_reason: bool  # whether its sentence begins to give a reason before it

    @classmethod
    def of(cls, text: str, mention: Span, number: int, ordinal: int, units: tuple[int, ...], in_heading: bool, sentence: int) -> Name:
        """The name of a mention; `sentence` is where its sentence begins."""
        name = mention.of(text)
        key = subject_key(name)
        return cls(
            number,
            ordinal,
            units,
            in_heading,
            key,
            stem_of(key),
            whole=_WHOLE.search(key) is not None,
            head=text[max(0, mention.start - 2) : mention.start],
            tail=text[mention.end : mention.end + 2],
            in_reason=_REASON.search(text, sentence, mention.start) is not None,
        )
