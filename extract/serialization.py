"""Documents, facts and spans as msgpack, so that `doc.to_bytes`, DocBin and `nlp.pipe(n_process=2)` carry them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from decimal import Decimal
from typing import Any, Final

import srsly

from ..annotations.span import Span
from ..corpus.document import Document, Meta, Section
from .checks.finding import Finding
from .facts import Claim, ClaimValue, Fact, Record

_CLASSES: Final[dict[str, Any]] = {each.__name__: each for each in (Claim, ClaimValue, Document, Fact, Finding, Meta, Record, Section, Span)}
_MARK: Final = "__fiscalzh__"


@srsly.msgpack_encoders("fiscalzh")  # type: ignore[untyped-decorator]
def encode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """A value of ours as a plain mapping; msgpack calls this again for what stands in its fields."""
    if isinstance(value, Decimal):
        return {_MARK: "Decimal", "fields": str(value)}
    if _CLASSES.get(type(value).__name__) is type(value):
        return {_MARK: type(value).__name__, "fields": {field.name: getattr(value, field.name) for field in fields(value)}}
    return value if chain is None else chain(value)


@srsly.msgpack_decoders("fiscalzh")  # type: ignore[untyped-decorator]
def decode(value: Any, chain: Callable[[Any], Any] | None = None) -> Any:
    """The inverse of `encode`; the classes' own checks apply."""
    if not isinstance(value, dict) or _MARK not in value:
        return value if chain is None else chain(value)
    if value[_MARK] == "Decimal":
        return Decimal(value["fields"])
    return _CLASSES[value[_MARK]](**{name: _tuples(item) for name, item in value["fields"].items()})


def _tuples(item: Any) -> Any:
    return tuple(_tuples(each) for each in item) if isinstance(item, list | tuple) else item
