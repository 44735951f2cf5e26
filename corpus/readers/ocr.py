"""Scanned PDFs: pages drawn, their characters recognised. Needs the extra `ocr`, whose package brings its models along."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_SCALE: Final = 2.0  # 144 dots an inch: characters of 12 points are 24 dots high
_SAME_LINE: Final = 0.5  # between the middles of two pieces, in heights of a piece

Piece = tuple[float, float, float, str]  # left, middle, height, text


def available() -> bool:
    """Whether the extra `ocr` is installed."""
    from importlib.util import find_spec

    return find_spec("rapidocr") is not None


def page_lines(page: Any) -> list[str]:
    """The lines of a pypdfium2 page as recognised, from top to bottom; pieces that stand apart are divided by two spaces."""
    bitmap = page.render(scale=_SCALE)
    try:
        return list(_lines(_pieces(bitmap.to_numpy())))
    finally:
        bitmap.close()


def _pieces(image: npt.NDArray[np.uint8]) -> list[Piece]:
    found = _engine()(image)
    if found.boxes is None:
        return []
    return [
        (float(box[:, 0].min()), float(box[:, 1].mean()), float(np.ptp(box[:, 1])), text) for box, text in zip(found.boxes, found.txts, strict=True)
    ]


def _lines(pieces: list[Piece]) -> Iterator[str]:
    line: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: p[1]):
        if line and piece[1] - line[-1][1] > _SAME_LINE * min(piece[2], line[-1][2]):
            yield "  ".join(text for *_, text in sorted(line))
            line = []
        line.append(piece)
    if line:
        yield "  ".join(text for *_, text in sorted(line))


@cache
def _engine() -> Any:
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    return RapidOCR(params={"Global.log_level": "warning"})
