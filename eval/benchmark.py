"""The benchmark of taggers put together: baselines trained or taken from their folder, everything scored on held-out reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..annotations.report import load_reports
from ..corpus.library import written
from ..extract.pipeline import load_extractor
from ..models.baselines.store import trained
from .environment import environment
from .held_out import held_out
from .spans import f1_by_label
from .tagging import RESAMPLES, SEED, Tag, as_json, compare, ours, table


def benchmark_tagging(
    on: Sequence[str], baselines: Sequence[str], folder: Path, say: Callable[[str], None], minutes: float = 20.0, model: Path | None = None
) -> tuple[str, dict[str, Any]]:
    """Score our tagger and pipeline and the baselines on the same reports.

    Args:
        on: splits and folders of reports with gold.
        baselines: names in the registry; trained on the train split, chosen on dev, kept in `folder`.
        minutes: of processor time for the training of each baseline.
        model: a model folder; the shipped model where None.

    Returns:
        The Markdown table, and everything measured as JSON.

    Raises:
        ValueError, ReadError: an unknown baseline, or reports that are not there.
        ImportError: the extra of a baseline is not installed.
        FileNotFoundError: `model` holds no model.
    """
    sets, extractor = [held_out(name) for name in on], load_extractor(model)
    for one in sets:
        if one.left_out:
            say(f"{one.name}: {one.left_out} gold files left out, their offsets belong to another extraction of the report")
    train, dev = load_reports(written("train")), load_reports(written("dev"))
    ready = {name: trained(name, train, dev, folder, f1_by_label, say, minutes=minutes) for name in baselines}
    systems: dict[str, Tag] = ours(extractor) | {name: one.baseline.tag for name, one in ready.items()}
    comparisons = [compare(systems, one, say) for one in sets]
    result = environment() | {
        "pipeline": extractor.pipeline,
        "seed": SEED,
        "resamples": RESAMPLES,
        "level": 0.95,
        "trained_on": {"split": "train", "reports": len(train), "characters": sum(len(r.document.text) for r in train)},
        "baselines": {name: {key: value for key, value in one.note.items() if key != "fingerprint"} for name, one in ready.items()},
        "sets": [as_json(comparison) for comparison in comparisons],
    }
    return table(comparisons), result
