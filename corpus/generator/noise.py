"""Noise: how a report looks after typing, web pages and PDF. It changes text between tags only, never a tag's head."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Final

_HEAD: Final = re.compile(r"\{[apmrc]\d*(?: [^|{}]*)?\|")
_FULL: Final = str.maketrans("0123456789", "０１２３４５６７８９")
_HALF_SIGNS: Final = str.maketrans({"，": ",", "；": ";", "：": ":"})


def noisy(marked: str, rng: random.Random) -> str:
    """The marked text with some noise; offsets of tags stay right because tags travel with their text."""
    steps: list[tuple[float, Callable[[str, random.Random], str]]] = [
        (0.12, _half_signs),
        (0.25, _spaces_in_figures),
        (0.08, _full_digits),
        (0.1, _percent_signs),
        (0.12, _commas),
        (0.12, _half_brackets),
        (0.25, _blank_lines),
        (0.2, _indents),
        (0.12, _broken_lines),
    ]
    for chance, step in steps:
        if rng.random() < chance:
            marked = step(marked, rng)
    return marked


def half_brackets(marked: str) -> str:
    """All brackets half width; heads hold none."""
    return marked.replace("（", "(").replace("）", ")")


def pieces(marked: str) -> list[tuple[str, str]]:
    """Heads (`head`), closing braces (`close`) and runs of text (`text`) in order."""
    found, at = [], 0
    while at < len(marked):
        match = _HEAD.match(marked, at)
        if match:
            found.append(("head", match[0]))
            at = match.end()
        elif marked[at] == "}":
            found.append(("close", "}"))
            at += 1
        else:
            end = at + 1
            while end < len(marked) and marked[end] not in "{}":
                end += 1
            found.append(("text", marked[at:end]))
            at = end
    return found


def _texts(marked: str, change: Callable[[str, str], str]) -> str:
    """Change each run of text, given the kind letters of the tags round it."""
    out, stack = [], ""
    for kind, text in pieces(marked):
        if kind == "head":
            stack += text[1]
        elif kind == "close":
            stack = stack[:-1]
        else:
            text = change(text, stack)
        out.append(text)
    return "".join(out)


def _half_signs(marked: str, rng: random.Random) -> str:
    share = rng.choice((0.05, 0.3, 1))

    def change(text: str, stack: str) -> str:
        return re.sub("[，；：]", lambda m: m[0].translate(_HALF_SIGNS) if rng.random() < share else m[0], text)

    return _texts(marked, change)


def _spaces_in_figures(marked: str, rng: random.Random) -> str:
    share = rng.choice((0.03, 0.3))

    def change(text: str, stack: str) -> str:
        if not stack.endswith(("m", "r")) or rng.random() > share:
            return text
        return re.sub(r"(?<=\d)(?=[万亿元%])", rng.choice((" ", " ", "\u3000")), text, count=1)

    return _texts(marked, change)


def _full_digits(marked: str, rng: random.Random) -> str:
    share = rng.choice((0.03, 0.2))

    def change(text: str, stack: str) -> str:
        if not stack.endswith(("m", "r")) or rng.random() > share:
            return text
        return text.translate(_FULL).replace(".", "．") if "," not in text and "-" not in text else text

    return _texts(marked, change)


def _percent_signs(marked: str, rng: random.Random) -> str:
    share = rng.choice((0.1, 1))

    def change(text: str, stack: str) -> str:
        return text.replace("%", "％") if rng.random() < share else text

    return _texts(marked, change)


def _commas(marked: str, rng: random.Random) -> str:
    def change(text: str, stack: str) -> str:
        if stack.endswith("m") and rng.random() < 0.3:
            return text.replace(",", "")
        return text

    return _texts(marked, change)


def _half_brackets(marked: str, rng: random.Random) -> str:
    share = rng.choice((0.2, 1))
    return _texts(
        marked,
        lambda text, stack: half_brackets(text) if share == 1 or (not stack and "（" in text and "）" in text and rng.random() < share) else text,
    )


def _blank_lines(marked: str, rng: random.Random) -> str:
    return re.sub(r"\n", lambda _: "\n\n" if rng.random() < 0.6 else "\n", marked)


def _indents(marked: str, rng: random.Random) -> str:
    lead = rng.choice(("\u3000\u3000", "    ", "  "))
    return re.sub(r"\n(?=[^\n])", lambda _: "\n" + lead if rng.random() < 0.9 else "\n", marked)


def _broken_lines(marked: str, rng: random.Random) -> str:
    """Lines of a fixed width as out of a PDF; no break inside a claim, nor at a tag's edge where a span would begin with it."""
    width, column = rng.randint(22, 42), 0
    out: list[str] = []
    stack = ""
    for kind, text in pieces(marked):
        if kind == "head":
            stack += text[1]
            out.append(text)
            continue
        if kind == "close":
            stack = stack[:-1]
            out.append(text)
            continue
        for at, char in enumerate(text):
            if char == "\n":
                column = 0
            elif (
                column >= width
                and "c" not in stack
                and char not in "，。；：、）)”%％是决预执 \u3000"
                and ord(char) < 0xF0000
                and not (stack and at == 0)
            ):
                out.append("\n")
                column = 1
            else:
                column += ord(char) < 0xF0000
            out.append(char)
    return "".join(out)
