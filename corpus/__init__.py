"""Reports as text: readers, the immutable `Document`, its outline, and the shadow text a model reads."""

from .document import REPORT_TYPES, Document, Meta, Section
from .errors import ReadError
from .read import READERS, SUFFIXES, from_bytes, from_text, read

__all__ = [
    "READERS",
    "REPORT_TYPES",
    "SUFFIXES",
    "Document",
    "Meta",
    "ReadError",
    "Section",
    "from_bytes",
    "from_text",
    "read",
]
