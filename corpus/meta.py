"""What a report says about itself: its title, unit, fiscal year and kind, read off its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from .document import Meta
from .markers import mark_at

_HAN_YEAR: Final = r"二[〇○零Oo0][〇○零Oo0一二三四五六七八九]{2}"
_YEAR: Final = re.compile(rf"(?<!\d)(20\d\d|{_HAN_YEAR})(?:\s*[-—~至]\s*(20\d\d))?\s*(年度|年|财年)")
_HAN_DIGITS: Final = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys("○零Oo0", "0")
_TYPE_WORD: Final = re.compile(r"决算|预算|绩效|整体支出|审计|财政收支")
_ENDING: Final = re.compile(
    r"(?:决算|预算|报告|说明|情况|公开|公告|草案|总结|综述|评价|自评|信息|公示|结果|报表)(?:书|稿|表)?(?:（[^（）]{1,12}）)?\Z"
)
_FURNITURE: Final = re.compile(
    r"[>＞»。；]|首页|当前位置|来源[：:]|发布(?:时间|日期|机构|单位)|浏览|点击|字[体号]|索引号|文号|打印|分享|信息分类|责任编辑|目录"
)
_ORGAN: Final = (
    r"(?:委员会|办公室|办事处|常委会|管委会|联合会|研究院|开发区|保护区|指挥部|武装部|人民政府|政府|中心|基金会"
    r"|法院|检察院|医院|学院|学校|中学|小学|大学|党校|幼儿园|公园|大队|支队|总队|分局|公司|水库|林场|农场|基地"
    r"|监狱|广播台|电视台|妇联|残联|文联|侨联|工商联|科协|作协|政协|人大|编办|政府办|团市委|团县委|团委|总工会"
    r"|[局委办厅院所站馆会处队社团部镇乡村校园台库段])"
)
_REGION: Final = r"(?:街道|新区|[省市县区州盟旗镇乡])"
_BEFORE_TYPE: Final = (
    r"(?=\s*(?:（本级）|（机关）|（汇总）|本级|机关|部门|单位|整体|项目|预算|决算|绩效|专项|一般公共|“|三公|预决算|关于|20\d\d|二[〇○零]"
    r"|的|年度|全年|财政(?:预算|决算|总决算|收支|预决算)|级预算|及所属|\Z))"
)
_UNIT: Final = re.compile(rf"(?:^|(?<=年度)|(?<=年)(?!度)|(?<=关于))(?!关于)([^，。：；\d“《]{{1,40}}?(?:{_ORGAN}|{_REGION})){_BEFORE_TYPE}")
_GENERIC: Final = re.compile(r"(?:本|各|我|全|该|市|县|区|省)?(?:部门|单位|本级|机关|市级|县级|区级|省级|直属|全市|全县|全区|全省)*(?:及所属单位)?\Z")
_NEXT_FIELD: Final = r"(?=[\s，。；（]|发布|发文|填报|编制|单位|时间|日期|字体|字号|作者|浏览|点击|打印|\Z)"
_LABELLED: Final = re.compile(
    r"(?:部门|单位|公开|填报|编制|编报|预算|实施|主管|项目|自评|评价|申报)*(?:部门|单位)(?:（单位）)?(?:名称)?"
    r"(?:（(?:盖章|公章|签章)）)?[：:]\s*([^\s，。；：:（）]{3,40}?)" + _NEXT_FIELD
)
_SOURCE: Final = re.compile(r"(?:信息来源|来源|发布机构|发布单位)[：:]\s*([^\s，。；：:]{3,30}?)" + _NEXT_FIELD)
_PART: Final = re.compile(r"(?:第[一1]部分|一、)[\s：:？]*([^\s，。；：:“]{3,30}?)(?:单位|部门|基本)*(?:概况|简介|情况)\Z")
_SHORT_NAME: Final = re.compile(rf"(?:^|[。\n])([^，。；：:\s\d（）]{{2,30}}{_ORGAN})（(?:以下)?简称")
_NAME: Final = re.compile(rf"[\u4e00-\u9fff（）·、]{{2,35}}?(?:{_ORGAN}|{_REGION})\Z")
_REGION_ONLY: Final = re.compile(rf"(?<!街道){_REGION}\Z")
_ORGAN_LINE: Final = re.compile(rf"([\u4e00-\u9fff（）]{{2,30}}?{_ORGAN})(?:[局厅]长[ \u4e00-\u9fff]{{0,6}})?\Z")
_LOCAL_NAME: Final = re.compile(r"[省市县区州旗](?=[\u4e00-\u9fff]{2})")  # 县财政局, where the region is known
_GOES_ON: Final = re.compile(r"[和与及暨]|公开|说明|公告|（(?:20|二〇|草案)")  # the second line of a title whose first looks whole
_DATE_LINE: Final = re.compile(r"(?:20\d\d|二[〇○零]..)\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月")
# What tells the kinds of report from each other by their words alone: a whole region, a department or unit; plans, an evaluation and
# its results; one of all that a unit spends, one of a single project.
_BOOKS: Final = re.compile(
    r"(?:全[省市县区州盟旗]|[省市县区州盟旗](?:本级|级|直)|地方)(?:财政|一般公共预算|政府性基金|国有资本经营|社会保险基金|税收|收入|支出)|为(?:年初|调整)?预算的"
)
_OWN: Final = re.compile(r"[本我][局院校所站馆委厅]|本部门|[本我]单位|(?:部门|单位)(?:整体|预算|决算)|“?三公”?经费")
_PLANNED: Final = re.compile(r"(?:收入|支出|拨款|经费)预算|预算安排|预算(?:数)?[比较]|[比较](?:上年|20\d\d年)(?:年初)?预算|20\d\d年预算|安排预算")
_EVALUATED: Final = re.compile(r"自评|执行率|满意度|得分|实际支出|实际完成|支付|验收|到位")
_RESULTS: Final = re.compile(r"绩效|完成|指标|执行数")
_OVERALL: Final = re.compile(r"整体支出|基本支出|公用经费|三公|履职|在职|编制")
_SINGLE: Final = re.compile(r"[该本]项目|项目(?:概况|实施|资金|单位|立项|绩效)|专项资金")
_TITLE_LINES: Final = 40
_MAX_TITLE: Final = 80


def infer_meta(text: str, hints: Sequence[str] = ()) -> Meta:
    """Read a report's meta off its shadow text; what cannot be told stays None.

    `hints` are titles from elsewhere (document properties, the file's name), best first: they help where the text has
    no title line.
    """
    lines = [line.strip() for line in text[:20_000].split("\n") if line.strip()]
    title = _title(lines) or next((t for t in map(_cleaned, hints) if _is_title(t)), None)
    report_type = (_type_of(title, text) if title else None) or type_by_words(text)
    named = _unit_in(title) if title else None
    if named is None or _REGION_ONLY.search(named):  # a title may name the region where the unit signs elsewhere
        named = _unit_elsewhere(lines, text, named) or named
    return Meta(
        unit=named,
        fiscal_year=(_year_in(title) if title else None) or _year_by_count(lines),
        report_type=report_type,
        title=title,
    )


def _title(lines: Sequence[str]) -> str | None:
    """The best of the first lines, alone or with the one or two that follow."""
    head = _head(lines)
    best: tuple[float, str] | None = None
    for at, _ in enumerate(head):
        for count in (1, 2, 3):
            parts = [_cleaned(line) for line in head[at : at + count]]
            if len(parts) < count or not all(parts):
                break
            candidate = "".join(parts)
            if any(len(part) > 40 or (_ENDING.search(part) and not _GOES_ON.match(after)) for part, after in pairwise(parts)):
                break
            if not _is_title(candidate):
                continue
            going_on = sum(bool(_GOES_ON.match(part)) for part in parts[1:])
            score = _score(candidate) - 1.0 * (count - 1) + 1.5 * going_on - 0.05 * at
            if best is None or score > best[0]:
                best = (score, candidate)
    return best[1] if best else None


def _head(lines: Sequence[str]) -> list[str]:
    """The lines before the first heading (all of the first few, where that comes at once)."""
    first = next((i for i, line in enumerate(lines[:_TITLE_LINES]) if mark_at(line)), min(len(lines), _TITLE_LINES))
    return list(lines[: first or 3])


def _cleaned(line: str) -> str:
    """A line without what stands around a title; empty where the line is furniture of a web page."""
    if _FURNITURE.search(line):
        return ""
    line = re.sub(r"^附件\s*[\d一二三四五六七八九十]*\s*[：:]?\s*", "", line.strip())
    if re.search(r"[_|｜]|[^\d]-|-[^\d]", line):  # the parts of a browser's title: take the one that is a title
        parts = [part.strip() for part in re.split(r"[_|｜]|(?<=\D)-|-(?=\D)", line)]
        line = max(parts, key=lambda part: (_is_title(part), len(part)))
    if line.startswith("《") and line.endswith("》"):
        line = line[1:-1]
    return line


def _is_title(line: str) -> bool:
    return 4 <= len(line) <= _MAX_TITLE and bool(_TYPE_WORD.search(line)) and not _FURNITURE.search(line)


def _score(candidate: str) -> float:
    score = 3.0 * bool(_YEAR.search(candidate)) + 3.0 * bool(_ENDING.search(candidate)) + 2.0 * bool(_unit_in(candidate))
    return score - 3.0 * ("，" in candidate or "：" in candidate or ":" in candidate)


def _type_of(title: str, text: str) -> str | None:
    """The kind of report that a title names."""
    if "绩效" in title and re.search(r"自评|评价|报告|总结|综述|考评|评估", title):
        if "整体" in title:
            return "overall_evaluation"
        if re.search(r"项目|专项|资金|经费|工程|补助|政策", title):
            return "project_evaluation"
        opening = text[:3000]
        return "overall_evaluation" if opening.count("整体支出") >= opening.count("项目") / 3 else "project_evaluation"
    if re.search(r"审计(?:工作|结果|查出|整改|调查|情况)|审计(?:的)?报告|审计公告", title):
        return "audit"
    if re.search(
        r"(?:预算|财政).{0,12}执行情况|预算（?草案|(?:财政|本级|总|级)决算(?!公开|说明)|预算调整|财政预算|财政收支",
        title,
    ):
        return "budget_execution"
    if "决算" in title:
        return "final_accounts"
    return "budget" if "预算" in title else None


def type_by_words(text: str) -> str | None:
    """The kind of report by what its first pages speak of."""
    opening = text[:6000]
    if "审计工作报告" in opening[:400] or re.search(r"审计[厅局署].{0,30}(?:依法)?对.{0,40}进行了?审计", opening[:1500]):
        return "audit"
    if re.search(r"预算执行情况.{0,40}(?:草案|审议|审查)", opening[:800]):
        return "budget_execution"
    if len(_BOOKS.findall(opening)) > max(1, len(_OWN.findall(opening))):
        return "budget_execution"
    found = {
        "final_accounts": 3.0 * opening.count("决算"),
        "budget": 3.0 * len(_PLANNED.findall(opening)),
        "evaluation": len(_EVALUATED.findall(opening)) + 0.3 * len(_RESULTS.findall(opening)),
    }
    best = max(found, key=found.__getitem__)
    if found[best] < 3:
        return None
    if best != "evaluation":
        return best
    return "overall_evaluation" if len(_OVERALL.findall(opening)) > len(_SINGLE.findall(opening)) else "project_evaluation"


def _number(year: str) -> int:
    return int("".join(_HAN_DIGITS.get(c, c) for c in "2" + year[1:]))


def _year_in(title: str) -> int | None:
    """The year that a title names: the first that is called 年度, else the first; of a range its end."""
    found = list(_YEAR.finditer(title))
    if not found:
        return None
    match = next((m for m in found if m[3] == "年度"), found[0])
    if re.search(r"执行情况|草案", title):
        match = found[0]
    return int(match[2]) if match[2] else _number(match[1])


def _year_by_count(lines: Sequence[str]) -> int | None:
    """The year most spoken of in the first pages."""
    body = [line for line in lines[:80] if not re.search(r"发布|日期|时间", line)]
    for words in ("年度", "年"):
        counts = Counter(_number(m[1]) for line in body for m in _YEAR.finditer(line) if m[3] == words)
        if counts and counts.most_common(1)[0][1] >= 2:
            return counts.most_common(1)[0][0]
    return None


def _unit_in(title: str) -> str | None:
    """The unit whose report a title announces."""
    for match in _UNIT.finditer(title):
        unit = match[1].strip()
        if len(unit) >= 3 and not _GENERIC.match(unit):
            return unit
    return None


def _unit_elsewhere(lines: Sequence[str], text: str, region: str | None) -> str | None:
    """The unit by a label, the first part's name, a short name's introduction, the signature or the page's source."""
    for name in _named(lines, text):
        name = name.strip()
        if _LOCAL_NAME.match(name):
            if region is None or region[-1] != name[0]:
                continue
            name = region + name[1:]
        if len(name) >= 3 and _NAME.match(name) and not _GENERIC.match(name):
            return name
    return None


def _named(lines: Sequence[str], text: str) -> Iterator[str]:
    head = lines[:80]
    for pattern in (_LABELLED, _PART):
        for line in head:
            match = pattern.match(line)
            if match:
                yield match[1]
    short = _SHORT_NAME.search(text, 0, 6000)
    if short:
        yield short[1]
    tail = [line.strip() for line in text[-600:].split("\n") if line.strip()]
    for name, date in pairwise(tail):
        if _DATE_LINE.match(date):
            yield name
    yield from (match[1] for match in map(_ORGAN_LINE.match, head[:10]) if match)
    for line in head:
        match = _SOURCE.search(line)
        if match:
            yield match[1]
