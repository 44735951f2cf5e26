"""The page of a report in a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from ..facts import Extraction
from .html import Language, render_report
from .view import report_view

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page that a notebook shows in a frame of its own, `height` pixels high; `html` is the page itself."""

    html: str
    height: int = 720

    def _repr_html_(self) -> str:
        frame = f'sandbox="allow-scripts" allow="clipboard-write" style="width:100%;height:{self.height}px;border:1px solid #888"'
        return f'<iframe title="fiscalzh" {frame} srcdoc="{escape(self.html)}"></iframe>'


def render(source: Doc | Extraction, language: Language = "zh") -> Rendered:
    """The page of an extraction, or of a spaCy Doc that the pipeline made.

    Raises:
        ValueError: the Doc holds no spans of this pipeline.
    """
    if not isinstance(source, Extraction):
        from ..components import extraction_of

        source = extraction_of(source)
    return Rendered(render_report(report_view(source), language))
