"""New training texts from old ones: project names swapped, so that the model learns where names stand and not which there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..annotations.report import AnnotatedReport
from ..annotations.span import Span
from ..corpus.document import Document
from ..corpus.read import from_text


def name_pool(reports: Sequence[AnnotatedReport], label: str = "PROJECT") -> list[str]:
    """The distinct names of a label in some reports, sorted; names broken over lines are left out."""
    names = {span.of(report.document.text) for report in reports for span in report.spans if span.label == label}
    return sorted(name for name in names if "\n" not in name)


def swap_names(report: AnnotatedReport, pool: Sequence[str], share: float, rng: np.random.Generator) -> tuple[Document, list[Span]]:
    """A report in which each project is renamed with the probability `share`, the same name everywhere to the same other.

    Returns:
        The new document, with the meta of the old, and all spans in its offsets.
    """
    text = report.document.text
    chosen: dict[str, str] = {}
    for name in dict.fromkeys(span.of(text) for span in sorted(report.spans) if span.label == "PROJECT"):
        if pool and rng.random() < share:
            chosen[name] = pool[int(rng.integers(len(pool)))]
    return _renamed(report, chosen)


def _renamed(report: AnnotatedReport, chosen: Mapping[str, str]) -> tuple[Document, list[Span]]:
    text, parts, at = report.document.text, list[str](), 0
    moves: list[tuple[int, int]] = []  # old offset from which on everything lies so much further right
    shift = 0
    for span in sorted(s for s in report.spans if s.label == "PROJECT"):
        new = chosen.get(span.of(text))
        if new is None or span.start < at:
            continue
        parts += [text[at : span.start], new]
        at = span.end
        shift += len(new) - (span.end - span.start)
        moves.append((span.end, shift))
    parts.append(text[at:])
    document = from_text("".join(parts), report.document.source)
    offsets = np.asarray([0, *(end for end, _ in moves)])
    shifts = np.asarray([0, *(move for _, move in moves)])

    def moved(offset: int) -> int:
        return offset + int(shifts[np.searchsorted(offsets, offset, side="right") - 1])

    spans = [Span(moved(s.start), moved(s.end), s.label) for s in report.spans]
    return replace(document, meta=report.document.meta), spans
