"""Where the name of an account or project ends: brackets and quotation marks close, and what belongs to the name is in it."""

from __future__ import annotations

import re
from typing import Final

from ..annotations.span import Span

REACH: Final = 40  # characters within which a bracket or quotation mark has to close
_PAIRS: Final = {"（": "）", "“": "”", "《": "》"}
_HEADS: Final = re.compile(r"(?:建设)?(?:项目|工程|平台|系统|APP|小程序|经费|专项)")
_MONEY_OF: Final = re.compile(r"(?:项目|工程)(?=资金\Z)")
# A bracket that says what a project holds or leaves out is a remark on it; one that names a phase or a part is not.
_REMARK: Final = re.compile(r"（(?:(?:不?含|不?包括|以下简?称|详见)[^（）]*|[^（），]*(?:除外|甩项|另计|在内))）\Z")
# A bracket that says which part, phase or lot is meant, and one with 项目, 工程 … behind it, are inside.
_PART: Final = re.compile(
    r"（(?!不?含|即|原|上)[^（），。；\n]{1,16}(?:部分|期|阶段|批次?|标段|包)）(?:项目|工程)?|（[^（），。；\n]{1,20}）(?:项目|工程|平台|系统)"
)
_NO_SUCH: Final = re.compile(r"无(?![形偿预])")  # 无因公出国（境）费: what there is none of carries no figure
_YEAR: Final = re.compile(r"(?:(?:19|20)\d\d年度?|今年|去年|全年|本年度)(?=.)")
# What is done with money stands before a name, not in it (全市累计兑现某奖补资金), and so does what is done with revenue behind it.
_HANDED_OUT: Final = re.compile(
    r"(?:全[省市县区州])?(?:累计|直达|共计?|已|及时|足额|统筹|继续)*"
    r"(?:兑现|拨付|发放|下达|落实|安排(?!预算稳定)|筹措|筹集|争取|支付|划拨|投入(?!总额)|获得|到账|收到)(?=.{2,})"
)
_BROUGHT_IN: Final = re.compile(r"(?<=[一-鿿]{2})(?:征收|完成|实现|累计|执行|达到?)+\Z")
_FIGURE: Final = re.compile(r"[^，。；：、\n]{0,6}\d")
_EDGES: Final = " \n，。；：、！？·"


def mend(text: str, span: Span) -> Span | None:
    """The span with its borders as grammar wants them; None where nothing of a name is left."""
    start, end = _trimmed(text, span.start, span.end)
    if start >= end:
        return None
    start, end = _closed(text, start, end)
    if span.label == "ACCOUNT" and (year := _YEAR.match(text, start, end)):
        start = year.end()
    if span.label == "ACCOUNT" and (none := _NO_SUCH.match(text, start, end)):
        if not _FIGURE.match(text, end):
            return None
        start = none.end()
    if verb := _HANDED_OUT.match(text, start, end):
        start = verb.end()
    if span.label == "ACCOUNT" and (verb := _BROUGHT_IN.search(text, start, end)):
        end = verb.start()
    if start >= end:  # it was half a pair and nothing else
        return None
    if span.label == "PROJECT":
        start, end = _quoted(text, start, end)
        # 资金 behind 项目 says no more than that the project costs money.
        money = _MONEY_OF.search(text, start, end)
        end = money.end() if money and money.start() > start else end
        end = remark.start() if (remark := _REMARK.search(text, start, end)) else end
        end = part.end() if (part := _PART.match(text, end)) else end
    return Span(start, end, span.label, span.score) if start < end else None


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGES:
        start += 1
    while start < end and text[end - 1] in _EDGES:
        end -= 1
    return start, end


def _closed(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in the other half of a bracket or quotation mark that the span cuts, or leave its half out where it has none."""
    for opening, closing in _PAIRS.items():
        inside = text[start:end]
        if inside.count(opening) > inside.count(closing):
            partner = text.find(closing, end, end + REACH)
            if partner >= 0 and not any(mark in text[end:partner] for mark in ("\n", "。", opening)):
                end = partner + 1
                end = head.end() if (head := _HEADS.match(text, end)) else end
            elif inside.startswith(opening):
                start += 1
        elif inside.count(opening) < inside.count(closing):
            partner = text.rfind(opening, max(0, start - REACH), start)
            if partner >= 0 and not any(mark in text[partner:start] for mark in ("\n", "。", closing)):
                start = partner
            elif inside.endswith(closing):
                end -= 1
    return start, end


def _quoted(text: str, start: int, end: int) -> tuple[int, int]:
    """Quotation marks belong to a name only where 项目, 工程, 平台 … follows them directly: “雪亮工程”, but “智慧水务”项目."""
    if text[start - 1 : start] == "“" and text[end : end + 1] == "”" and (head := _HEADS.match(text, end + 1)):
        return start - 1, head.end()
    if text[start] == "“" and text[end - 1] == "”" and "“" not in text[start + 1 : end]:
        head = _HEADS.match(text, end)
        return (start, head.end()) if head else (start + 1, end - 1)
    return start, end
