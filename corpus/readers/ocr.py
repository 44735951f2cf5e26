"""Scanned PDFs: pages drawn, their characters recognised. Needs the extra `ocr`, whose package brings its models along."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .lines import Line

Image = npt.NDArray[np.uint8]

_SIDE: Final = 1684  # dots of a page's longer side as drawn: of A4, 144 an inch; the engine reads 2,000 at most
_SURE: Final = 0.8  # mean score from which a page is taken to stand upright
_TALL: Final = 1.5  # heights in a width, from which a piece is taken to run down the page
_CHARACTERS: Final = 4  # of a piece whose shape says how the page lies

# Distances, in heights of a piece.
_SAME_LINE: Final = 0.5  # between the middles of two pieces
_COLUMN: Final = 0.8  # from here a gap divides columns; an engine leaves small ones at brackets and figures

# Two columns of prose.
_ROWS: Final = 4  # of each, at least
_PROSE: Final = 10  # characters of their middling row


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a line as recognised; places in dots, once the page is level."""

    left: float
    right: float
    middle: float
    height: float
    text: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What was recognised in a picture: corners of the pieces, shape (n, 4, 2), clockwise from upper left, texts and scores."""

    corners: npt.NDArray[np.float64]
    texts: Sequence[str]
    scores: Sequence[float]

    @property
    def lying(self) -> bool:
        """Whether most of the writing runs up or down the page."""
        width, height = np.ptp(self.corners[:, :, 0], axis=1), np.ptp(self.corners[:, :, 1], axis=1)
        shapes = [h > _TALL * w for w, h, text in zip(width, height, self.texts, strict=True) if len(text) >= _CHARACTERS]
        return bool(2 * sum(shapes) > len(shapes))

    @property
    def score(self) -> float:
        """The mean probability of a character."""
        lengths = [len(text) for text in self.texts]
        return float(np.average(self.scores, weights=lengths)) if lengths else 0.0


def available() -> bool:
    """Whether the extra `ocr` is installed."""
    from importlib.util import find_spec

    return find_spec("rapidocr") is not None


def page_lines(page: Any) -> list[Line]:
    """The lines of a pypdfium2 page as recognised, from top to bottom, one column of prose behind the other; places in dots.

    A page that lies on its side or upside down is turned first.

    Raises:
        MemoryError: the engine has not enough memory.
    """
    bitmap = page.render(scale=_SIDE / max(page.get_size()))
    try:
        found = _upright(bitmap.to_numpy())
    finally:
        bitmap.close()
    return [line for column in _columns(_level(found)) for line in _lines(column)]


def _upright(image: Image) -> _Found:
    """What is recognised where the page stands upright: characters that stand on their heads are recognised badly."""
    best = _recognised(image)
    turns = (1, 3) if best.lying else (2,)
    for turn in turns:
        if best.texts and (best.lying or best.score < _SURE):
            other = _recognised(np.ascontiguousarray(np.rot90(image, turn)))
            best = max(best, other, key=lambda found: (not found.lying, found.score))
    return best


def _recognised(image: Image) -> _Found:
    try:
        found = _engine()(image, use_cls=False)
    except Exception as error:  # ONNX Runtime and OpenCV have errors of their own for it
        if "alloc" in str(error).lower():
            raise MemoryError(str(error)) from error
        raise
    texts = getattr(found, "txts", None) or ()
    corners = np.asarray(found.boxes, np.float64) if texts else np.zeros((0, 4, 2))
    return _Found(corners, texts, found.scores if texts else ())


def _level(found: _Found) -> list[_Piece]:
    """The pieces where they would stand, were the page not askew."""
    if not found.texts:
        return []
    along, down = found.corners[:, 1] - found.corners[:, 0], found.corners[:, 3] - found.corners[:, 0]
    long = np.hypot(*along.T) >= np.median(np.hypot(*along.T))
    angle = -np.median(np.arctan2(along[long, 1], along[long, 0]))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    x, y = np.moveaxis(found.corners @ turn.T, 2, 0)
    places = zip(x.min(axis=1), x.max(axis=1), y.mean(axis=1), np.hypot(*down.T), found.texts, strict=True)
    return [_Piece(float(left), float(right), float(middle), float(height), text) for left, right, middle, height, text in places]


def _columns(pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """The pieces in the order of reading: where two columns of prose stand side by side, first the left, then the right one.

    What crosses the middle of the page, as a heading over both columns, divides what is above from what is below it.
    """
    if not pieces:
        return
    middle = (min(piece.left for piece in pieces) + max(piece.right for piece in pieces)) / 2
    ordered = sorted(pieces, key=lambda piece: piece.middle)
    other: list[_Piece] = []
    for crosses, band in groupby(ordered, key=lambda piece: piece.left < middle - piece.height < middle + piece.height < piece.right):
        every = list(band)
        sides = [[piece for piece in every if (piece.left + piece.right < 2 * middle) is left] for left in (True, False)]
        if not crosses and all(len(side) >= _ROWS and np.median([len(piece.text) for piece in side]) >= _PROSE for side in sides):
            yield from (other, *sides)
            other = []
        else:
            other += every
    yield other


def _lines(pieces: Sequence[_Piece]) -> Iterator[Line]:
    line: list[_Piece] = []
    for piece in sorted(pieces, key=lambda p: p.middle):
        if line and piece.middle - line[-1].middle > _SAME_LINE * min(piece.height, line[-1].height):
            yield _line(line)
            line = []
        line.append(piece)
    if line:
        yield _line(line)


def _line(pieces: Sequence[_Piece]) -> Line:
    first, *others = sorted(pieces, key=lambda piece: piece.left)
    cells, right = [first.text], first.right
    for piece in others:
        if piece.left - right > _COLUMN * piece.height:
            cells.append(piece.text)
        else:
            cells[-1] += piece.text
        right = max(right, piece.right)
    return Line(cells, first.left, float(np.median([piece.height for piece in pieces])))


@cache
def _engine() -> Any:
    import logging

    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.WARNING)
    threads = os.environ.get("OMP_NUM_THREADS", "")  # worker processes have one each
    threading = {"EngineConfig.onnxruntime.intra_op_num_threads": int(threads)} if threads.isdecimal() else {}
    return RapidOCR(params={"Global.log_level": "warning", **threading})
