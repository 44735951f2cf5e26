"""Pages as files: of one report, of a batch and of the reports in it."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from ...corpus.errors import ReadError
from ...corpus.read import read
from ..pipeline import Extractor
from .batch import BatchView, batch_view
from .html import Language, render_batch, render_report
from .outputs import Output, read_batch, to_extraction
from .view import report_view


def write_report(report: Path, page: Path, extractor: Extractor, language: Language = "zh") -> None:
    """Extract a report and write its page.

    Raises:
        ReadError: the report cannot be read.
        OSError: the page cannot be written.
    """
    _write(page, render_report(report_view(extractor(read(report)), extractor.pipeline), language))


def write_batch(batch: Path, page: Path, folder: Path | None = None, language: Language = "zh") -> BatchView:
    """Write the page of a batch; with `folder`, the pages of its reports too.

    A report's page needs the report itself, unchanged, where it was when it was extracted: its text is no part of a batch.
    The row of a report that is not there any more says so.

    Raises:
        ValueError: the batch is none; the message says what was expected.
        OSError: something cannot be read or written.
    """

    def link(number: int, output: Output) -> tuple[str | None, str | None]:
        if folder is None:
            return None, None
        target = folder / f"{number:05d}-{output.doc_id[:8]}.html"
        try:
            _write(target, _page_of(output, language))
        except (ReadError, ValueError) as error:
            return None, str(error)
        return quote(Path(os.path.relpath(target, page.parent)).as_posix()), None

    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    view = batch_view(batch.name, read_batch(batch), link)
    _write(page, render_batch(view, language))
    return view


def _page_of(output: Output, language: Language) -> str:
    document = read(output.source)
    if document.sha256 != output.sha256:
        raise ValueError(f"{output.source} has changed since it was extracted: extract it again")
    return render_report(report_view(to_extraction(output, document), output.pipeline), language)


def _write(page: Path, content: str) -> None:
    page.write_bytes(content.encode())
