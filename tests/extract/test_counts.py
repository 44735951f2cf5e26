"""The figures of a claim's clause: counts with unit words, ranks, sums, percentages; and what counts nothing."""

from __future__ import annotations

import pytest
from fiscalzh.annotations.markup import parse
from fiscalzh.extract.counts import claim_values
from fiscalzh.extract.figures import plain

# the clause, sums and percentages marked; its figures as `number unit`
COUNTS = [
    ("累计走访28家小微企业", "28 家"),
    ("完成163项整改任务", "163 项"),
    ("收集建议21000余条", "21000 条"),
    ("新接探头10万余路", "100000 路"),
    ("注册用户突破460万", "4600000 "),
    ("发放手册1.2万份", "12000 份"),
    ("培训学员1,200人次", "1200 人次"),
    ("培训学员１，２００人次", "1200 人次"),
    ("完成 65 个", "65 个"),
    ("综合得分96.5分", "96.5 分"),
    ("办结率提高2.5个百分点", "2.5 个百分点"),
    ("修建便道3.5公里", "3.5 公里"),
    ("造林3000亩", "3000 亩"),
    ("审批时限缩短3天", "3 天"),
    ("连续5年获评先进", "5 年"),
    ("检查商户85家次", "85 家次"),
    ("新建2000座水窖", "2000 座"),
    ("新增2021个岗位", "2021 个"),
    ("A4纸采购30箱", "30 箱"),
    ("建成5G基站120个", "120 个"),
    ("推进3处、改造4处、拆除5处", "3 处|4 处|5 处"),
]
RANKS = [
    ("考核排名第二", "2 "),
    ("获得全省第一名", "1 名"),
    ("位列全市第3位", "3 位"),
    ("第三季度完成2项", "2 项"),
    ("第二批名单5家", "5 家"),
    ("开展第1期培训2场", "2 场"),
    ("实现第2个目标", ""),
]
DATES = [
    ("2021年培训12场次", "12 场次"),
    ("办理2021年度提案23件", "23 件"),
    ("于5月10日前办结3件", "3 件"),
    ("截至12月31日完成3个", "3 个"),
    ("2000年以来新建30座", "30 座"),
    ("2021年度满意度提高", ""),
    ("设备使用年限20年", ""),
    ("10月完成3件", "3 件"),
    ("3个月内整改到位", "3 个月"),
]
CHINESE = [
    ("查办案件五起", "5 起"),
    ("三个项目建成投用", "3 个"),
    ("整改问题二十三个", "23 个"),
    ("两项工作受到表彰", "2 项"),
    ("服务群众两万人次", "20000 人次"),
    ("百余家企业受益", "100 家"),
    ("一体化平台上线", ""),
    ("一批项目开工", ""),
    ("推进三公经费公开2次", "2 次"),
    ("一次性验收合格3个", "3 个"),
    ("十分满意", ""),
    ("统一采购标准", ""),
]
QUOTED = [
    ("荣获“全国十佳窗口”称号", ""),
    ("荣获“第五批先进集体”称号", ""),
    ("入选《三百个案例》", ""),
    ("“一件事一次办”事项上线15项", "15 项"),
    ("获得二等奖（第3名）2次", "2 次"),
]
MENTIONED = [
    ("整改率{r|98.5%}", "98.5 %"),
    ("满意度达{r|百分之九十五}", "95 %"),
    ("节约资金{m|35万元}并办结12件", "350000 CNY|12 件"),
    ("办结12件并节约{m|3.2 亿元}", "12 件|320000000 CNY"),
    ("{p|智慧水务平台（二期）}接入{a|用水户}1.5万户", "15000 户"),
    ("{m|上千万元}的损失得以挽回", ""),
]
# Wrong numbers, most of them since the pattern backs off to part of a number where a lookahead refuses the whole.
DEFECTS = [
    ("12345热线受理200件", "200 件"),
    ("根据〔2021〕15号文完成3项", "3 项"),
    ("治理河道30.5km", "30.5 km"),
    ("惠及十万余人", "100000 人"),
    ("并网用电300千瓦时", "300 千瓦时"),
    ("提高5百分点", "5 百分点"),
    ("装机50千瓦", "50 千瓦"),
]
UNITS = [
    ("扫描档案21.6万页", "216000 页"),
    ("检测货车260余万台次", "2600000 台次"),
    ("夜间接听372通", "372 通"),
    ("作业面积3.2万亩次", "32000 亩次"),
    ("夺得2金3银", "2 金|3 银"),
    ("年均浓度34微克/立方米", "34 微克/立方米"),
    ("受害率0.9‰", "0.9 ‰"),
    ("备份数据27TB", "27 TB"),
    ("改造管线213延米", "213 延米"),
    ("压缩至3.5个工作日", "3.5 个工作日"),
]
RANGES = [
    ("办结时间为3至5个工作日", "3 个工作日|5 个工作日"),
    ("每村安排2-4人", "2 人|4 人"),
    ("0-6岁儿童体检300人", "300 人"),
    ("1—10月完成3件", "3 件"),
    ("资金拨付时限压缩至15日", "15 日"),
]
NUMERALS = [
    ("清淤涵洞三百零六道", "306 道"),
    ("更换钢瓶十六具", "16 具"),
    ("维修护栏三点七公里", "3.7 公里"),
    ("连续四年获评先进", "4 年"),
    ("返工两批", "2 批"),
    ("差错数为零", "0 "),
    ("二次供水改造3处", "3 处"),
    ("一次接通率上升", ""),
    ("单车百公里费用下降", ""),
    ("完成进度居全市前三", "3 "),
    ("新建第一小学教学楼2栋", "2 栋"),
    ("过程管理20分得18.5分", "18.5 分"),
    ("除险加固小（2）型水库5座", "5 座"),
    ("107国道安装护栏3公里", "3 公里"),
    ("通过验收（12个）", "12 个"),
]
COMPARATORS = [
    ("注册用户突破460万户", [">"]),
    ("收集建议2100余条", [">"]),
    ("惠及近3万人", ["<"]),
    ("最近3年获评先进", [None]),
    ("培训不少于20人次、不超过50人次", [">=", "<="]),
    ("可用率≥{r|99%}", [">="]),
    ("撬动消费约{m|210万元}", ["~"]),
    ("参与者达3000人", ["="]),
    ("参与者达3000人以上", [">="]),
    ("节约{m|6900余万元}", [">"]),
    ("办结12件", [None]),
    ("节约{m|35万元}", [None]),
]


def _values(marked: str) -> str:
    parsed = parse(marked)
    return "|".join(f"{plain(value.number)} {value.unit}" for value in claim_values(parsed.text, list(parsed.spans)))


@pytest.mark.parametrize(("clause", "values"), COUNTS)
def test_counts_with_their_units(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), RANKS)
def test_ranks_but_no_ordinals(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), DATES)
def test_dates_count_nothing(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), CHINESE)
def test_chinese_numerals_count_with_a_measure_word_only(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), QUOTED)
def test_quoted_names_hold_no_counts(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), MENTIONED)
def test_sums_and_percentages_come_from_the_mentions(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), DEFECTS)
def test_no_part_of_a_number_is_a_count(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), UNITS)
def test_unit_words_are_whole(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), RANGES)
def test_both_ends_of_a_range_have_its_unit(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "values"), NUMERALS)
def test_long_numerals_count_and_names_do_not(clause: str, values: str) -> None:
    assert _values(clause) == values


@pytest.mark.parametrize(("clause", "comparators"), COMPARATORS)
def test_words_around_a_figure_bound_it(clause: str, comparators: list[str | None]) -> None:
    parsed = parse(clause)
    assert [value.comparator for value in claim_values(parsed.text, list(parsed.spans))] == comparators


def test_text_of_a_value_is_as_written_without_spaces() -> None:
    (value,) = claim_values("完成 １，２００ 余 件", [])
    assert (value.text, value.unit) == ("1200余件", "件")


def test_what_stands_in_a_percentage_is_not_counted_again() -> None:
    parsed = parse("处理率{r|100%}")
    assert len(claim_values(parsed.text, list(parsed.spans))) == 1
