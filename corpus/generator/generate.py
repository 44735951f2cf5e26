"""Generate a report: draw a style and a record set, write it, plant contradictions, add noise."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from . import accounts, evaluation, furniture, regional
from .contradictions import Planted, locate, plant
from .noise import half_brackets, noisy, pieces
from .phrases import line
from .records import department
from .region_records import finances
from .style import KINDS, Style, style_for
from .writer import Writer


@dataclass(frozen=True, slots=True)
class Generated:
    """A report in inline markup with its header, the style it is in, and what was planted.

    Offsets of `contradictions` are those of the plain text, without header and tags.
    """

    marked: str
    style: str
    contradictions: tuple[Planted, ...] = ()


def generate(seed: int, style: str | None = None, contradictions: int = 0, noise: bool = True) -> Generated:
    """One report; the same arguments give the same text.

    Args:
        seed: any integer.
        style: a style's name, or None for any.
        contradictions: how many to plant; fewer where a report has no place for them.
        noise: whether to add the marks of typing, web pages and PDF.

    Raises:
        ValueError: there is no style of that name.
    """
    rng = random.Random(f"fiscalzh {seed} {style}")
    chosen = style_for(rng, style)
    kinds = [k for k in KINDS if k in chosen.kinds]
    header, body, w = _written(rng, chosen, rng.choice(kinds), noise)
    body = body.replace("支出}支出", "支出}")  # 公务接待费支出 + 支出决算
    if chosen.half_brackets:
        body = half_brackets(body)
    body, picked = plant(body, w.spots, contradictions, rng)
    if noise:
        body = noisy(body, rng)
    body, planted = locate(body, picked)
    head = "\n".join(f"{k}: {v}" for k, v in header.items())
    return Generated(f"---\n{head}\n---\n\n{body}\n", chosen.name, planted)


def generate_many(count: int, seed: int, contradictions: int = 0, noise: bool = True) -> Iterator[Generated]:
    """`count` reports of all styles, each from its own seed."""
    for at in range(count):
        yield generate(seed * 1_000_003 + at, None, contradictions, noise)


def _written(rng: random.Random, style: Style, kind: str, noise: bool) -> tuple[dict[str, str], str, Writer]:
    w = Writer(rng, style, rng.randint(2018, 2024), kind)
    if kind in ("budget_execution", "audit"):
        f = finances(w)
        outline = regional.write(w, f) if kind == "budget_execution" else regional.write_audit(w, f)
        unit = f.where.name + ("财政局" if kind == "budget_execution" else "审计局")
        title = line(w, "region", f"titles.{kind}", None, regional.slots(w, f))
    else:
        d = department(w)
        unit = d.unit
        if kind in ("final_accounts", "budget"):
            outline, table = accounts.write(w, d), "accounts"
        elif kind == "overall_evaluation":
            outline, table = evaluation.write_overall(w, d), "evaluation"
        else:
            evaluation.single(w, d)
            outline, table = evaluation.write_single(w, d), "evaluation"
        title = line(w, table, f"titles.{kind}", None, {"U": unit, "P": lambda: w.name(w.projects[0], w.projects[0].names[0])})
    lines = [title, *([""] if rng.random() < 0.5 else [])]
    if noise:
        lines = furniture.around(rng, lines, outline.headings, unit, w.year)
    header = {"title": "".join(text for kind, text in pieces(title) if kind == "text"), "unit": unit, "fiscal_year": str(w.year), "report_type": kind}
    return header, "\n".join(lines) + "\n" + outline.text(), w
