"""What the linker looks at to tell whose figure it is: the candidates, described by named features."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import eq
from typing import Final

from ...annotations.span import Span
from ..naming import stem_of
from .choice import Group
from .features import Link, outer_of, since
from .groups import of_clause, of_ending, of_head, of_heading, of_past, of_place, of_possession, of_share, of_tail, of_text, of_theme, of_words_across
from .names import Name
from .reading import UNITS, Reading

MAX_BEFORE, MAX_BEHIND, MAX_HEADINGS = 14, 3, 3
_ACROSS: Final = ("其中", "主要", "原因", "用于", "包括", "分别", "均", "占", "中")
# What a figure is said of where its clause names nothing.
_GENERIC: Final = {
    "project": re.compile("项目|工程"),
    "unit": re.compile("我[局委院中办]|单位|部门"),
    "total": re.compile("[总共]|合计"),
    "time": re.compile("[年月季末]"),
}
_WORDS: Final = re.compile("[AMRP，；：]")  # what may end a general word, as masked
_DISTANCES: Final = (0, 1, 2, 3, 5, 8, 12, 20, 40, 80, 160)
_STEPS: Final = (*map(str, _DISTANCES), "far")
_ABOVE: Final = 1500  # characters above a paragraph in which a name may be a candidate


def candidates(reading: Reading, figure: Span, history: Sequence[Link]) -> list[Span]:
    """The names a figure may belong to: those before it in its paragraph, a few behind it in its sentence, those of the
    headings above it, the subject of the figure before it, that of the paragraph above, and what the report is about."""
    paragraph = reading.start("paragraph", figure.start)
    before = reading.names(paragraph, figure.start)
    behind = reading.names(figure.end, reading.end("sentence", figure.start))
    above = max(0, paragraph - _ABOVE), paragraph
    last = history[-1].subject if history else None
    single = (last, _lead_above(reading, history, paragraph), reading.topic(figure.start))
    near = (*before[:1], *before[-MAX_BEFORE:], *behind[:MAX_BEHIND])
    far = (*reading.names_in_headings(*above)[-MAX_HEADINGS:], *reading.names(*above)[-2:])
    return in_order(span for span in (*near, *far, *single) if span is not None)


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Mentions in text order, each once."""
    chosen = {(span.start, span.end): span for span in spans}
    return [chosen[place] for place in sorted(chosen)]


def _lead_above(reading: Reading, history: Sequence[Link], paragraph: int) -> Span | None:
    """The subject of the first figure of the nearest paragraph above that has figures."""
    end = since(history, paragraph)
    if not end:
        return None
    start = since(history, reading.start("paragraph", history[end - 1].figure.start))
    return next((link.subject for link in history[start:end] if link.subject is not None), None)


@dataclass(frozen=True, slots=True)
class Scene:
    """A figure with all that its candidates are held against, worked out once for them all."""

    reading: Reading
    figure: Span
    measure: str
    units: tuple[int, ...]  # the numbers of the units that hold it
    mentions: int  # before it
    names: int  # before it
    past: Past | None  # what was decided about the figure before
    taken: Sequence[int]  # where the subjects of the figures before begin
    measured: frozenset[str]  # names that lately got a figure of the same measure
    in_clause: Span | None  # the last candidate of the figure's clause before it
    generic: str  # kind of the general word between the last mention and the figure
    named: bool  # whether the sentence names anything before the figure
    topic: str | None  # what the report names first
    lead: str | None  # the subject of the first figure of the paragraph above
    listed: tuple[int, Span] | None  # in A、B分别为x、y: where the list begins, and the name that has the figure's place

    @classmethod
    def of(cls, reading: Reading, figure: Span, measure: str, history: Sequence[Link], pool: Sequence[Span]) -> Scene:
        at = figure.start
        sentence, clause = reading.start("sentence", at), reading.start("clause", at)
        recent = [link for link in history[-8:] if link.subject is not None and link.figure.start >= sentence and link.measure == measure]
        nearest = next((m for m in reversed(pool) if m.start < at), None)
        topic, lead = reading.topic(at), _lead_above(reading, history, reading.start("paragraph", at))
        words = _WORDS.split(reading.masked(sentence, at))[-1]
        return cls(
            reading,
            figure,
            measure,
            units=reading.units(at),
            mentions=reading.index(at),
            names=reading.count_names(at),
            past=Past.of(reading, figure, measure, history),
            taken=[link.subject.start for link in history if link.subject is not None],
            measured=frozenset(reading.key_of(link.subject) for link in recent if link.subject is not None),
            in_clause=nearest if nearest is not None and nearest.start >= clause else None,
            generic=next((kind for kind, pattern in _GENERIC.items() if pattern.search(words)), "no"),
            named=bool(reading.names(sentence, at)),
            topic=None if topic is None else stem_of(reading.name_of(topic)),
            lead=None if lead is None else reading.key_of(lead),
            listed=_respectively(reading, figure, sentence),
        )


@dataclass(frozen=True, slots=True)
class Past:
    """What the figures before were decided to belong to, by the keys of the names, where the last of them has a subject."""

    subject: str
    measure: str
    near: bool  # whether the last figure stands in the same sentence
    outer: str | None
    alike: bool  # whether the outer figure has the measure of the one looked at
    sentence: str | None  # the subject of the first figure of the sentence
    paragraph: str | None

    @classmethod
    def of(cls, reading: Reading, figure: Span, measure: str, history: Sequence[Link]) -> Past | None:
        last = history[-1] if history else None
        if last is None or last.subject is None:
            return None
        outer = outer_of(reading, figure, history)
        sentence, paragraph = (reading.start(unit, figure.start) for unit in ("sentence", "paragraph"))
        return cls(
            reading.key_of(last.subject),
            last.measure,
            near=last.figure.start >= sentence,
            outer=reading.key_of(outer.subject) if outer is not None and outer.subject is not None else None,
            alike=outer is not None and outer.measure == measure,
            sentence=_parent(reading, history, sentence),
            paragraph=_parent(reading, history, paragraph),
        )


def features_of(reading: Reading, figure: Span, measure: str, history: Sequence[Link], pool: Sequence[Span]) -> list[list[Group]]:
    """The features of each candidate of a pool."""
    scene = Scene.of(reading, figure, measure, history, pool)
    return [candidate_features(scene, candidate) for candidate in pool]


def candidate_features(scene: Scene, candidate: Span) -> list[Group]:
    """Features that tell whether the scene's figure belongs to this candidate."""
    reading, figure, measure, past = scene.reading, scene.figure, scene.measure, scene.past
    name, report_type = reading.name(candidate), reading.report_type
    if candidate.start < figure.start:
        side, low, high = "before", candidate.end, figure.start
        names, mentions = scene.names - name.ordinal - 1, scene.mentions - name.number - 1
    else:
        side, low, high = "behind", figure.end, candidate.start
        names, mentions = name.ordinal - scene.names, name.number - scene.mentions - 1
    place = _place(scene, name)
    base, figures = f"{side}|{place}", min(mentions - names, 4)
    distance = _STEPS[bisect_left(_DISTANCES, high - low)]
    last = scene.in_clause is not None and scene.in_clause.start == candidate.start
    listed = "no" if scene.listed is None or candidate.start < scene.listed[0] else "yes" if candidate == scene.listed[1] else "other"
    found: list[Group] = [
        (of_place, base, measure, min(names, 4), figures, candidate.label, figure.label, distance, report_type),
        (of_head, name.head, place),
        (of_tail, name.tail),
        (of_share, name.tail[:1], "占" in name.head, name.head.endswith("占"), measure),
        (of_clause, base, place, measure, name.in_reason, listed, last, scene.in_clause is not None),
        (of_ending, name.key[-2:], measure),
        (of_heading, name.in_heading, place, min(names, 2)),
    ]
    text = reading.masked(low, min(high, low + 400))
    if across := tuple([word for word in _ACROSS if word in text]):
        found.append((of_words_across, base, across, min(names, 2)))
    if len(text) <= 6:
        found.append((of_text, side, text, figure.label))
    if past is not None:
        outer = None if past.outer is None else past.outer == name.key
        parents = (past.sentence == name.key, past.paragraph == name.key)
        found.append((of_past, base, measure, past.measure, past.subject == name.key, past.near, outer, past.alike, *parents))
    topic = place in ("paragraph", "above", "heading") and scene.topic == name.stem
    theme = (scene.generic, scene.named, topic, scene.lead == name.key, name.whole)
    found += [
        (of_possession, base, measure, min(scene.taken.count(candidate.start), 3), name.key in scene.measured),
        (of_theme, base, measure, candidate.label, report_type, *theme),
    ]
    return found


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
    names = reading.names(sentence, at)[-len(listed) :] if listed else []
    if figure not in listed or len(names) < len(listed):
        return None
    return sentence, names[listed.index(figure)]


def _parent(reading: Reading, history: Sequence[Link], start: int) -> str | None:
    """The subject of the first figure of the sentence or paragraph that begins there: the whole that 其中 divides."""
    return next((reading.key_of(link.subject) for link in history[since(history, start) :] if link.subject is not None), None)


def _place(scene: Scene, name: Name) -> str:
    """The smallest unit that holds both. A smaller unit lies within the larger ones: so many as hold both, so small is the smallest."""
    shared = sum(map(eq, scene.units, name.units))
    return UNITS[-shared] if shared else "heading" if name.in_heading else "above"
