"""What the linker looks at to tell whose figure it is: the candidates, described by named features."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ...annotations.span import Span
from ..naming import stem_of
from .features import Link, outer_of
from .reading import NAMES, Reading

MAX_BEFORE, MAX_BEHIND, MAX_HEADINGS = 14, 3, 3
_REASON: Final = re.compile("主要原因|原因是|原因为|主要是|由于|是因为|因")
_ACROSS: Final = ("其中", "主要", "原因", "用于", "包括", "分别", "均", "占", "中")
# What a figure is said of where its clause names nothing, and names that mean a whole.
_GENERIC: Final = {
    "project": re.compile("项目|工程"),
    "unit": re.compile("我[局委院中办]|单位|部门"),
    "total": re.compile("[总共]|合计"),
    "time": re.compile("[年月季末]"),
}
_WHOLE: Final = re.compile("整体|总|合计|部门预算|收支")
_DISTANCES: Final = (0, 1, 2, 3, 5, 8, 12, 20, 40, 80, 160)


def candidates(reading: Reading, figure: Span, history: Sequence[Link]) -> list[Span]:
    """The names a figure may belong to: those before it in its paragraph, a few behind it in its sentence, those of the
    headings above it, the subject of the figure before it, that of the paragraph above, and what the report is about."""
    paragraph = reading.start("paragraph", figure.start)
    before = [m for m in reading.between(paragraph, figure.start) if m.label in NAMES]
    behind = [m for m in reading.between(figure.end, reading.end("sentence", figure.start)) if m.label in NAMES]
    chosen = {*before[-MAX_BEFORE:], *before[:1], *behind[:MAX_BEHIND]}
    above = [m for m in reading.between(max(0, paragraph - 1500), paragraph) if m.label in NAMES]
    chosen |= {*[m for m in above if reading.address(m).heading][-MAX_HEADINGS:], *above[-2:]}
    last = history[-1].subject if history else None
    chosen |= {span for span in (last, _lead_above(reading, history, paragraph), reading.topic(figure.start)) if span is not None}
    return sorted(chosen)


def _lead_above(reading: Reading, history: Sequence[Link], paragraph: int) -> Span | None:
    """The subject of the first figure of the nearest paragraph above that has figures."""
    above = [link for link in history if link.figure.start < paragraph]
    if not above:
        return None
    start = reading.start("paragraph", above[-1].figure.start)
    return next((link.subject for link in above if link.subject is not None and link.figure.start >= start), None)


@dataclass(frozen=True, slots=True)
class Scene:
    """A figure with all that its candidates are held against, worked out once for them all."""

    reading: Reading
    figure: Span
    measure: str
    last: Link | None  # the figure before, where it has a subject
    near: bool  # whether that stands in the same sentence
    outer: Link | None
    parents: tuple[tuple[str, str | None], ...]
    taken: Counter[int]  # start of a candidate to the figures it has already
    measured: frozenset[str]  # names that lately got a figure of the same measure
    in_clause: Span | None  # the last candidate of the figure's clause before it
    generic: str  # kind of the general word between the last mention and the figure
    named: bool  # whether the sentence names anything before the figure
    topic: str | None  # what the report names first
    lead: str | None  # the subject of the first figure of the paragraph above
    listed: tuple[int, Span] | None  # in A、B分别为x、y: where the list begins, and the name that has the figure's place

    @classmethod
    def of(cls, reading: Reading, figure: Span, measure: str, history: Sequence[Link], pool: Sequence[Span]) -> Scene:
        sentence, clause = reading.start("sentence", figure.start), reading.address(figure).clause
        last = history[-1] if history and history[-1].subject is not None else None
        outer = outer_of(reading, figure, history) if last else None
        recent = [link for link in history[-8:] if link.subject is not None and link.figure.start >= sentence and link.measure == measure]
        inside = [m for m in pool if m.start < figure.start and reading.address(m).clause == clause]
        topic, lead = reading.topic(figure.start), _lead_above(reading, history, reading.start("paragraph", figure.start))
        words = re.split(r"[AMRP，；：]", reading.masked(sentence, figure.start))[-1]
        return cls(
            reading,
            figure,
            measure,
            last,
            near=last is not None and last.figure.start >= sentence,
            outer=outer if outer is not None and outer.subject is not None else None,
            parents=tuple((unit, _parent(reading, history, reading.start(unit, figure.start))) for unit in ("sentence", "paragraph")),
            taken=Counter(link.subject.start for link in history if link.subject is not None),
            measured=frozenset(reading.key_of(link.subject) for link in recent if link.subject is not None),
            in_clause=inside[-1] if inside else None,
            generic=next((kind for kind, pattern in _GENERIC.items() if pattern.search(words)), "no"),
            named=reading.count(sentence, figure.start)[0] > 0,
            topic=None if topic is None else stem_of(reading.name_of(topic)),
            lead=None if lead is None else reading.key_of(lead),
            listed=_respectively(reading, figure, sentence),
        )


def features_of(reading: Reading, figure: Span, measure: str, history: Sequence[Link], pool: Sequence[Span]) -> list[list[str]]:
    """The features of each candidate of a pool."""
    scene = Scene.of(reading, figure, measure, history, pool)
    return [candidate_features(scene, candidate) for candidate in pool]


def candidate_features(scene: Scene, candidate: Span) -> list[str]:
    """Features that tell whether the scene's figure belongs to this candidate."""
    reading, figure, measure = scene.reading, scene.figure, scene.measure
    before = candidate.start < figure.start
    side = "before" if before else "behind"
    low, high = (candidate.end, figure.start) if before else (figure.end, candidate.start)
    place = _place(reading, figure, candidate)
    names, figures = reading.count(low, high)
    text = reading.masked(low, min(high, low + 400))
    kind = f"{candidate.label}|{figure.label}"
    base = f"{side}|{place}"
    tail = reading.text[candidate.end : candidate.end + 2]
    head = reading.text[max(0, candidate.start - 2) : candidate.start]
    reason = _REASON.search(reading.text, reading.start("sentence", candidate.start), candidate.start) is not None
    name = reading.key_of(candidate)
    last_in_clause = scene.in_clause is not None and scene.in_clause.start == candidate.start
    distance = _DISTANCES[bisect_left(_DISTANCES, high - low)] if high - low <= _DISTANCES[-1] else "far"
    of_base = "占" in head[-1:] or (tail[:1] == "的" and measure in ("share", "completion_rate"))
    listed = "no" if scene.listed is None or candidate.start < scene.listed[0] else "yes" if candidate == scene.listed[1] else "other"
    found = [
        base,
        f"{base}|{measure}",
        f"{base}|names={min(names, 4)}",
        f"{base}|names={min(names, 4)}|figures={min(figures, 4)}",
        f"{base}|names={min(names, 3)}|{measure}",
        f"{base}|{kind}",
        f"{base}|distance={distance}",
        f"{kind}|{measure}|{reading.report_type}",
        f"tail={tail[:1]}|{'占' in head}|{measure}",
        f"tail2={tail}",
        f"head={head}",
        f"head1={head[-1:]}|{place}",
        f"share-base={of_base}|{measure}",
        f"in-reason={reason}|{base}",
        f"respectively={listed}|{place}",
        f"{base}|last-in-clause={last_in_clause}|some={scene.in_clause is not None}",
        f"{base}|last-in-clause={last_in_clause}|{measure}",
        f"name-end={name[-2:]}|{measure}",
        f"heading={reading.address(candidate).heading}|{place}|names={min(names, 2)}",
    ]
    for word in _ACROSS:
        if word in text:
            found += [f"{base}|across:{word}", f"across:{word}|names={min(names, 2)}"]
    if len(text) <= 6:
        found.append(f"text={side}|{text}|{figure.label}")
    _add_history(found, scene, candidate, name, base)
    _add_general(found, scene, candidate, name, place, base)
    return found


def _add_general(found: list[str], scene: Scene, candidate: Span, name: str, place: str, base: str) -> None:
    """Features of figures whose clause names nothing, or only 该项目, 我局, 全年: they go to what the report or its part is about."""
    generic, whole = scene.generic, _WHOLE.search(name) is not None
    topic = place in ("paragraph", "above", "heading") and scene.topic == stem_of(name)
    lead = scene.lead == name
    found += [
        f"generic={generic}|{base}|{candidate.label}|named={scene.named}",
        f"generic={generic}|topic={topic}|{candidate.label}|named={scene.named}",
        f"generic={generic}|whole={whole}|{scene.measure}|named={scene.named}",
        f"topic={topic}|{base}|{scene.reading.report_type}|named={scene.named}",
        f"lead={lead}|{base}|generic={generic}|named={scene.named}",
        f"whole={whole}|{base}|named={scene.named}",
    ]


def _add_history(found: list[str], scene: Scene, candidate: Span, name: str, base: str) -> None:
    """Features of what the figures before were decided to belong to."""
    reading, measure, last = scene.reading, scene.measure, scene.last
    if last is not None and last.subject is not None:
        same = reading.key_of(last.subject) == name
        found += [f"last-subject={same}|near={scene.near}|{base}", f"last-subject={same}|near={scene.near}|{measure}|after={last.measure}"]
        if scene.outer is not None and scene.outer.subject is not None:
            match = reading.key_of(scene.outer.subject) == name
            found += [f"outer={match}|{base}", f"outer={match}|{measure}|after={last.measure}|same={scene.outer.measure == measure}"]
        for unit, parent in scene.parents:
            found += [f"{unit}-parent={parent == name}|{base}", f"{unit}-parent={parent == name}|{measure}|after={last.measure}"]
    has = name in scene.measured
    found += [f"taken={min(scene.taken[candidate.start], 3)}|{base}", f"has-measure={has}|{base}", f"has-measure={has}|{measure}"]


def _respectively(reading: Reading, figure: Span, sentence: int) -> tuple[int, Span] | None:
    """In A、B、C分别为x、y、z: where the sentence begins, and the name that has the figure's place in the list."""
    at = reading.text.rfind("分别", sentence, figure.start)
    if at < 0:
        return None
    listed: list[Span] = []
    for mention in reading.between(at, reading.end("sentence", figure.start)):
        if mention.label != figure.label or (listed and len(reading.text[listed[-1].end : mention.start]) > 2):
            break
        listed.append(mention)
    names = [m for m in reading.between(sentence, at) if m.label in NAMES][-len(listed) :] if listed else []
    if figure not in listed or len(names) < len(listed):
        return None
    return sentence, names[listed.index(figure)]


def _parent(reading: Reading, history: Sequence[Link], start: int) -> str | None:
    """The subject of the first figure of the sentence or paragraph: the whole that 其中 divides."""
    for link in history:
        if link.figure.start >= start and link.subject is not None:
            return reading.key_of(link.subject)
    return None


def _place(reading: Reading, figure: Span, candidate: Span) -> str:
    """The smallest unit that holds both."""
    ours, theirs = reading.address(figure), reading.address(candidate)
    for unit, mine, other in zip(("phrase", "clause", "item", "sentence", "paragraph"), ours, theirs, strict=False):
        if mine == other:
            return unit
    return "heading" if theirs.heading else "above"
