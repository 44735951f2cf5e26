"""Where the words are at odds with the figures, or a template's words were left standing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...annotations.span import Span
from ..figures import read_ratio
from .finding import Fault
from .interval import Interval
from .ledger import Ledger, once

LEFTOVER: Final = re.compile(
    r"(?:增加|增长|上升|提高|大于|高于|超过|多于|盈余)[（/／](?:减少|下降|降低|压减|小于|低于|少于|亏损)）?"
    r"|(?:减少|下降|降低|小于|低于|少于)[（/／](?:增加|增长|上升|提高|大于|高于|多于)）?"
)
_SHARE: Final = r"(?:占|占比|比重|比例)(?:[^，。；：、\n\d%]{1,40}?的)?(?:比例|比重)?(?:分别)?(?:为|达|约|是|占)*"
_NUMBER: Final = r"\d{1,3}(?:\.\d+)?"
_BARE: Final = re.compile(rf"(?:分别)?{_SHARE}(?P<run>{_NUMBER}%?(?:(?:、|和|及|与|，(?=\d)){_NUMBER}%?)*)(?=[，。；）\n、]|\Z)")


@once
def bare_shares(ledger: Ledger) -> tuple[tuple[Span, Interval], ...]:
    """Shares printed without their %: 占76.23，; 分别占40.1%和59.9."""
    found = []
    for run in _BARE.finditer(ledger.reading.text, *ledger.extent):
        for number in re.finditer(_NUMBER + "%?", run["run"]):
            if not number[0].endswith("%"):
                start = run.start("run") + number.start()
                figure = read_ratio(number[0] + "%")
                if figure.number <= 100 and (figure.number or "." in number[0]):  # 占0 is said of nothing
                    found.append((Span(start, start + len(number[0]), "RATIO"), Interval.rounded(figure.number, figure.step)))
    return tuple(found)


def no_percent(ledger: Ledger) -> Iterator[Fault]:
    for span, _ in bare_shares(ledger):
        written = span.of(ledger.reading.text)
        yield Fault(f"占比{written}缺少百分号", (span,), (), written + "%", written)


def leftover(ledger: Ledger) -> Iterator[Fault]:
    for match in LEFTOVER.finditer(ledger.reading.text):
        figure = next((m for m in ledger.reading.between(match.end(), match.end() + 8) if m.label in ("AMOUNT", "RATIO")), None)
        if figure is not None:
            entry = ledger.entry_of(figure)
            yield Fault(
                f"模板用语“{match[0]}”未按实际增减删改", (Span(*match.span(), "WORDS"),), () if entry is None else (entry.number,), None, match[0]
            )
