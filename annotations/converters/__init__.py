"""Annotations in and out of other tools' formats, without moving an offset.

`FORMATS` lists them; `load` reads paths of any, `convert` writes them anew. Every text keeps its characters exactly.
"""

from .errors import ConversionError
from .files import Conversion, Located, convert, load, validate_paths
from .formats import FORMATS, Format, format_of
from .hugging_face import read_splits, write_splits
from .label_studio import label_config
from .model import Annotation, Claim, Fact, FigureReader, from_gold, from_report, to_gold, to_marked

__all__ = [
    "FORMATS",
    "Annotation",
    "Claim",
    "Conversion",
    "ConversionError",
    "Fact",
    "FigureReader",
    "Format",
    "Located",
    "convert",
    "format_of",
    "from_gold",
    "from_report",
    "label_config",
    "load",
    "read_splits",
    "to_gold",
    "to_marked",
    "validate_paths",
    "write_splits",
]
