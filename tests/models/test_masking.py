"""Masking: whole units, and nothing left of what is hidden."""

from __future__ import annotations

import numpy as np
import pytest
from fiscalzh.models.tokenizer import MASK, NUM, CharTokenizer

pytest.importorskip("rjieba")
pytestmark = pytest.mark.train

from fiscalzh.models.masking import IGNORE, mask_units, units  # noqa: E402

_LINES = [f"甲县民政局办理“一网通办”事项{n}项，支出{n}.5万元，比上年增加{n}%。" for n in range(10, 99)]
_TOKENIZER = CharTokenizer.learn(_LINES, min_char=1, min_bigram=1)


def _units(text: str) -> list[str]:
    tokens = _TOKENIZER.encode(text)
    own = units(text, tokens)
    assert (np.diff(own) >= 0).all()
    return ["".join(text[s:e] for s, e, u in zip(tokens.starts, tokens.ends, own, strict=True) if u == number) for number in np.unique(own)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("完成“一网通办”建设", ["完成", "“", "一网通办", "”", "建设"]),
        ("依照《某某管理暂行办法》办理", ["依照", "《", "某某管理暂行办法", "》", "办理"]),
        ("政府办公厅（室）开支", ["（", "室", "）"]),
        ("支出18,928.19万元，增长30.49%。", ["支出", "18,928.19万元", "，", "增长", "30.49%", "。"]),
        ("其中6900余万元", ["其中", "6900余万元"]),
        ("2021年度决算", ["2021年度", "决算"]),
        ("建设OA系统", ["建设", "OA", "系统"]),
        ("一般公共预算\n财政拨款", ["一般", "公共", "预算", "\n", "财政拨款"]),
    ],
)
def test_units_are_names_figures_and_words(text: str, expected: list[str]) -> None:
    found = _units(text)
    assert "".join(found) == text
    assert [unit for unit in found if unit in expected] == expected


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_left_of_what_is_masked(seed: int) -> None:
    text = "\n".join(_LINES)
    tokens = _TOKENIZER.encode(text)
    features, own = tokens.features, units(text, tokens)
    masked, targets = mask_units(_TOKENIZER, features, own, 0.15, np.random.default_rng(seed))
    hidden, figure = targets != IGNORE, features[:, 0] == NUM
    assert 0.15 <= hidden.mean() < 0.16
    assert np.array_equal(targets[hidden & ~figure], features[hidden & ~figure, 0])
    assert (hidden & figure).any()
    assert np.array_equal(targets[hidden & figure] - _TOKENIZER.char_count, features[hidden & figure, 3])
    assert np.all(masked[hidden, 0] == MASK)
    assert np.all(masked[hidden, 3] == 0)
    assert np.array_equal(masked[~hidden][:, [0, 3]], features[~hidden][:, [0, 3]])
    beside = hidden.copy()
    beside[1:] |= hidden[:-1]
    assert np.all(masked[1:, 1][beside[1:]] == 1)
    assert np.array_equal(masked[~beside, 1], features[~beside, 1])
    assert np.array_equal(masked[:-1, 2], masked[1:, 1])


def test_a_unit_is_hidden_whole_or_not_at_all() -> None:
    text = "\n".join(_LINES)
    tokens = _TOKENIZER.encode(text)
    own = units(text, tokens)
    _, targets = mask_units(_TOKENIZER, tokens.features, own, 0.3, np.random.default_rng(1))
    hidden = targets != IGNORE
    assert all(hidden[own == number].all() or not hidden[own == number].any() for number in np.unique(own))
    assert any((own == number).sum() > 3 for number in np.unique(own[hidden]))
