"""The codes of all accounts of a report: each name with what the report says around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...annotations.span import Span
from ..linking.reading import Reading
from .resolver import resolve

_GROUP: Final = re.compile(r"[一-鿿（）、]{2,50}（[类款]）")


def codes_of(reading: Reading) -> dict[Span, str]:
    """For each account of a reading its code, where it has one and it is sure.

    Between headings of the same name decides what stands nearest: a 类 or 款 named before in the sentence, the account before under
    the same heading, then the headings, innermost first.
    """
    codes: dict[Span, str] = {}
    last, place = "", (0, 0)
    for mention in reading.mentions:
        if mention.label != "ACCOUNT":
            continue
        headings = reading.heading_path(mention.start)
        here = headings[0] if headings else (0, 0)
        last, place = (last if here == place else ""), here
        context = tuple(filter(None, (*_named_before(reading, mention), last, *(reading.text[a:b] for a, b in headings), last[:1])))
        found = resolve(reading.name_of(mention), reading.fiscal_year, context)
        if found and found.code:
            codes[mention] = last = found.code
    return codes


def _named_before(reading: Reading, mention: Span) -> Iterator[str]:
    """A 类 or 款 that the sentence names before, marked as one."""
    groups = _GROUP.findall(reading.text, reading.start("sentence", mention.start), mention.start)
    yield from groups[-1:]
