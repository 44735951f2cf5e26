"""From a document to everything extracted from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from ..annotations.labels import LABELS
from ..annotations.span import Span
from ..corpus.document import Document
from ..corpus.shadow import Shadow, shadow_of
from ..models.runtime import SHIPPED, Tagger, shipped
from .accounts.assignment import codes_of
from .checks.ledger import Ledger
from .checks.rules import run
from .counts import claim_values
from .facts import Claim, Extraction, Fact
from .indicators import indicator_of, labels_before
from .linking.choice import Choices
from .linking.linker import LinkedFact, link
from .linking.prepare import reading_of
from .linking.reading import FIGURES, Reading
from .records import make_records
from .recurring import recur
from .sections import unmarked_ranges
from .snapping import snap

LINKER: Final = "linker.npz"
_REACH: Final = 2_000  # characters of its paragraph before a claim in which a label may stand: some files have one line only


@cache
def load_choices(folder: Path = SHIPPED) -> Choices:
    """The linker's weights of a model folder, loaded once."""
    if not (folder / LINKER).exists():
        raise FileNotFoundError(
            f"{folder} holds no linker ({LINKER}); `fiscalzh train` makes one, but for labels of one's own: use models.runtime.Tagger for these"
        )
    return Choices.load(folder / LINKER)


class Extractor:
    """The whole way from text to records: `Extractor()(document)` with the shipped model."""

    def __init__(self, tagger: Tagger | None = None, choices: Choices | None = None) -> None:
        self.tagger = tagger or shipped()
        self.choices = choices or load_choices()

    @property
    def pipeline(self) -> dict[str, str]:
        """What made an output: version of the package, name of the model."""
        return {"version": version("fiscalzh"), "model": self.tagger.name}

    def __call__(self, document: Document) -> Extraction:
        """Tag, link and gather one document."""
        shadow = shadow_of(document)
        return link_document(document, self.tagger.tag(document, shadow), self.choices, shadow)


def load_extractor(model: Path | None = None, least: Mapping[str, float] | None = None, threads: int | None = None) -> Extractor:
    """The extractor of a model folder, or of the shipped model.

    Args:
        least: label to the probability below which its spans are left out; default: the model's own thresholds.
        threads: that run the model at once; default: one for each core.

    Raises:
        FileNotFoundError: the folder holds no exported model; the message says how to make one.
        ValueError: its files are damaged.
    """
    if model is None and not least and threads is None:
        return Extractor()  # loaded once
    folder = model or SHIPPED
    return Extractor(Tagger(folder, threads, least), load_choices(folder))


def thresholds(pairs: Sequence[str]) -> dict[str, float]:
    """`LABEL=P` as typed on a command line, label to probability.

    Raises:
        ValueError: no such label, or P is no number from 0 to 1.
    """
    chosen = {}
    for pair in pairs:
        label, _, value = pair.partition("=")
        try:
            chosen[label] = float(value)
        except ValueError:
            chosen[label] = -1.0
        if label not in LABELS or not 0 <= chosen[label] <= 1:
            raise ValueError(f"a threshold is LABEL=P with P from 0 to 1 and a label of {', '.join(LABELS)}; got {pair!r}")
    return chosen


def link_document(document: Document, spans: Sequence[Span], choices: Choices, shadow: Shadow | None = None) -> Extraction:
    """Facts, claims, records and findings of a document whose spans are known."""
    view = shadow_of(document) if shadow is None else shadow
    return gather(document, view, refine(document, view, spans), lambda reading: link(reading, choices))


def gather(document: Document, shadow: Shadow, spans: Sequence[Span], linker: Callable[[Reading], Iterable[LinkedFact]]) -> Extraction:
    """Facts, claims, records and findings from spans as they are, by any linker."""
    reading, source = reading_of(document, shadow, spans)
    codes = codes_of(reading)
    links = list(linker(reading))
    facts = tuple(_fact(reading, linked, source, codes.get(linked.subject_span)) for linked in links)
    ledger = Ledger.of(document, reading, shadow, facts, [(linked.value_span, linked.subject_span) for linked in links])
    return Extraction(document, tuple(spans), facts, _claims(document, reading, source), make_records(facts), run(ledger))


def refine(document: Document, shadow: Shadow, spans: Sequence[Span]) -> list[Span]:
    """The tagger's spans as the contract wants them: borders by grammar, one name one label, duties and glossary left out."""
    unmarked = unmarked_ranges(document)
    hidden = bytearray(len(document.text))
    for start, end in unmarked:
        hidden[start:end] = b"\1" * (end - start)
    return [s for s in recur(document.text, snap(shadow, spans), unmarked) if s.label in FIGURES or not (hidden[s.start] and hidden[s.end - 1])]


def _fact(reading: Reading, linked: LinkedFact, source: dict[Span, Span], code: str | None) -> Fact:
    subject = source[linked.subject_span]
    return Fact(
        subject=_name(reading, linked.subject_span),
        subject_type=subject.label.lower(),
        subject_span=subject,
        measure=linked.measure,
        value=linked.value,
        unit=linked.unit,
        value_span=source[linked.value_span],
        period=linked.period,
        base=_name(reading, linked.base_span) if linked.base_span else None,
        scope=linked.scope,
        subject_code=code,
        score=None if linked.score is None else round(linked.score, 4),
    )


def _name(reading: Reading, span: Span) -> str:
    """A subject's name as the shadow has it: without the line breaks and spaces of the page."""
    return reading.name_of(span).replace("\n", "")


def _claims(document: Document, reading: Reading, source: dict[Span, Span]) -> tuple[Claim, ...]:
    return tuple(_claim(document, reading, span, source[span]) for span in reading.claims)


def _claim(document: Document, reading: Reading, span: Span, own: Span) -> Claim:
    inside = [Span(m.start - span.start, m.end - span.start, m.label) for m in reading.between(span.start, span.end) if span.contains(m)]
    clause = span.of(reading.text)
    values = claim_values(clause, inside)
    headings = document.headings_at(own.start)[::-1]
    labels = labels_before(reading.text[max(reading.start("paragraph", span.start), span.start - _REACH) : span.start])
    indicator = indicator_of(clause, [value.unit for value in values], (*labels, *headings))
    return Claim(own, own.of(document.text), values, _project_of(reading, span), indicator, headings[0] if headings else None)


def _project_of(reading: Reading, claim: Span) -> str | None:
    """The project a claim names, else the one its paragraph named last before it, else that of the heading right above."""
    inside = [m for m in reading.between(claim.start, claim.end) if m.label == "PROJECT"]
    if inside:
        return _name(reading, inside[0])
    paragraph = reading.start("paragraph", claim.start)
    before = [m for m in reading.between(paragraph, claim.start) if m.label == "PROJECT"]
    if before:
        return _name(reading, before[-1])
    heading = next(iter(reading.heading_path(claim.start)), None)
    named = [m for m in reading.between(*heading) if m.label == "PROJECT"] if heading else []
    return _name(reading, named[0]) if named else None
