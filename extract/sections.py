"""Where nothing but sums is marked: duties, glossary, contents, and the titles of documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ..corpus.document import Document, Section

_WHOLE: Final = re.compile(r"名词解释|专业名词|术语解释|名词说明|^目录$")  # everything below them
_OWN: Final = re.compile(r"(?:主要|部门|单位|工作|机构|基本)职[责能]|职[责能](?:情况|简介|范围)?$|内设机构|机构设置")  # only their own text


_TITLE: Final = re.compile(r"《[^》\n]{1,80}》")


def unmarked_ranges(document: Document) -> list[tuple[int, int]]:
    """The ranges of a document's text in which accounts, projects and claims are not marked."""
    return [*_ranges(document.sections), *(match.span() for match in _TITLE.finditer(document.text))]


def _ranges(sections: Sequence[Section]) -> Iterator[tuple[int, int]]:
    for section in sections:
        if _WHOLE.search(section.heading):
            yield section.start, section.end
            continue
        if _OWN.search(section.heading):
            yield section.start, section.children[0].start if section.children else section.end
        yield from _ranges(section.children)
