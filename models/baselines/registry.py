"""Which baselines there are, and what they need."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from .base import Baseline


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a baseline lives, the extra it needs, and the packages whose versions decide what it learns."""

    module: str
    cls: str
    extra: str | None = None
    packages: tuple[str, ...] = ()


REGISTRY: Final = MappingProxyType(
    {
        "rules": Entry("rules", "RuleTagger"),
        "crf": Entry("crf", "CrfTagger", "bench", ("sklearn-crfsuite", "python-crfsuite")),
        "spacy-ner": Entry("spacy_ner", "SpacyNer", None, ("spacy", "thinc")),
        "spacy-spancat": Entry("spacy_spancat", "SpacySpancat", None, ("spacy", "thinc")),
        "transformer": Entry("transformer", "TransformerTagger", "train", ("torch", "onnxruntime")),
    }
)


class MissingExtraError(ImportError):
    """A baseline's libraries are not installed; the message says how to install them."""


def make(name: str, **settings: Any) -> Baseline:
    """The baseline of that name, not yet trained, with these settings and its defaults for the others.

    Raises:
        ValueError: there is no such baseline.
        MissingExtraError: its extra is not installed.
    """
    if name not in REGISTRY:
        raise ValueError(f"no baseline {name!r}; there are {', '.join(REGISTRY)}")
    entry = REGISTRY[name]
    try:
        module = import_module(f".{entry.module}", __package__)
    except ImportError as error:
        raise MissingExtraError(f"the baseline {name} needs the extra `{entry.extra}`: pip install 'fiscalzh[{entry.extra}]' ({error})") from error
    made: Baseline = getattr(module, entry.cls)(**settings)
    return made
