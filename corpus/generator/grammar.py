"""A small grammar of sentences: `(甲|乙)` is one of, `[丙]` is half the time, `<名>` is filled in by the caller.

Marks are ASCII, so the full-width brackets of Chinese text are plain text in a template.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

Slot: TypeAlias = Callable[[str], str]
Node: TypeAlias = tuple[str, Any]


def expand(template: str, rng: random.Random, slot: Slot) -> str:
    """One text of a template; `slot` gives the text of a `<name>`, in the order of the text."""
    return _write(_parse(template), rng, slot)


@cache
def table(name: str) -> Mapping[str, Any]:
    """A TOML table that lies beside this module."""
    return tomllib.loads((files("fiscalzh.corpus.generator") / f"{name}.toml").read_text(encoding="utf-8"))


def texts(name: str, key: str) -> Sequence[str]:
    """The list of templates under a dotted key of a table."""
    value: Any = table(name)
    for part in key.split("."):
        value = value[part]
    return [str(v) for v in value]


@cache
def _parse(template: str) -> tuple[Node, ...]:
    nodes, at = _sequence(template, 0, "")
    if at != len(template):
        raise ValueError(f"template {template!r}: unexpected {template[at]!r} at {at}")
    return nodes


def _sequence(template: str, at: int, stops: str) -> tuple[tuple[Node, ...], int]:
    nodes: list[Node] = []
    heads = 0  # tags whose head is open: their `|` is text
    while at < len(template):
        char = template[at]
        if char == "|" and heads:
            heads -= 1
            nodes.append(("text", char))
            at += 1
        elif char in stops or char in ")]|":
            break
        elif char == "(":
            options, at = _options(template, at + 1, ")")
            nodes.append(("choice", options))
        elif char == "[":
            options, at = _options(template, at + 1, "]")
            nodes.append(("maybe", options))
        elif char == "<":
            end = template.index(">", at)
            nodes.append(("slot", template[at + 1 : end]))
            at = end + 1
        else:
            heads += char == "{"
            end = at + 1
            while end < len(template) and template[end] not in "()[]|<{":
                end += 1
            nodes.append(("text", template[at:end]))
            at = end
    return tuple(nodes), at


def _options(template: str, at: int, close: str) -> tuple[tuple[tuple[Node, ...], ...], int]:
    options = []
    while True:
        option, at = _sequence(template, at, "|" + close)
        options.append(option)
        if at >= len(template):
            raise ValueError(f"template {template!r}: no {close!r}")
        if template[at] == close:
            return tuple(options), at + 1
        if template[at] != "|":
            raise ValueError(f"template {template!r}: unexpected {template[at]!r} at {at}")
        at += 1


def _write(nodes: Sequence[Node], rng: random.Random, slot: Slot) -> str:
    out = []
    for kind, value in nodes:
        if kind == "text":
            out.append(value)
        elif kind == "slot":
            out.append(slot(value))
        elif kind == "choice" or rng.random() < 0.5:
            out.append(_write(value[rng.randrange(len(value))], rng, slot))
    return "".join(out)
