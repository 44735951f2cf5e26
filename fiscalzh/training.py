"""Training put together: written reports in, a model folder for `fiscalzh extract --model` out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from pydantic import ValidationError

from . import models
from .annotations.converters.formats import format_of
from .annotations.converters.model import from_report, to_report
from .annotations.labels import LabelScheme
from .annotations.report import AnnotatedReport, from_markup, load_reports
from .corpus.generator import generate_many
from .corpus.library import REPORTS, SPLITS, written
from .corpus.shadow import shadow_of
from .eval.spans import f1_by_label
from .extract.figures import read_value
from .extract.linking.prepare import lesson_of
from .extract.linking.training import train_linker
from .extract.pipeline import LINKER
from .models.augmentation import name_pool, swap_names
from .models.examples import Example, make_example
from .models.export import export
from .models.tokenizer import CharTokenizer
from .models.training import Progress, Trainer, TrainingPlan, pretrained_folder

SHIPPED_PLAN: Final = Path(models.__file__).parent / "configs" / "shipped.yaml"


def load_plan(config: Path, overrides: Sequence[str] = ()) -> TrainingPlan:
    """Read a training plan from YAML; each override is `field=value`, the value itself YAML.

    `shipped` names the plan that comes with the package.

    Raises:
        ValueError: unknown or ill-typed field, or an override without `=`; the message lists the fields.
    """
    path = SHIPPED_PLAN if str(config) == "shipped" else config
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    for override in overrides:
        name, equals, value = override.partition("=")
        if not equals:
            raise ValueError(f"an override is FIELD=VALUE, got {override!r}")
        data[name] = yaml.safe_load(value)
    try:
        return TrainingPlan.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise ValueError(f"{config}: {field}: {first['msg']}; fields are {', '.join(TrainingPlan.model_fields)}") from error


def load_split(names: Sequence[str]) -> list[AnnotatedReport]:
    """Reports of `@train`, `@dev`, `@test` (the shipped corpus), of marked texts, and of files and folders of any format that
    `fiscalzh annotations convert` knows: what a person corrected in an annotation tool is learned from as it is exported.

    Raises:
        ValueError: a path is no split and of no known format, or malformed.
    """
    reports: list[AnnotatedReport] = []
    for name in names:
        if name.startswith("@"):
            if name[1:] not in SPLITS:
                raise ValueError(f"no split {name}; there are {', '.join('@' + split for split in SPLITS)}")
            reports += load_reports(written(name[1:]))
        elif (source := format_of(name)) is not None:
            reports += map(to_report, source.read(name))
        else:
            reports += load_reports([name])
    return reports


def train_model(config: Path, overrides: Sequence[str], say: Callable[[str], None]) -> Path:
    """Train the tagger, then the linker, and write everything `fiscalzh extract --model` needs.

    Returns:
        The model folder: `model.onnx`, `tagger.json`, `linker.npz`, beside the torch weights, checkpoint and curves.
    """
    plan = load_plan(config, overrides)
    train, dev = load_split(plan.train), load_split(plan.dev)
    if not train:
        raise ValueError(f"no annotated reports in {', '.join(plan.train)}")
    tokenizer = _tokenizer(plan, train)
    say(f"{len(train)} reports to learn from, {len(dev)} to watch; {tokenizer.char_count} characters, {tokenizer.bigram_count} bigrams")
    trainer = Trainer(plan, tokenizer, f1_by_label, lambda progress: say(_line(progress)))
    scheme = trainer.config.scheme
    watched = [make_example(r.document, r.spans, tokenizer, scheme) for r in dev]
    model = trainer.run(_examples(plan, train, tokenizer, scheme), watched, [r.spans for r in dev])
    folder = export(model, tokenizer, plan.output, Path(plan.output).name)
    train_linker(map(lesson_of, [*train, *_generated(plan.linker_generated, plan.seed)])).save(folder / LINKER)
    return folder


def build_dataset(output: Path, generated: int, seed: int) -> dict[str, int]:
    """Write all splits as Parquet; generated reports go into `train` alone.

    Returns:
        The number of reports of each split.
    """
    from .annotations.converters.hugging_face import write_splits

    reports = {split: load_reports(written(split)) for split in SPLITS}
    reports["train"] += _generated(generated, seed)
    annotations = {split: [from_report(_named(report), read_value) for report in own] for split, own in reports.items()}
    write_splits(annotations, output)
    return {split: len(own) for split, own in annotations.items()}


def _named(report: AnnotatedReport) -> AnnotatedReport:
    """The report with a source that is the same on every machine."""
    path = Path(report.document.source)
    source = path.relative_to(REPORTS).as_posix() if path.is_relative_to(REPORTS) else report.document.source
    return replace(report, document=replace(report.document, source=source))


def _examples(
    plan: TrainingPlan, reports: Sequence[AnnotatedReport], tokenizer: CharTokenizer, scheme: LabelScheme
) -> Callable[[int], list[Example]]:
    """What is learned in each epoch: the reports with other project names every time, and newly generated ones."""
    pool = name_pool(reports)

    def examples(epoch: int) -> list[Example]:
        rng = np.random.default_rng((plan.seed, epoch, 7))
        swapped = (swap_names(report, pool, plan.swap, rng) for report in reports)
        made = ((report.document, report.spans) for report in _generated(plan.generated, plan.seed * 1000 + epoch))
        return [make_example(document, spans, tokenizer, scheme) for document, spans in (*swapped, *made)]

    return examples


def _generated(count: int, seed: int) -> list[AnnotatedReport]:
    return [from_markup(made.marked, f"generated {seed}") for made in generate_many(count, seed)]


def _tokenizer(plan: TrainingPlan, train: Sequence[AnnotatedReport]) -> CharTokenizer:
    if plan.pretrained:
        return CharTokenizer.from_dict(json.loads((pretrained_folder(plan.pretrained) / "tokenizer.json").read_text(encoding="utf-8")))
    return CharTokenizer.learn(shadow_of(report.document).text for report in train)


def _line(progress: Progress) -> str:
    scores = " ".join(f"{name} {score:.3f}" for name, score in progress.scores.items())
    return f"epoch {progress.epoch}: loss {progress.loss:.3f}  F1 {scores}{'  best' if progress.best else ''}"
