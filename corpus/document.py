"""A report as text with its outline: immutable, all offsets into `Document.text`, half open."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, TypeAlias

REPORT_TYPES: Final = (
    "final_accounts",
    "budget",
    "overall_evaluation",
    "project_evaluation",
    "budget_execution",
    "audit",
)
Range: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Meta:
    """What a report says about itself; None where it could not be told.

    `report_type` is one of REPORT_TYPES. `fiscal_year` is the year reported on: the first, where a report speaks of the
    execution of one year and the draft of the next. `ocr`: text was recognised in pictures, and may be wrong where they are poor.
    `unread_pages`: pages that are pictures with hardly any text beside them, and were not recognised.
    """

    unit: str | None = None
    fiscal_year: int | None = None
    report_type: str | None = None
    title: str | None = None
    ocr: bool = False
    unread_pages: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    `text[start:heading_end]` is the heading as written, `text[heading_end:end]` its body, sub-sections included;
    `heading` is the same heading as the shadow has it: in canonical characters, without letter spacing and line breaks.
    `level` follows the style of numbering: 1 第一部分, 2 一、, 3 （一）, 4 1., 5 (1), 6 ①. A table of contents is one
    section 目录 of level 1 around its entries.
    """

    heading: str
    level: int
    start: int
    heading_end: int
    end: int
    children: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report as read.

    `sentences` are the sentences of the narrative in order; tables hold none. One that goes on over a page has that
    page's number and head within its range, though not in its shadow. `pages` holds the start of every page and is
    empty where the source has no pages. `tables` are the ranges of table text, whole lines, in order.
    `sha256` is the digest of the source's bytes.
    """

    text: str
    source: str
    sha256: str
    meta: Meta
    sections: tuple[Section, ...] = ()
    sentences: tuple[Range, ...] = ()
    pages: tuple[int, ...] = ()
    tables: tuple[Range, ...] = ()

    def headings_at(self, offset: int) -> tuple[str, ...]:
        """The headings that `offset` stands under (or in), outermost first."""
        path: list[str] = []
        sections = self.sections
        while sections:
            at = bisect_right(sections, offset, key=_start) - 1
            if at < 0 or offset >= sections[at].end:
                break
            path.append(sections[at].heading)
            sections = sections[at].children
        return tuple(path)

    def page_of(self, offset: int) -> int | None:
        """The page that `offset` stands on, counted from 1; None in a document without pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None

    def in_table(self, offset: int) -> bool:
        """Whether `offset` lies in the text of a table."""
        at = bisect_right(self.tables, offset, key=_first) - 1
        return at >= 0 and offset < self.tables[at][1]


def _start(section: Section) -> int:
    return section.start


def _first(range_: Range) -> int:
    return range_[0]
