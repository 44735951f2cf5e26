"""Names of accounts, for rules: the official classification, and how reports call totals, funds and 三公 items."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from ...corpus.classification import classification
from ...corpus.fold import fold

_LEVEL: Final = r"(?:全[省市县区州旗镇乡]|[省市县区州旗]本?级|[省市县区]本级)"
_BOOK: Final = r"(?:一般公共预算|政府性基金预算?|国有资本经营预算?|社会保险基金预算?|财政专户管理资金)"
_SIDE: Final = r"(?:总?收入|总?支出|收、?支|拨款)"
_TOTAL: Final = r"(?:合计|总计|总额|总量|总预算)"

# Grammar of aggregates: 全市一般公共预算财政拨款支出合计 and its parts.
_AGGREGATES: Final = (
    rf"(?:{_LEVEL}|地方)?{_BOOK}(?:当年)?(?:财政)?(?:拨款)?(?:基本|项目)?{_SIDE}{_TOTAL}?",
    rf"(?:本年|上年|当年)?(?:财政拨款)?(?:收入|支出|收、?支){_TOTAL}",
    rf"(?:本年|当年|整体|部门整体|财政总){_SIDE}|总收入|总支出|年末滚存结余|(?:当年|本年)收支结余|(?:当年|本年)结余",
    r"财政拨款(?:收入|支出|收、支总计)?",
    r"(?:事业|经营|其他|上级补助|附属单位上缴|非财政拨款|税收|非税|债务转贷|债务还本|上解|民生)(?:收入|支出)",
    r"(?:上年|年初|年末|结转)?(?:财政拨款)?(?:滚存)?(?:结转和结余|结转结余|结余)|(?:上年|年初|年末)结转(?:收入|资金)?|结转下年(?:支出)?",
    r"“三公”经费(?:财政拨款)?(?:支出)?",
    r"因公出国（境）费用?(?:支出)?|公务接待费(?:支出)?|公务用车购置(?:及|和)运行(?:维护)?费(?:支出)?|公务用车购置费(?:支出)?|公务用车运行(?:维护)?费(?:支出)?",
    r"政府采购(?:货物|工程|服务)?(?:支出|预算)?(?:总额)?|授予(?:中小|小微)企业合同金额|(?:货物|工程|服务)(?:类|采购)?支出|一般性支出|“三保”支出",
    r"基本支出|项目支出|(?:日常)?公用经费|人员(?:经费|支出)|机关运行经费(?:支出)?|会议费|培训费",
    r"(?:资产|负债|净资产)(?:总额|合计)?|(?:固定|流动|无形)资产(?:原值|净值|总额)?|地方政府债务(?:限额|余额)|新增(?:一般|专项)债券|(?:一般|专项)债务(?:限额|余额)?",
    r"(?:安排|动用|补充)预算稳定调节基金|调[入出]资金|预备费|(?:到位|涉及|财政|专项|(?:中央|省级|市级|县级)(?:财政)?(?:补助|专项)?)资金|全[省市县区州]政府债务(?:限额|余额)|(?:一般|专项)债务(?:转贷收入|还本支出)|增值税|企业所得税|个人所得税|契税",
)
_WORD: Final = r"[\u4e00-\u9fff、（）]"
# 教育支出（类）普通教育（款）小学教育（项）, 教育支出-普通教育-小学教育, 2050202小学教育
_STOP: Final = r"(?=-|年初|全年|预算|决算|支出决算|本年|\d|[，。；： ”\n]|\Z)"
_PATH: Final = (
    rf"[\u4e00-\u9fff]{_WORD}{{1,30}}?（[类款项]）(?:支出)?(?:{_WORD}{{2,30}}?（[类款项]）){{,2}}"
    rf"|[\u4e00-\u9fff]{{3,20}}支出(?:-{_WORD}{{3,30}}?{_STOP}){{1,2}}|\d{{5,7}}{_WORD}{{3,30}}?{_STOP}"
)
_LEAST: Final = 4  # characters; shorter names of the classification stand anywhere by chance


@cache
def accounts() -> re.Pattern[str]:
    """What may be the name of an account in a shadow text."""
    names = {fold(account.name) for account in classification()}
    words = sorted((re.escape(name) + ("" if name.endswith("支出") else "(?:支出)?") for name in names if len(name) >= _LEAST), key=len, reverse=True)
    return re.compile("|".join((_PATH, *_AGGREGATES, *words)))
