"""Hugging Face `datasets`: Parquet files whose schema says the typed features, so that

    datasets.load_dataset("parquet", data_files={"train": "train.parquet"})

gives rows with `text`, `spans`, `facts`, `claims` and the origin, labels and measures as ClassLabel. A fact's and a
claim's spans are numbers into the row's `spans`; values are decimal strings. Needs `datasets` 4 or later; nothing is
downloaded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict

from ..labels import LABELS, MEASURES
from ..span import Span
from .errors import located
from .fields import FactFields, Origin, fact_fields, origin_fields
from .model import Annotation, Claim

T = TypeVar("T")
_COLUMNS: Final = ("text", "source", "sha256", "fiscal_year", "spans", "facts", "claims")


class _Span(BaseModel):
    start: int
    end: int
    label: int
    score: float | None


class _Fact(FactFields):
    model_config = ConfigDict(strict=False)

    value_span: int
    subject_span: int
    measure: int


class _Value(BaseModel):
    number: str
    unit: str


class _Claim(BaseModel):
    span: int
    values: tuple[_Value, ...]


class _Row(Origin):
    model_config = ConfigDict(strict=False)

    text: str
    spans: tuple[_Span, ...]
    facts: tuple[_Fact, ...]
    claims: tuple[_Claim, ...]


def features() -> Any:
    """The `datasets.Features` of a row."""
    from datasets import ClassLabel, Features, List, Value

    text, number = Value("string"), Value("int32")
    span = {"start": number, "end": number, "label": ClassLabel(names=list(LABELS)), "score": Value("float64")}
    fact = {
        "value_span": number,
        "subject_span": number,
        "measure": ClassLabel(names=list(MEASURES)),
        "subject": text,
        "value": text,
        "unit": text,
        "period": number,
        "base": text,
        "scope": text,
        "aliases": List(text),
        "line": number,
    }
    claim = {"span": number, "values": List({"number": text, "unit": text})}
    origin = {"source": text, "sha256": text, "fiscal_year": number}
    return Features({"text": text, **origin, "spans": List(span), "facts": List(fact), "claims": List(claim)})


def read_datasets(path: str | Path) -> list[Annotation]:
    """The annotations of a Parquet file, or of all in a folder, in the order of their names.

    Raises:
        ConversionError: a file is no Parquet, lacks columns or the types of their features, or a row is no annotation.
    """
    path = Path(path)
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    return [annotation for file in files for annotation in _read_file(file)]


def read_splits(folder: str | Path) -> dict[str, list[Annotation]]:
    """The annotations of each split of a folder, by the name of its file: the inverse of `write_splits`."""
    return {file.stem: _read_file(file) for file in sorted(Path(folder).glob("*.parquet"))}


def write_datasets(annotations: Sequence[Annotation], path: str | Path) -> None:
    """Write one Parquet file."""
    with located(path):
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.Table.from_pylist([_row(annotation) for annotation in annotations], schema=features().arrow_schema)
        pq.write_table(table, Path(path))


def write_splits(splits: Mapping[str, Sequence[Annotation]], folder: str | Path) -> None:
    """Write a folder with one file a split, such as train.parquet, validation.parquet and test.parquet."""
    with located(folder):
        Path(folder).mkdir(parents=True, exist_ok=True)
    for name, split in splits.items():
        write_datasets(split, Path(folder) / f"{name}.parquet")


def _row(annotation: Annotation) -> dict[str, Any]:
    ids = {span: number for number, span in enumerate(annotation.spans)}
    return {
        "text": annotation.text,
        **origin_fields(annotation),
        "spans": [{"start": s.start, "end": s.end, "label": LABELS.index(s.label), "score": s.score} for s in annotation.spans],
        "facts": [
            {
                "value_span": ids[fact.value_span],
                "subject_span": ids[fact.subject_span],
                "measure": MEASURES.index(fact.measure),
                "aliases": [],
                **fact_fields(fact),
            }
            for fact in annotation.facts
        ],
        "claims": [{"span": ids[claim.span], "values": [{"number": n, "unit": u} for n, u in claim.values]} for claim in annotation.claims],
    }


def _read_file(path: Path) -> list[Annotation]:
    with located(path):
        try:
            rows, labels, measures = _rows(path)
        except (ValueError, OSError, ImportError):
            raise
        except Exception as error:  # Arrow and datasets have errors of many kinds
            raise ValueError(f"no Parquet that write_datasets gives ({type(error).__name__}): is the file complete?") from error
    annotations = []
    for number, row in enumerate(rows, 1):
        with located(path, f"row {number}"):
            annotations.append(_annotation(_Row.model_validate(row), labels, measures))
    return annotations


def _rows(path: Path) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    """The rows of a file, and the names of its labels and of its measures."""
    import pyarrow.parquet as pq
    from datasets import ClassLabel, Features

    table = pq.read_table(path)
    missing = [name for name in _COLUMNS if name not in table.column_names]
    if missing:
        raise ValueError(f"no column {', '.join(missing)}: expected those that write_datasets gives")
    found = Features.from_arrow_schema(table.schema)
    kinds: list[Any] = [getattr(found[column], "feature", {}).get(key) for column, key in (("spans", "label"), ("facts", "measure"))]
    if not all(isinstance(kind, ClassLabel) for kind in kinds):
        raise ValueError("spans.label and facts.measure are no ClassLabel: keep the features when writing the file")
    table.validate(full=True)
    return table.to_pylist(), kinds[0].names, kinds[1].names


def _at(items: Sequence[T], number: int, what: str) -> T:
    """The item of that number; ValueError where there is none."""
    if not 0 <= number < len(items):
        raise ValueError(f"{what} {number} of {len(items)}: expected a number from 0 to {len(items) - 1}")
    return items[number]


def _annotation(row: _Row, labels: Sequence[str], measures: Sequence[str]) -> Annotation:
    spans = [Span(s.start, s.end, _at(labels, s.label, "label"), s.score) for s in row.spans]
    facts = tuple(
        fact.fact(
            _at(spans, fact.value_span, "value_span"),
            _at(spans, fact.subject_span, "subject_span"),
            _at(measures, fact.measure, "measure"),
            row.text,
        )
        for fact in row.facts
    )
    claims = tuple(Claim(_at(spans, claim.span, "span of a claim"), tuple((v.number, v.unit) for v in claim.values)) for claim in row.claims)
    return Annotation(row.text, tuple(spans), facts, claims, row.source, row.sha_of(row.text), row.fiscal_year)
