"""How the features of a candidate are named, in groups: each after a few values of which the same ones come again and again.

`base` is the side of the figure on which a candidate stands, with the smallest unit that holds both, its `place`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Features: TypeAlias = tuple[str, ...]


def of_place(base: str, measure: str, names: int, figures: int, label: str, figure: str, distance: str, report_type: str | None) -> Features:
    """Features of where a candidate stands, with how many names and figures between."""
    return (
        base,
        f"{base}|{measure}",
        f"{base}|names={names}",
        f"{base}|names={names}|figures={figures}",
        f"{base}|names={min(names, 3)}|{measure}",
        f"{base}|{label}|{figure}",
        f"{base}|distance={distance}",
        f"{label}|{figure}|{measure}|{report_type}",
    )


def of_head(head: str, place: str) -> Features:
    """Features of the two characters before a candidate."""
    return f"head={head}", f"head1={head[-1:]}|{place}"


def of_tail(tail: str) -> Features:
    return (f"tail2={tail}",)


def of_share(behind: str, near: bool, before: bool, measure: str) -> Features:
    """Features of the character behind a candidate, and of whether 占 stands near before it, right before it."""
    of_base = before or (behind == "的" and measure in ("share", "completion_rate"))
    return f"tail={behind}|{near}|{measure}", f"share-base={of_base}|{measure}"


def of_clause(base: str, place: str, measure: str, in_reason: bool, listed: str, last: bool, some: bool) -> Features:
    """Features of whether a candidate is the last of the figure's clause, where that has any, or has the figure's place in a list."""
    return (
        f"in-reason={in_reason}|{base}",
        f"respectively={listed}|{place}",
        f"{base}|last-in-clause={last}|some={some}",
        f"{base}|last-in-clause={last}|{measure}",
    )


def of_ending(ending: str, measure: str) -> Features:
    return (f"name-end={ending}|{measure}",)


def of_heading(in_heading: bool, place: str, names: int) -> Features:
    return (f"heading={in_heading}|{place}|names={names}",)


def of_words_across(base: str, words: Sequence[str], names: int) -> Features:
    """Features of words between candidate and figure."""
    return tuple(feature for word in words for feature in (f"{base}|across:{word}", f"across:{word}|names={names}"))


def of_text(side: str, text: str, figure: str) -> Features:
    return (f"text={side}|{text}|{figure}",)


def of_past(
    base: str, measure: str, after: str, same: bool, near: bool, outer: bool | None, alike: bool, sentence: bool, paragraph: bool
) -> Features:
    """Features of whether the figures before were decided to belong to a candidate: the last, the outer, the first of sentence and paragraph."""
    found = [f"last-subject={same}|near={near}|{base}", f"last-subject={same}|near={near}|{measure}|after={after}"]
    if outer is not None:
        found += [f"outer={outer}|{base}", f"outer={outer}|{measure}|after={after}|same={alike}"]
    for unit, parent in (("sentence", sentence), ("paragraph", paragraph)):
        found += [f"{unit}-parent={parent}|{base}", f"{unit}-parent={parent}|{measure}|after={after}"]
    return tuple(found)


def of_possession(base: str, measure: str, taken: int, has: bool) -> Features:
    """Features of how many figures a candidate has already, and whether it has one of the same measure."""
    return f"taken={taken}|{base}", f"has-measure={has}|{base}", f"has-measure={has}|{measure}"


def of_theme(
    base: str, measure: str, label: str, report_type: str | None, generic: str, named: bool, topic: bool, lead: bool, whole: bool
) -> Features:
    """Features of figures whose clause names nothing, or only 该项目, 我局, 全年: they go to what the report or its part is about."""
    return (
        f"generic={generic}|{base}|{label}|named={named}",
        f"generic={generic}|topic={topic}|{label}|named={named}",
        f"generic={generic}|whole={whole}|{measure}|named={named}",
        f"topic={topic}|{base}|{report_type}|named={named}",
        f"lead={lead}|{base}|generic={generic}|named={named}",
        f"whole={whole}|{base}|named={named}",
    )
