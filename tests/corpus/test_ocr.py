"""Scans: how pieces become lines, with an engine that finds what it is told to; and, where the extra `ocr` is, real pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fiscalzh.corpus.readers import ocr
from fiscalzh.corpus.readers.ocr import page_lines

Box = tuple[float, float, str]  # left, middle, text

_HEIGHT = 24.0


def _corners(box: Box, askew: float = 0.0) -> list[tuple[float, float]]:
    left, middle, text = box
    right = left + _HEIGHT * sum(0.5 if c.isascii() else 1.0 for c in text)
    flat = [(x, y) for y, xs in ((middle - _HEIGHT / 2, (left, right)), (middle + _HEIGHT / 2, (right, left))) for x in xs]
    angle = np.radians(askew)
    return [(x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)) for x, y in flat]


def _output(boxes: Sequence[Box], askew: float = 0.0, score: float = 0.99) -> Any:
    corners = np.asarray([_corners(box, askew) for box in boxes], np.float32)
    return SimpleNamespace(boxes=corners, txts=tuple(box[2] for box in boxes), scores=[score] * len(boxes))


class _Page:
    """A page of 600 × 800 points with an arrow in its picture that tells which way is up."""

    def __init__(self, turns: int = 0, size: tuple[float, float] = (600, 800)) -> None:
        self.turns, self.size, self.scale, self.closed = turns, size, 0.0, False

    def get_size(self) -> tuple[float, float]:
        return self.size

    def render(self, scale: float) -> _Page:
        self.scale = scale
        return self

    def to_numpy(self) -> Any:
        image = np.zeros((8, 6, 3), np.uint8)
        image[0, 0] = 255
        return np.rot90(image, self.turns)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], Any]], None]:
    def use(act: Callable[[Any], Any]) -> None:
        def run(image: Any, use_cls: bool) -> Any:
            assert not use_cls
            return act(image)

        monkeypatch.setattr(ocr, "_engine", lambda: run)

    return use


def _cells(boxes: Sequence[Box], engine: Callable[[Callable[[Any], Any]], None], askew: float = 0.0) -> list[list[str]]:
    engine(lambda _: _output(boxes, askew))
    return [line.cells for line in page_lines(_Page())]


@pytest.mark.parametrize("askew", [0.0, -2.0, 3.0])
def test_pieces_of_a_line_stand_together_however_askew(engine: Any, askew: float) -> None:
    rows = [(100.0, "项目"), (500.0, "预算数"), (900.0, "决算数")]
    boxes = [(left, 100.0 + 40 * row, f"{text}{row}") for left, text in rows for row in range(12)]
    assert _cells(boxes, engine, askew) == [[f"{text}{row}" for _, text in rows] for row in range(12)]


def test_a_small_gap_is_none_and_a_wide_one_divides(engine: Any) -> None:
    assert _cells([(160.0, 100.0, "4.50万元"), (100.0, 101.0, "决算"), (300.0, 99.0, "合计")], engine) == [["决算4.50万元", "合计"]]


def test_two_columns_of_prose_are_read_one_behind_the_other(engine: Any) -> None:
    head, foot = (100.0, 50.0, "跨越两栏的标题" * 6), (100.0, 500.0, "跨越两栏的末句" * 6)
    left = [(100.0, 100.0 + 40 * row, f"左栏第{row}行写满了文字一二三四五") for row in range(6)]
    right = [(650.0, 105.0 + 40 * row, f"右栏第{row}行写满了文字一二三四五") for row in range(5)]
    texts = [box[2] for box in (head, *left, *right, foot)]
    assert _cells([*right, foot, *left, head], engine) == [[text] for text in texts]


def test_a_table_of_two_columns_is_read_row_by_row(engine: Any) -> None:
    boxes = [(left, 100.0 + 40 * row, text) for row in range(6) for left, text in ((100.0, "行政单位的基本支出合计数"), (800.0, "1,234.56"))]
    assert _cells(boxes, engine) == [["行政单位的基本支出合计数", "1,234.56"]] * 6


def test_a_line_knows_its_left_edge(engine: Any) -> None:
    engine(lambda _: _output([(148.0, 100.0, "首行缩进"), (100.0, 140.0, "第二行")]))
    assert [(line.left, line.height) for line in page_lines(_Page())] == [(148.0, _HEIGHT), (100.0, _HEIGHT)]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_page_is_turned_until_it_stands_upright(engine: Any, turns: int) -> None:
    """Writing on its side is found on its side, and read upside down or not; upside down it is read badly."""
    calls: list[int] = []

    def recognise(image: Any) -> Any:
        at = np.argwhere(image[:, :, 0])[0].tolist()
        height, width = image.shape[:2]
        turn = [[0, 0], [height - 1, 0], [height - 1, width - 1], [0, width - 1]].index(at)
        calls.append(turn)
        boxes: list[Box] = [(100.0, 100.0 + 40 * row, f"第{row}行的文字") for row in range(3)]
        if turn == 0:
            return _output(boxes)
        found = _output(boxes[::-1], score=0.4)
        if turn != 2:
            found.boxes = found.boxes[:, :, ::-1]
        return found

    engine(recognise)
    assert [line.cells for line in page_lines(_Page(turns))] == [[f"第{row}行的文字"] for row in range(3)]
    assert len(calls) <= 3


def test_a_page_without_writing_has_no_lines(engine: Any) -> None:
    for found in (SimpleNamespace(boxes=None, txts=None, scores=None), SimpleNamespace(boxes=np.zeros((1, 4, 2)))):
        engine(lambda _, found=found: found)
        page = _Page()
        assert page_lines(page) == []
        assert page.closed


@pytest.mark.parametrize("size", [(600, 800), (6, 8), (60_000, 80_000)])
def test_the_picture_of_a_page_has_one_size(engine: Any, size: tuple[float, float]) -> None:
    engine(lambda _: SimpleNamespace(boxes=None))
    page = _Page(size=size)
    page_lines(page)
    assert page.scale * size[1] == pytest.approx(1684)


def test_too_little_memory_is_told_as_such_and_other_errors_as_they_are(engine: Any) -> None:
    def fail(error: Exception) -> Callable[[Any], Any]:
        def act(image: Any) -> Any:
            raise error

        return act

    engine(fail(RuntimeError("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer of size 91750400")))
    with pytest.raises(MemoryError):
        page_lines(_Page())
    engine(fail(RuntimeError("something else")))
    with pytest.raises(RuntimeError, match="something else"):
        page_lines(_Page())
