"""All rules: what each holds against a report, in the words of the field, and how they are run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from .differences import balance_mismatch, change_mismatch, unbalanced
from .finding import Fault, Finding
from .ledger import Ledger
from .rates import rate_mismatch, wrong_year_base
from .repeats import slips, two_values, yuan_for_wan
from .statements import direction, no_difference, zero_base
from .sums import parts_sum, share_sum
from .wording import leftover, no_percent


@dataclass(frozen=True, slots=True)
class Rule:
    """A check with its id, its severity (`error` or `warning`) and its reason."""

    id: str
    severity: str
    reason: str
    check: Callable[[Ledger], Iterator[Fault]]


RULES: Final = (
    Rule("yuan_for_wan", "error", "金额单位有误：万元误作元", yuan_for_wan),
    Rule("two_values", "error", "同一数据前后不一致", two_values),
    Rule("rate_mismatch", "error", "百分比与计算它的两个数不符", rate_mismatch),
    Rule("wrong_year_base", "error", "增减率误以本年数为基数", wrong_year_base),
    Rule("zero_base", "error", "预算为零却有完成率", zero_base),
    Rule("change_mismatch", "error", "增减额与两数之差不符", change_mismatch),
    Rule("balance_mismatch", "error", "结余与预算、支出之差不符", balance_mismatch),
    Rule("parts_sum", "error", "各部分之和与合计不符", parts_sum),
    Rule("share_sum", "error", "各部分占比之和不为100%", share_sum),
    Rule("unbalanced", "error", "称收支平衡而收入总计与支出总计不等", unbalanced),
    Rule("direction", "error", "增减方向自相矛盾", direction),
    Rule("no_difference", "error", "称无差异、持平而两数不等", no_difference),
    Rule("no_percent", "warning", "占比缺少百分号", no_percent),
    Rule("leftover", "warning", "模板用语未删改", leftover),
)


def chosen_rules(select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The rules of some ids (all where none is named) but for those to ignore.

    Raises:
        ValueError: there is no rule of that id; the message lists those there are.
    """
    known = [rule.id for rule in RULES]
    if unknown := sorted({*select, *ignore} - set(known)):
        raise ValueError(f"no rule {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(rule for rule in RULES if (not select or rule.id in select) and rule.id not in ignore)


def run(ledger: Ledger, rules: Sequence[Rule] = RULES) -> tuple[Finding, ...]:
    """What some rules find, in the order of the text.

    A sum whose unit slipped is told of once; all other rules read it as it is meant.
    """
    meant = ledger.corrected(slips(ledger))
    found = [_finding(ledger, rule, fault) for rule in rules for fault in rule.check(ledger if rule.check is yuan_for_wan else meant)]
    return tuple(sorted(found, key=lambda f: (f.places, f.rule)))


def _finding(ledger: Ledger, rule: Rule, fault: Fault) -> Finding:
    places = tuple(dict.fromkeys(ledger.shadow.to_source(span.start, span.end) for span in fault.places))
    section = ledger.document.headings_at(places[0][0])
    return Finding(rule.id, rule.severity, fault.message, places, tuple(dict.fromkeys(fault.facts)), fault.expected, fault.found, section)
