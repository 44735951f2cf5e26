"""Rules alone: patterns of figures, a lexicon of accounts, endings of project names, and counts in clauses. Nothing is learned."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from ...annotations.report import AnnotatedReport
from ...annotations.span import Span
from ...corpus.document import Document
from ...corpus.shadow import shadow_of
from .base import Baseline, Scorer
from .lexicon import accounts
from .paragraphs import Found, Paragraph, of_layer, paragraphs, to_spans

_NUMBER: Final = r"-?\d+(?:,\d{3}(?!\d))*(?:\.\d+)?"
_HAN: Final = "一二两三四五六七八九十百千万亿"
_AMOUNT: Final = re.compile(
    rf"{_NUMBER}(?:余|多)?(?:个(?=亿|万))?[十百千万亿]*(?:余|多)?元(?![素旦件])|{_NUMBER}(?:余|多)?[万亿](?=[，。；、）\n]|\Z)|[{_HAN}]+(?:余|多)?元|(?<=为)0(?=[，。；])"
)
_RATIO: Final = re.compile(rf"{_NUMBER}%|百分之[零点{_HAN}]+")

_CARRIES: Final = 24  # characters from an account to the figure it carries
_SILENT: Final = re.compile(r"职[责能]|名词解释|术语|目录|机构设置|内设机构")  # sections in which only sums are marked
_LIST_BEFORE: Final = re.compile(r"(?:主要)?(?:用于|包括|其中|列支)?：?")

_ENDS: Final = (
    r"(?:建设|改造|运维|维护|采购|购置)?(?:项目|工程|平台|系统|APP|小程序|(?:专项|补助|奖补|扶持|发展)资金|补助|补贴|经费|专项|政务云)"
    r"(?:（.期）|[一二三]期)?"
)
_QUOTED: Final = re.compile(rf"“[^“”\n]{{2,24}}”{_ENDS}")
_ENDED: Final = re.compile(rf"[\u4e00-\u9fffA-Za-z“”·+]{{2,30}}?{_ENDS}(?![\u4e00-\u9fff]?支出|绩效|管理|化|性|类|等)")
# What stands before a name in its clause and is no part of it.
_LEAD: Final = re.compile(
    r".*(?:用于|安排|实施|推进|完成|完善|开展|投入|支持|保障|落实|启动|新增|追加|下达|拨付|发放|统筹|确保|影响|压减|主要是|原因是|其中|包括|含|以及|通过|依托|利用"
    r"|使用|上线|打造|建成|开发|搭建|争取|对|将|把|由|和|及|与|的|了|为|是|在|如|每|年度?|[一二三四五]是|\d[个项场])"
)
_MODIFIERS: Final = (
    "该|本|各|各类|各个|重点|重大|专项|一般|其他|其它|此|上述|相关|有关|所有|全部|部分|多个|两个|单个|二级|一级|具体|年度|信息化|民生|投资|支出|工作|业务|公用|人员|运行"
    "|信息|管理|财政|政府|政府采购|“三公”|机关运行|日常公用|建设|改造|运维|维护|采购|购置|租用|上级|项目"
)
_GENERIC: Final = re.compile(rf"(?:{_MODIFIERS}|、|“|”)*(?:项目|工程|平台|系统|经费|专项|补助|补贴|专项资金|补助资金)")
# In a list of sums (用于甲乙维修2.06万元、丙丁购置17万元) whatever stands before a sum and is no account is a project.
_LISTED: Final = re.compile(r"(?:(?<=[、；，：。])|(?<=用于)|(?<=\A)|(?<=支付))[\u4e00-\u9fffA-Za-z“”（）·+]{4,25}\Z")
_NO_LISTED: Final = re.compile(
    r"预算|决算|支出|收入|结[转余]|合计|总[计额]|增[加长]|减少|下降|资金|[为约共达超近计]\Z|安排|完成|执行数?|投入|节约|追加|拨付|补助|下达|余额|金额|限额|审减|压减|奖励|支付|到位"
)

_COUNT: Final = re.compile(
    rf"(?:{_NUMBER}|[{_HAN}]+)(?:余|多)?[万亿]?(?:余|多)?(?:个|家|户|人|名|次|件|项|起|场|期|份|条|篇|处|座|所|台|套|公里|千米|亩|公顷|吨|万页|页|口|批|天|路|倍|小时|分|位|支|枚|米|平方米|盏|株|棵|宗|辆|课时|节|册)"
)
_GRADE: Final = re.compile(r"荣获|获评|评为|等[级次]为?“|排名|位[列居]")
_SAVED: Final = re.compile(r"(?:节[约省]|[审核压]减|挽回|减免|扣减|增收|新增)[^元]*元")
_NO_CLAIM: Final = re.compile(
    r"预算(?!\d)|决算|支出|收入|结转|结余|同比|上年|编制|在职|退休|在编|公务用车|车辆|批次|公务接待|会议|出国|占[^年任]|内设|下设|科室|计划|目标|指标值|不少于|不低于|力争|预期|拟|应|扣\d|满分"
    r"|\A(?:增长|下降|执行率|到位率|支付率|完成率|资金)|单位\d|[涉共]及|公示|成交|问题|变更"
)
_RESULTS: Final = re.compile(r"绩效|成效|效[益果率]|产出|满意|完成情况|自评|评价|得分|成绩|亮点")  # sections that report results
_BUDGET: Final = re.compile(r"预算安排|收支|收入|支出|决算|“三公”|政府采购|国有资产|资产占用|机关运行|概况|基本情况|问题|建议|下一步|构成")
_CLAUSE: Final = re.compile(r"[^，；。：！？\n]+")
_MARKER: Final = re.compile(r"\s*(?:[一二三四五六七八九十]{1,2}(?:是|、)|（[一二三四五六七八九十\d]{1,2}）|\d{1,2}[.、）](?!\d)|[①-⑳])\s*")


@dataclass
class RuleTagger(Baseline):
    """Rules written from the label scheme's definitions, tried out on the training split."""

    name: ClassVar[str] = "rules"

    def fit(self, train: Sequence[AnnotatedReport], dev: Sequence[AnnotatedReport], score: Scorer) -> None:
        """There is nothing to learn."""

    def tag(self, document: Document) -> list[Span]:
        shadow = shadow_of(document)
        found: list[Found] = []
        for paragraph in paragraphs(shadow.text):
            headings = document.headings_at(int(shadow.offsets[paragraph.start]))
            found += ((paragraph.start + start, paragraph.start + end, label) for start, end, label in _tagged(paragraph, headings))
        return to_spans(shadow, found)

    def save(self, folder: Path) -> None:
        """There is nothing to save."""

    def load(self, folder: Path) -> None:
        """There is nothing to load."""


def _tagged(paragraph: Paragraph, headings: Sequence[str]) -> list[Found]:
    text = paragraph.text
    figures = of_layer(_figures(text), "mentions")
    if any(_SILENT.search(heading) for heading in headings):
        return figures
    taken = bytearray(len(text))
    mentions = list[Found]()
    accounts_, projects = list(_accounts(text, figures)), [*_projects(text), *_listed(text, figures)]
    for start, end, label in (*figures, *(a for a in accounts_ if "（" in text[a[0] : a[1]]), *projects, *accounts_):
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            mentions.append((start, end, label))
    innermost = headings[-1] if headings else ""
    silent = _BUDGET.search(innermost) and not _RESULTS.search(innermost)
    return [*mentions, *(() if silent else _claims(text))]


def _figures(text: str) -> Iterator[Found]:
    for label, pattern in (("AMOUNT", _AMOUNT), ("RATIO", _RATIO)):
        yield from ((*match.span(), label) for match in pattern.finditer(text))


def _accounts(text: str, figures: Sequence[Found]) -> Iterator[Found]:
    """Names that carry a figure: one follows before the sentence ends and before the next name, or the name is the base of a share."""
    matches = list(accounts().finditer(text))
    starts = [start for start, _, _ in figures]
    for match, after in zip(matches, [*(m.start() for m in matches[1:]), len(text)], strict=False):
        start, end = match.span()
        start += len(lead[0]) if (lead := _LIST_BEFORE.match(match[0])) and len(lead[0]) < end - start else 0
        at = bisect_left(starts, end)
        if at < len(starts) and starts[at] - end <= _CARRIES and starts[at] < max(after, end + 1) and "。" not in text[end : starts[at]]:
            yield start, end, "ACCOUNT"


def _projects(text: str) -> Iterator[Found]:
    for match in _QUOTED.finditer(text):
        yield *match.span(), "PROJECT"
    for match in _ENDED.finditer(text):
        start, end = match.start() + len(_lead_of(match[0][:-2])), match.end()
        name = text[start:end]
        if end - start >= 4 and not _GENERIC.fullmatch(name) and name.count("“") == name.count("”"):
            yield start, end, "PROJECT"


def _lead_of(words: str) -> str:
    lead = _LEAD.match(words)
    return lead[0] if lead else ""


def _listed(text: str, figures: Sequence[Found]) -> Iterator[Found]:
    for start, _, label in figures:
        listed = _LISTED.search(text, max(0, start - 30), start) if label == "AMOUNT" else None
        name = listed[0][len(_lead_of(listed[0])) :] if listed else ""
        if len(name) >= 4 and not _NO_LISTED.search(name) and not accounts().search(name) and name.count("（") == name.count("）"):
            yield start - len(name), start, "PROJECT"


def _claims(text: str) -> Iterator[Found]:
    for match in _CLAUSE.finditer(text):
        start, end = match.span()
        while (marker := _MARKER.match(text, start, end)) and marker.end() < end:
            start = marker.end()
        clause = text[start:end].rstrip()
        result = _COUNT.search(clause) or _RATIO.search(clause) or _GRADE.search(clause) or _SAVED.search(clause)
        if len(clause) > 3 and result and not _NO_CLAIM.search(clause) and ("元" not in clause or _SAVED.search(clause)):
            yield start, start + len(clause), "CLAIM"
