"""The list numbers of Word paragraphs: not in the text, but counted by Word from `numbering.xml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS: Final = "零一二三四五六七八九"
_FORMAL: Final = "零壹贰叁肆伍陆柒捌玖"
_CIRCLED: Final = ("decimalEnclosedCircle", "decimalEnclosedCircleChinese")
_CHINESE: Final = (
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCounting",
    "taiwaneseCountingThousand",
    "japaneseCounting",
    "ideographDigital",
)
_FORMAL_CHINESE: Final = ("chineseLegalSimplified", "ideographLegalTraditional")
_MAX_STYLES: Final = 20  # a chain of styles is shorter unless it runs in a circle


def qn(name: str) -> str:
    """The qualified name of a WordprocessingML element or attribute."""
    return _W + name


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int


@dataclass(slots=True)
class _List:
    """A `w:num`: its levels, and the abstract list whose counters it shares."""

    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the numbered paragraphs of a document; to be asked for each of them once, in order."""

    def __init__(self, document: WordDocument) -> None:
        self._counters: dict[str, dict[int, int]] = {}
        self._restarted: set[str] = set()
        self._lists = dict(_lists(document))
        self._styles: dict[str, tuple[str | None, str | None, int | None]] = {}
        for style in document.styles.element.findall(qn("style")):
            num, level = _reference(style.find(qn("pPr")))
            self._styles[style.get(qn("styleId"))] = (_value(style.find(qn("basedOn"))), num, level)

    def number(self, paragraph: Any) -> str:
        """The number of a paragraph as Word shows it, `""` where it has none or a bullet."""
        num, level = self._reference_of(paragraph)
        numbered = self._lists.get(num or "")
        if num is None or numbered is None or level not in numbered.levels:
            return ""
        counters = self._counters.setdefault(numbered.abstract, {})
        if num not in self._restarted:
            self._restarted.add(num)
            for restarted, start in numbered.restarts.items():
                counters[restarted] = start - 1
        definition = numbered.levels[level]
        counters[level] = counters.get(level, definition.start - 1) + 1
        for deeper in [known for known in counters if known > level]:
            del counters[deeper]
        return _rendered(definition, numbered.levels, counters)

    def _reference_of(self, paragraph: Any) -> tuple[str | None, int]:
        properties = paragraph.find(qn("pPr"))
        num, level = _reference(properties)
        style = _value(properties.find(qn("pStyle"))) if properties is not None else None
        for _ in range(_MAX_STYLES):
            if style is None or (num is not None and level is not None):
                break
            style, styled_num, styled_level = self._styles.get(style, (None, None, None))
            num, level = num or styled_num, styled_level if level is None else level
        return num, level or 0


def _value(element: Any) -> str | None:
    value = element.get(qn("val")) if element is not None else None
    return value if isinstance(value, str) else None


def _int(element: Any, default: int) -> int:
    value = _value(element)
    return int(value) if value is not None and re.fullmatch(r"-?\d{1,9}", value) else default


def _reference(properties: Any) -> tuple[str | None, int | None]:
    """The list and the level that paragraph properties name."""
    reference = properties.find(qn("numPr")) if properties is not None else None
    if reference is None:
        return None, None
    level = reference.find(qn("ilvl"))
    return _value(reference.find(qn("numId"))), _int(level, 0) if level is not None else None


def _lists(document: WordDocument) -> Iterator[tuple[str, _List]]:
    part = next((p for p in document.part.package.iter_parts() if p.partname.endswith("/numbering.xml")), None)
    if part is None:
        return
    root: Any = part.element if hasattr(part, "element") else None
    if root is None:
        return
    abstracts = {a.get(qn("abstractNumId")): dict(_levels(a)) for a in root.findall(qn("abstractNum"))}
    for num in root.findall(qn("num")):
        abstract = _value(num.find(qn("abstractNumId"))) or ""
        numbered = _List(abstract, dict(abstracts.get(abstract, {})))
        for override in num.findall(qn("lvlOverride")):
            numbered.levels.update(_levels(override))
            start = override.find(qn("startOverride"))
            if start is not None:
                numbered.restarts[int(override.get(qn("ilvl"), "0"))] = _int(start, 1)
        yield num.get(qn("numId")), numbered


def _levels(parent: Any) -> Iterator[tuple[int, _Level]]:
    for level in parent.findall(qn("lvl")):
        yield (
            int(level.get(qn("ilvl"), "0")),
            _Level(
                _value(level.find(qn("numFmt"))) or "decimal",
                _value(level.find(qn("lvlText"))) or "",
                _int(level.find(qn("start")), 1),
            ),
        )


def _rendered(definition: _Level, levels: dict[int, _Level], counters: dict[int, int]) -> str:
    """The text of a number: `%1` and so on stand for the counters of the levels."""
    if definition.format in ("bullet", "none") or not definition.text:
        return ""

    def counted(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        level = levels.get(at)
        return formatted(counters.get(at, level.start if level else 1), level.format if level else "decimal")

    text = re.sub(r"%([1-9])", counted, definition.text)
    return text if text[-1] in "、．.）)" else text + " "


def formatted(number: int, style: str) -> str:
    """A number in one of Word's numbering formats; decimal in those that no report uses."""
    if style in _CHINESE:
        return _chinese(number, _DIGITS, "十百千")
    if style in _FORMAL_CHINESE:
        return _chinese(number, _FORMAL, "拾佰仟")
    if style in _CIRCLED and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if style in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr(ord("A" if style == "upperLetter" else "a") + number - 1)
    if style == "decimalFullWidth":
        return str(number).translate({ord("0") + i: ord("０") + i for i in range(10)})
    if style in ("upperRoman", "lowerRoman") and 1 <= number < 40:
        roman = "X" * (number // 10) + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[number % 10]
        return roman if style == "upperRoman" else roman.lower()
    return str(number)


def _chinese(number: int, digits: str, units: str) -> str:
    if not 0 < number < 10_000:
        return digits[0] if number == 0 else str(number)
    written = ""
    for power in range(3, -1, -1):
        digit = number // 10**power % 10
        if digit:
            written += digits[digit] + (units[power - 1] if power else "")
        elif written and not written.endswith(digits[0]):
            written += digits[0]
    written = written.rstrip(digits[0])
    return written[1:] if written.startswith(digits[1] + units[0]) and units[0] == "十" else written
