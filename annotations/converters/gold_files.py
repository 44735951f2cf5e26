"""The project's gold: a folder with NAME.json, and beside it the report that it annotates.

Writing puts the text beside it as NAME.txt in UTF-8, since a gold file speaks of a report's bytes: `source` and
`sha256` are those of that file, whatever the text was read from. There are no scores, and every fact needs a value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ...corpus.read import from_bytes, read
from ..gold import GoldError, read_gold, write_gold
from .errors import ConversionError, located
from .fields import file_names
from .model import Annotation, from_gold, to_gold


def read_gold_files(path: str | Path) -> list[Annotation]:
    """The annotations of a gold file, or of all in a folder, in the order of their names.

    Raises:
        ConversionError: a file is no gold file, its report is not there, or the offsets do not fit it.
    """
    path = Path(path)
    return [_read_one(file) for file in (sorted(path.glob("*.json")) if path.is_dir() else [path])]


def write_gold_files(annotations: Sequence[Annotation], path: str | Path) -> None:
    """Write a folder of gold files and their texts.

    Raises:
        ConversionError: a fact has no value, or a text would not be read back as it is (blank, control characters).
    """
    folder = Path(path)
    with located(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for name, annotation in zip(file_names(annotations), annotations, strict=True):
        data, source = annotation.text.encode(), f"{name}.txt"
        with located(folder / source):
            if from_bytes(data, source).text != annotation.text:
                raise ValueError("the text begins with a byte order mark, which reading would drop: remove it")
            (folder / source).write_bytes(data)
        with located(folder / f"{name}.json"):
            sha256 = hashlib.sha256(data).hexdigest()
            write_gold(to_gold(replace(annotation, source=source, sha256=sha256)), folder / f"{name}.json")


def _read_one(path: Path) -> Annotation:
    with located(path):
        try:
            gold = read_gold(path)
        except GoldError as error:
            raise ConversionError(path, "", str(error).removeprefix(f"{path} is ")) from error
        report = path.parent / (gold.source or path.with_suffix(".txt").name)
        return from_gold(gold, read(report).text)
