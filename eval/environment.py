"""What a measurement was made with: versions and processors, nothing that names the machine."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

PACKAGES: Final = ("fiscalzh", "numpy", "onnxruntime", "spacy", "thinc", "sklearn-crfsuite", "python-crfsuite", "torch", "transformers")


def environment() -> dict[str, Any]:
    """Versions of Python and of the libraries that are installed, and the number of processors this process may use."""
    return {"python": platform.python_version(), "versions": {name: found for name in PACKAGES if (found := _version(name))}, "cpus": cpus()}


def cpus() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
