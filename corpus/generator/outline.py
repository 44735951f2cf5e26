"""Headings and list marks of a report."""

from __future__ import annotations

from dataclasses import dataclass, field

from .figures import hanzi
from .style import Style

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def mark(style: Style, level: int, number: int) -> str:
    """The list mark of a level in a style's numbering."""
    form = style.numbers[min(level, len(style.numbers) - 1)]
    number = max(1, number)
    if "①" in form:
        return _CIRCLED[min(number, 20) - 1]
    if "一" in form:
        return form.replace("一", hanzi(number))
    if "a" in form:
        return form.replace("a", chr(96 + min(number, 26)))
    return form.replace("1", str(number))


@dataclass(slots=True)
class Outline:
    """Paragraphs under numbered headings, growing from top to bottom."""

    style: Style
    lines: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    _counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])

    def heading(self, level: int, text: str) -> None:
        """A numbered heading; deeper numbers start again."""
        self._counts[level] += 1
        self._counts[level + 1 :] = [0] * (3 - level)
        line = mark(self.style, level, self._counts[level]) + text
        self.lines.append(line)
        if level == 0:
            self.headings.append(line)

    def part(self, text: str) -> None:
        """A part title; top-level numbers start again."""
        self.lines.append(text)
        self.headings.append(text)
        self._counts = [0, 0, 0, 0]

    def say(self, *paragraphs: str) -> None:
        """Plain paragraphs."""
        self.lines.extend(p for p in paragraphs if p)

    def text(self) -> str:
        """Everything, a line each."""
        return "\n".join(self.lines)
