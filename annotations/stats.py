"""What a set of annotations holds, and how much of one set of texts stands in another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from ..corpus.fold import ZERO_WIDTH, codes_of, fold
from ..corpus.markers import mark_at
from .converters.files import load
from .converters.formats import AnyPath
from .converters.model import Annotation
from .labels import LABELS, MEASURES

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over a set of annotated texts.

    `vocabulary` is the number of distinct characters, `spans` counts spans by label, `names` their distinct texts by
    label, `facts` facts by measure, `values` the values of claims.
    """

    documents: int
    characters: int
    vocabulary: int
    spans: Mapping[str, int]
    names: Mapping[str, int]
    facts: Mapping[str, int]
    values: int

    def table(self) -> str:
        """The figures for people, in lines of fixed columns."""
        lines = [f"{self.documents} documents, {self.characters} characters, {self.vocabulary} distinct", ""]
        lines.append(f"{'label':22}{'spans':>9}{'distinct':>9}")
        lines += [f"{label:22}{self.spans[label]:>9}{self.names[label]:>9}" for label in LABELS]
        lines += ["", f"{'measure':22}{'facts':>9}"]
        lines += [f"{measure:22}{self.facts[measure]:>9}" for measure in MEASURES]
        lines += [f"{'all':22}{sum(self.facts.values()):>9}", "", f"{'values of claims':22}{self.values:>9}"]
        return "\n".join(lines) + "\n"


def stats(paths: Iterable[AnyPath]) -> Stats:
    """Counts over the annotations of these paths.

    Raises:
        ConversionError: a path cannot be read.
    """
    return stats_of(load(paths))


def stats_of(annotations: Iterable[Annotation]) -> Stats:
    """Counts over annotations."""
    documents = characters = values = 0
    vocabulary: set[str] = set()
    spans, facts = Counter[str](), Counter[str]()
    names: dict[str, set[str]] = {label: set() for label in LABELS}
    for annotation in annotations:
        documents += 1
        characters += len(annotation.text)
        vocabulary.update(annotation.text)
        values += sum(len(claim.values) for claim in annotation.claims)
        facts.update(fact.measure for fact in annotation.facts)
        for span in annotation.spans:
            spans[span.label] += 1
            names[span.label].add(span.of(annotation.text))
    return Stats(
        documents=documents,
        characters=characters,
        vocabulary=len(vocabulary),
        spans={label: spans[label] for label in LABELS},
        names={label: len(names[label]) for label in LABELS},
        facts={measure: facts[measure] for measure in MEASURES},
        values=values,
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many of the n-grams of one set of texts stand in another: `shared` of `grams` places, `share` in [0, 1]."""

    n: int
    grams: int
    shared: int

    @property
    def share(self) -> float:
        return self.shared / self.grams if self.grams else 0.0


def overlap(texts: Iterable[str], others: Iterable[str], n: int = 8) -> Overlap:
    """The character n-grams of `texts`, every place counted, that stand anywhere in `others`.

    Both are compared in canonical characters (`corpus.fold`) without blanks and line ends; n-grams do not run from one
    text into the next. They are compared by hashes of 64 bits.

    Raises:
        ValueError: n is less than 1.
    """
    if n < 1:
        raise ValueError(f"an n-gram has at least one character, got n={n}")
    mine, theirs = _hashes(texts, n), np.sort(_hashes(others, n))
    if not len(mine) or not len(theirs):
        return Overlap(n, len(mine), 0)
    at = np.minimum(np.searchsorted(theirs, mine), len(theirs) - 1)
    return Overlap(n, len(mine), int((theirs[at] == mine).sum()))


def _hashes(texts: Iterable[str], n: int) -> Hashes:
    """A hash of each n-gram, in order, shape (n-grams,)."""
    found = [_gram_hashes(codes_of(_close(text)), n) for text in texts]
    return np.concatenate(found) if found else np.zeros(0, np.uint64)


def _gram_hashes(codes: npt.NDArray[np.uint32], n: int) -> Hashes:
    """Multilinear hashing modulo 2^64: the sum of the codes, spread over 64 bits, each times a fixed odd number."""
    places = max(0, len(codes) - n + 1)
    spread = codes.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    spread ^= spread >> np.uint64(29)
    factors = np.random.default_rng(8).integers(0, 1 << 63, n, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    sums = np.zeros(places, np.uint64)
    for at, factor in enumerate(factors):
        sums += spread[at : at + places] * factor
    return sums


# Sentences and clauses. An ASCII comma groups digits more often than it ends a clause, and stays.
_SENTENCE_ENDS: Final = re.compile(r"[。；！？\n]")
_CLAUSE_ENDS: Final = re.compile(r"，")
_BLANKS: Final = re.compile(rf"[\s{ZERO_WIDTH}]")

_QUOTES: Final = re.compile(r"[“”\"‘’]")
_YEAR: Final = re.compile(r"^(?:(?:19|20)\d\d年度?|本年度?|上年度?)")
_NAME: Final = r"[^，。；：《》\d是因了将已为]"
_FIXED: Final = (
    # an item path of the classification
    rf"(?:{_NAME}{{2,30}}?（[类款项]）)+(?:年初|全年|支出|收入)?(?:预算|决算)?数?(?:为|是|共计)?\d*",
    rf"{_NAME}{{2,20}}(?:-{_NAME}{{2,20}}){{1,3}}",
    # a heading or the name of a table
    rf"{_NAME}{{0,40}}?(?:收入|支出|收支|收、支|预算|决算|经费|采购|资产|绩效|债务){_NAME}{{0,20}}?(?:情况|说明|表)",
    # titles of laws and rules
    r"(?:(?:根据|按照|依据|依照|执行|[和及与、])?《[^》]+》(?:（[^）]*）)?(?:的?(?:规定|要求|通知|精神|等))*)+",
)
_FIXED_PATTERN: Final = re.compile("|".join(_FIXED))


def is_fixed(passage: str) -> bool:
    """Whether a folded passage is one that everybody has to write so, which says nothing about copying.

    Allowed are, behind a list mark and a year and apart from quotation marks:

    - an item path of the official classification, also with a measure word behind it:
      教育支出（类）普通教育（款）小学教育（项）年初预算为, 教育支出-普通教育-小学教育;
    - a statutory heading or the name of a table: a word of accounts in it, 情况, 说明 or 表 at its end, no figure and
      no verb: 八、一般公共预算财政拨款“三公”经费支出决算情况说明;
    - titles of laws and rules with the words that cite them: 根据《中华人民共和国预算法》的规定.
    """
    mark = mark_at(passage)
    bare = _YEAR.sub("", _QUOTES.sub("", passage[mark.length :] if mark else passage))
    return _FIXED_PATTERN.fullmatch(bare) is not None


def shared_sentences(
    texts: Iterable[str],
    others: Iterable[str],
    minimum: int = 15,
    allowed: Callable[[str], bool] = is_fixed,
) -> list[str]:
    """The sentences and clauses of at least `minimum` characters that stand in both sets, in the order of `texts`.

    A sentence ends at 。；！？ and line ends, a clause at ， too; where a whole sentence is shared, its clauses are not
    listed again. Compared are canonical characters (`corpus.fold`) without blanks; digits count. `allowed` says which
    passages to pass over.
    """
    known: set[str] = set()
    for text in others:
        for sentence, clauses in _passages(text):
            known.update(passage for passage in (sentence, *clauses) if len(passage) >= minimum)
    shared: dict[str, None] = {}
    for text in texts:
        for sentence, clauses in _passages(text):
            found = (sentence,) if sentence in known else clauses
            shared.update(dict.fromkeys(p for p in found if p in known and p not in shared and not allowed(p)))
    return list(shared)


def _passages(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The sentences of a text with their clauses, folded and without blanks."""
    for raw in _SENTENCE_ENDS.split(fold(text)):
        sentence = _BLANKS.sub("", raw)
        if sentence:
            yield sentence, tuple(_CLAUSE_ENDS.split(sentence))


def _close(text: str) -> str:
    return _BLANKS.sub("", fold(text))
