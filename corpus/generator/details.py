"""Parts of projects, services in general words, and a unit's own platforms under plain names.

A part is named by its kind, however much it sounds like a system; a platform the unit runs is a mention, however plain its name.
"""

from __future__ import annotations

from .grammar import expand, texts
from .phrases import joined
from .writer import Row, Writer


def details(w: Writer) -> str:
    """One sentence that goes into detail about a project or about what the unit runs."""
    tell = w.rng.choice((_parts, _parts, _services, _own, _own))
    return tell(w) + "。"


def _parts(w: Writer) -> str:
    built = [p for p in w.projects if p.topic in ("systems", "works")]
    if not built:
        return _services(w)
    row = w.rng.choice(built)
    return _filled(w, "parts." + row.topic, "parts.item" if row.topic == "systems" else "parts.built", w.rng.randint(3, 9), row)


def _services(w: Writer) -> str:
    return _filled(w, "services.lead", "services.item", w.rng.randint(2, 6))


def _own(w: Writer) -> str:
    return _filled(w, "own.lead", "own.item", w.rng.randint(2, 4), marked=True)


def _filled(w: Writer, lead: str, item: str, count: int, row: Row | None = None, marked: bool = False) -> str:
    def one() -> str:
        text = expand(w.rng.choice(texts("details", item)), w.rng, inner)
        return f"{{p|{text}}}" if marked else text

    def inner(name: str) -> str:
        return expand(w.rng.choice(texts("details", f"{item.split('.')[0]}.{name}")), w.rng, inner)

    def slot(name: str) -> str:
        if name == "S" and row is not None:
            return w.name(row)
        if name == "list":
            items = list(dict.fromkeys(one() for _ in range(count)))
            return joined(w, items, w.pick("、", "、", "和", "及")) if len(items) > 1 else items[0]
        return {"whole": "全" + w.level, "one": one()}[name]

    return expand(w.rng.choice(texts("details", lead)), w.rng, slot)
