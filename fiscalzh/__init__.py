"""fiscalzh: Chinese fiscal reports in, every figure out as a fact with its account or project, measure and place.

>>> import fiscalzh
>>> nlp = fiscalzh.load()
>>> doc = nlp("2021年度支出合计18.19万元。")
>>> [str(fact.value) for fact in doc._.facts]
['181900.00']
"""

from __future__ import annotations

from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from .corpus.document import Document
    from .extract.facts import Extraction
    from .extract.pages.notebook import Rendered

if not (Path(__file__).parent / "corpus").is_dir():
    __path__.append(str(Path(__file__).parent.parent))  # started in a clone: the rooms stand beside this folder, not in it

__version__ = version("fiscalzh")
__all__ = ["__version__", "extract_report", "load", "read", "render"]


def load(model: str | Path | None = None) -> Language:
    """The spaCy pipeline with the shipped model, or with that of a folder `fiscalzh train` wrote."""
    from .extract.components import load as load_pipeline

    return load_pipeline(model)


def read(path: str | PathLike[str]) -> Document:
    """Read a report (.txt, .html, .docx, .pdf).

    Raises:
        ReadError: the file cannot be read; the message says what was expected and how to mend it.
    """
    from .corpus.read import read as read_document

    return read_document(path)


def extract_report(path: str | PathLike[str]) -> Extraction:
    """Read a report and extract everything from it, without spaCy."""
    from .extract.pipeline import Extractor

    return Extractor()(read(path))


def render(source: Doc | Extraction, language: Literal["zh", "en"] = "zh") -> Rendered:
    """The page of an extraction or of a Doc of the pipeline, for a notebook to show; `.html` is the page itself."""
    from .extract.pages.notebook import render as render_page

    return render_page(source, language)
