"""What each part of the tagger is worth: the same training with one thing changed at a time, scored on held-out styles."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
import yaml

from .annotations.labels import LABELS
from .annotations.report import AnnotatedReport
from .annotations.span import Span
from .corpus.shadow import shadow_of
from .eval.environment import environment
from .eval.intervals import bootstrap, f1
from .eval.spans import f1_by_label, score_spans
from .eval.tables import markdown, with_interval
from .models import plans
from .models.decoding import Decoder
from .models.examples import make_example
from .models.modeling import FiscalTagger
from .models.plans import TrainingPlan, read_plan
from .models.runtime import tag_windows
from .models.starting import tokenizer_of
from .models.tokenizer import CharTokenizer
from .models.training import Trainer, decoders
from .training import examples_of, load_material

SHIPPED: Final = Path(plans.__file__).parent / "configs" / "ablation.yaml"
COLUMNS: Final = ("variant", "parameters", "F1 [95 %]", *LABELS, "minutes")


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained variant; `minutes` is wall-clock time of its training."""

    model: FiscalTagger
    tokenizer: CharTokenizer
    minutes: float


def ablate(config: Path, output: Path, say: Callable[[str], None]) -> str:
    """Train every variant of an ablation file and score each on its `test` reports.

    The file holds `base`, fields of a training plan; `variants`, name to overrides as `fiscalzh train --set` takes them; and
    `ensembles`, name to variants whose scores of tags are averaged. A variant that is trained already is not trained again.

    Returns:
        The table in Markdown; `ablation.json` in the output has all figures. Both are written anew after each variant.

    Raises:
        ValueError: the file is malformed.
    """
    data = yaml.safe_load((SHIPPED if str(config) == "shipped" else config).read_text(encoding="utf-8"))
    output.mkdir(parents=True, exist_ok=True)
    base = output / "base.yaml"
    base.write_text(yaml.safe_dump({"output": str(output), **data["base"]}, allow_unicode=True), encoding="utf-8")
    rows: dict[str, dict[str, Any]] = {}
    trained: dict[str, Trained] = {}
    test: Sequence[AnnotatedReport] = ()
    table = ""
    for number, (name, overrides) in enumerate(data["variants"].items()):
        plan = read_plan(TrainingPlan, base, [f"output={output / f'{number:02d}'}", *(overrides or [])])
        trained[name], test = _train(plan, partial(_say_of, name, say))
        rows[name] = _scored(predicted([trained[name]], test), test) | _facts([trained[name]])
        say(f"{name}: F1 {rows[name]['f1']['value']:.3f}")
        table = _write(output, data, len(test), rows)
    for name, members in (data.get("ensembles") or {}).items():
        models = [trained[member] for member in members]
        rows[name] = _scored(predicted(models, test), test) | _facts(models)
        table = _write(output, data, len(test), rows)
    return table


def predicted(models: Sequence[Trained], reports: Sequence[AnnotatedReport]) -> list[list[Span]]:
    """The spans of some reports by one model, or by several of the same vocabulary and scheme, their scores averaged."""
    first, config = models[0], models[0].model.config
    heads = [decoders(each.model) for each in models]
    averaged = {
        name: Decoder(one.tags, *(_mean([getattr(own[name], part) for own in heads]) for part in ("transitions", "first", "last")))
        for name, one in heads[0].items()
    }

    @torch.no_grad()
    def emit(features: np.ndarray[Any, Any], lengths: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
        inputs = torch.from_numpy(features), torch.from_numpy(lengths)
        scores = [each.model.emissions(*inputs) for each in models]
        return {name: _mean([own[name].numpy() for own in scores]) for name in averaged}

    found = []
    for report in reports:
        shadow = shadow_of(report.document)
        tokens = first.tokenizer.encode(shadow.text)
        found.append(tag_windows(report.document, shadow, tokens, first.tokenizer, config.window, emit, averaged, breaks=config.breaks))
    return found


def _write(output: Path, config: Mapping[str, Any], reports: int, rows: Mapping[str, dict[str, Any]]) -> str:
    """Write all figures so far and their table, and return the table: a run that is stopped leaves what it has."""
    result = {"config": config, "reports": reports, "rows": rows, "environment": environment()}
    (output / "ablation.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    table = markdown(COLUMNS, [_cells(name, row) for name, row in rows.items()])
    (output / "ablation.md").write_text(table + "\n", encoding="utf-8")
    return table


def _say_of(name: str, say: Callable[[str], None], line: str) -> None:
    say(f"{name}: {line}")


def _train(plan: TrainingPlan, say: Callable[[str], None]) -> tuple[Trained, list[AnnotatedReport]]:
    plan, material = load_material(plan)
    tokenizer = tokenizer_of(plan, (shadow_of(report.document).text for report in material.train))
    trainer = Trainer(plan, tokenizer, partial(f1_by_label, labels=LABELS), lambda progress: say(f"epoch {progress.epoch}, loss {progress.loss:.2f}"))
    scheme = trainer.config.scheme
    watched = [make_example(r.document, r.spans, tokenizer, scheme) for r in material.dev]
    model = trainer.run(examples_of(plan, material, tokenizer, scheme), watched, [r.spans for r in material.dev])
    return Trained(model, tokenizer, trainer.minutes), material.test


def _scored(found: Sequence[Sequence[Span]], reports: Sequence[AnnotatedReport]) -> dict[str, Any]:
    gold = [report.spans for report in reports]
    by_report = [score_spans([own], [truth])["ALL"] for own, truth in zip(found, gold, strict=True)]
    interval = bootstrap(np.array([[s.right, s.predicted, s.gold] for s in by_report]), f1)
    value = {"value": interval.value, "low": interval.low, "high": interval.high, "reports": interval.reports}
    return {"f1": value, "labels": {label: score.f1 for label, score in score_spans(found, gold).items()}}


def _facts(models: Sequence[Trained]) -> dict[str, Any]:
    return {"parameters": sum(p.numel() for each in models for p in each.model.parameters()), "minutes": sum(each.minutes for each in models)}


def _cells(name: str, row: Mapping[str, Any]) -> list[str]:
    from .eval.intervals import Interval

    labels = [f"{row['labels'][label]:.3f}" for label in LABELS]
    return [name, f"{row['parameters'] / 1e6:.2f} M", with_interval(Interval(**row["f1"])), *labels, f"{row['minutes']:.1f}"]


def _mean(arrays: Sequence[np.ndarray[Any, Any]]) -> np.ndarray[Any, Any]:
    return np.asarray(np.mean(arrays, axis=0), dtype=np.float32)
