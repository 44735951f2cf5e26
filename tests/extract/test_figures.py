"""Written sums and percentages are read exactly, in every form in which reports write them."""

from __future__ import annotations

import ast
import inspect
from decimal import Decimal

import cn2an
import pytest
from fiscalzh.extract import counts, facts, figures
from fiscalzh.extract.figures import Figure, FigureError, fold, plain, read_amount, read_figure, read_number, read_ratio
from hypothesis import example, given, settings
from hypothesis import strategies as st

_CALM = settings(deadline=None, max_examples=200)

# written, yuan, value of the last printed digit
AMOUNTS = [
    ("18,928.19万元", "189281900", "100"),
    ("7,611.55万元", "76115500", "100"),
    ("7611.55万元", "76115500", "100"),
    ("７６１１．５５万元", "76115500", "100"),
    ("7，611.55万元", "76115500", "100"),
    ("１２，３４５．６７元", "12345.67", "0.01"),
    ("145.88 万元", "1458800", "100"),
    ("145. 88\n万元", "1458800", "100"),
    ("5.85个亿", "585000000", "1000000"),
    ("5 个 亿", "500000000", "100000000"),
    ("0.39万", "3900", "100"),
    ("491万", "4910000", "10000"),
    ("977996.00元", "977996", "0.01"),
    ("1,234,567.89元", "1234567.89", "0.01"),
    ("6900余万元", "69000000", "10000"),
    ("6900 多 万元", "69000000", "10000"),
    ("10余亿元", "1000000000", "100000000"),
    ("5万余元", "50000", "10000"),
    ("五十八万元", "580000", "10000"),
    ("一百零五万元", "1050000", "10000"),
    ("两千万元", "20000000", "10000"),
    ("三亿二千万元", "320000000", "10000"),
    ("五个亿", "500000000", "100000000"),
    ("百万元", "1000000", "10000"),
    ("0", "0", "1"),
    ("0元", "0", "1"),
    ("0.00万元", "0", "100"),
    ("-301.79万元", "-3017900", "100"),
    ("－301.79万元", "-3017900", "100"),
    ("−3万元", "-30000", "10000"),
    ("负5万元", "-50000", "10000"),
    ("3亿2000万元", "320000000", "10000"),
    ("3亿2,000万元", "320000000", "10000"),
    ("1万5千元", "15000", "1000"),
    ("1.2万亿元", "1200000000000", "100000000000"),
    ("2.5千万元", "25000000", "1000000"),
    ("5百万元", "5000000", "1000000"),
    ("人民币5万元", "50000", "10000"),
    ("5万元整", "50000", "10000"),
    ("5块钱", "5", "1"),
]

RATIOS = [
    ("30.49%", "30.49", "0.01"),
    ("100％", "100", "1"),
    ("３０．４％", "30.4", "0.1"),
    ("98.50 %", "98.5", "0.01"),
    ("1,234.5%", "1234.5", "0.1"),
    ("0.00%", "0", "0.01"),
    ("-18.19%", "-18.19", "0.01"),
    ("−5%", "-5", "1"),
    ("负百分之五", "-5", "1"),
    ("百分之五", "5", "1"),
    ("百分之百", "100", "1"),
    ("百分之一百零五", "105", "1"),
    ("百分之12.5", "12.5", "0.1"),
    ("百分之八十余", "80", "1"),
    ("百分之九十八点五", "98.5", None),
    ("百分之零点五", "0.5", None),
]


@pytest.mark.parametrize(("written", "value", "step"), AMOUNTS)
def test_sums(written: str, value: str, step: str) -> None:
    assert read_amount(written) == Figure(Decimal(value), "CNY", Decimal(step))
    assert plain(read_amount(written).number) == value


@pytest.mark.parametrize(("written", "value", "step"), RATIOS)
def test_percentages(written: str, value: str, step: str | None) -> None:
    figure = read_ratio(written)
    assert (plain(figure.number), figure.unit) == (value, "%")
    assert step is None or figure.step == Decimal(step)


@pytest.mark.parametrize(
    ("written", "label", "step"),
    [("百分之九十八点五", "RATIO", "0.1"), ("五点八五亿元", "AMOUNT", "1000000"), ("五点八亿元", "AMOUNT", "10000000")],
)
def test_step_of_chinese_decimals(written: str, label: str, step: str) -> None:
    assert read_figure(written, label).step == Decimal(step)


@pytest.mark.parametrize(
    "written",
    ["", " ", "元", "万元", "abc", "近800万元", "约5万元", "上千万元", "十几万元", "几十万元", "30.49%", "百分之五", "5美元", ".5万元", "5.万元",
     "1.2.3万元", "5亿元3万", "1e5元", "+5万元", "½万元", "十十万元", "3个", "2021年", "合计5万元", "5万元左右"],
)  # fmt: skip
def test_no_sum(written: str) -> None:
    with pytest.raises(FigureError, match=r"expected|no well-formed") as caught:
        read_amount(written)
    assert len(str(caught.value).splitlines()) <= 1 + written.count("\n")


@pytest.mark.parametrize("written", ["3万2亿元", "2亿3亿元", "5千3千元"])
def test_parts_that_do_not_fall_are_no_sum(written: str) -> None:
    with pytest.raises(FigureError):
        read_amount(written)


@pytest.mark.parametrize("written", ["", "%", "30.49", "百分之", "5‰", "近98%", "98%以上", "5%%", "百分之五%", "5万元", "万%", "百分之几"])
def test_no_percentage(written: str) -> None:
    with pytest.raises(FigureError):
        read_ratio(written)


@pytest.mark.parametrize(
    ("written", "value"),
    [("10万余", "100000"), ("580万", "5800000"), ("五", "5"), ("十二", "12"), ("3千", "3000"), ("1.5万", "15000"), ("1,200", "1200"), ("两", "2"),
     ("一百二十", "120"), ("35000余", "35000"), ("６５", "65")],
)  # fmt: skip
def test_bare_numbers(written: str, value: str) -> None:
    assert read_number(written) == Decimal(value)


@pytest.mark.parametrize("written", ["", "几", "第三", "五个", "-", "十十"])
def test_no_bare_number(written: str) -> None:
    with pytest.raises(FigureError):
        read_number(written)


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E+8", "100000000"), ("45000.00", "45000"), ("0.390", "0.39"), ("0", "0"), ("0.00", "0"), ("-0.50", "-0.5"), ("100", "100"), ("0E+4", "0")],
)
def test_plain_strings(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


_UNITS = {"元": "1", "万元": "1e4", "亿元": "1e8", "万": "1e4", "亿": "1e8", "个亿": "1e8", "千元": "1e3", "百万元": "1e6", "万亿元": "1e12"}


@st.composite
def _written(draw: st.DrawFn) -> tuple[str, Decimal, Decimal]:
    """A number in one of its many spellings, without unit; the number; the value of its last digit."""
    places = draw(st.integers(0, 6))
    digits = draw(st.integers(0, 10**14))
    number = Decimal(digits).scaleb(-places)
    whole, _, fraction = format(number, "f").partition(".")
    text = f"{int(whole):,}" if draw(st.booleans()) else whole
    text += f".{fraction}" if fraction else ""
    text = text.replace(",", draw(st.sampled_from([",", "，"])))
    if draw(st.booleans()):
        text = text.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789.,"})
    for at in sorted(draw(st.lists(st.integers(0, len(text)), max_size=2)), reverse=True):
        text = text[:at] + draw(st.sampled_from([" ", "\u3000", "\u00a0", "\n"])) + text[at:]
    return text, number, Decimal(1).scaleb(-places)


@_CALM
@given(_written(), st.sampled_from(sorted(_UNITS)), st.sampled_from(["", "-", "−", "－", "负"]), st.sampled_from(["", " ", "余", "多"]))
def test_every_spelling_of_a_sum_reads_back(number: tuple[str, Decimal, Decimal], unit: str, minus: str, between: str) -> None:
    text, value, step = number
    scale = Decimal(_UNITS[unit])
    figure = read_amount(minus + text + between + unit)
    assert figure.number == (-value if minus else value) * scale
    assert figure.step == step * scale
    assert type(figure.number) is Decimal
    assert type(figure.step) is Decimal
    assert Decimal(plain(figure.number)) == figure.number
    assert "E" not in plain(figure.number)


@_CALM
@given(_written(), st.sampled_from(["%", "％", " %"]), st.sampled_from(["", "-", "−"]))
def test_every_spelling_of_a_percentage_reads_back(number: tuple[str, Decimal, Decimal], sign: str, minus: str) -> None:
    text, value, step = number
    assert read_ratio(minus + text + sign) == Figure(-value if minus else value, "%", step)


@_CALM
@given(st.integers(1, 9_999), st.sampled_from(["元", "万元", "亿元"]))
def test_chinese_numerals_read_back(number: int, unit: str) -> None:
    assert read_amount(cn2an.an2cn(number, "low") + unit).number == number * Decimal(_UNITS[unit])


@_CALM
@given(st.integers(1, 99_999_999))
@example(1_200_023)
@example(10_100)
def test_long_chinese_numerals_read_back(number: int) -> None:
    assert read_amount(cn2an.an2cn(number, "low") + "元").number == number


@_CALM
@given(st.text(st.sampled_from("0123456789.,，-零一二十百千万亿点余多个元%百分之 　abc"), max_size=12))
@example("二十零")
def test_anything_else_is_a_figure_error(text: str) -> None:
    for read in (read_amount, read_ratio, read_number):
        try:
            value = read(text)
        except FigureError:
            continue
        assert isinstance(value, Decimal) or isinstance(value.number, Decimal)


def test_fold_takes_out_width_spaces_and_separators() -> None:
    assert fold("７，６１１．５５ 万元") == "7611.55万元"


@pytest.mark.parametrize("module", [figures, counts, facts], ids=lambda m: m.__name__)
def test_no_float_touches_money(module: object) -> None:
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    literals = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"]
    assert not literals
    assert not calls
