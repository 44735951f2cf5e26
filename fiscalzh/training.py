"""Training put together: annotated reports in, a model folder for `fiscalzh extract --model` out."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from .annotations.converters.formats import format_of
from .annotations.converters.model import from_report, to_report
from .annotations.converters.sentences import has_own_labels, read_sentences
from .annotations.labels import FISCAL, LabelScheme
from .annotations.report import AnnotatedReport, from_markup, load_reports
from .corpus.generator import generate_many
from .corpus.library import REPORTS, SPLITS, written
from .corpus.shadow import shadow_of
from .eval.calibration import calibrate
from .eval.gold import gold_report
from .eval.intervals import bootstrap
from .eval.scores import total
from .eval.spans import Score, f1_by_label, score_spans
from .eval.split import score_reports, table
from .extract.figures import read_value
from .extract.linking.prepare import lesson_of
from .extract.linking.training import train_linker
from .extract.pipeline import LINKER, load_extractor
from .models.augmentation import name_pool, swap_names
from .models.examples import Example, breaks_of, make_example
from .models.export import ExportError, export
from .models.hub import FISCAL_LIMITS, OTHER_LIMITS, CardFacts, LabelScore, describe, this_machine, write_card
from .models.modeling import FiscalTagger
from .models.plans import TrainingPlan, read_plan
from .models.runtime import GRAPH, Tagger
from .models.starting import tokenizer_of
from .models.tokenizer import CharTokenizer
from .models.training import Progress, Trainer, predict

SCORES = "scores.json"


@dataclass(frozen=True, slots=True)
class Material:
    """The annotated texts of a plan. `own`: sentences with labels of their own, which no linker knows and no generator writes."""

    train: list[AnnotatedReport]
    dev: list[AnnotatedReport]
    test: list[AnnotatedReport]
    own: bool


def load_split(names: Sequence[str]) -> list[AnnotatedReport]:
    """Reports of `@train`, `@dev`, `@test` (the shipped corpus), of marked texts, and of files and folders of any format that
    `fiscalzh annotations convert` knows: what a person corrected in an annotation tool is learned from as it is exported.

    Raises:
        ValueError: a path is no split and of no known format, or malformed.
    """
    reports: list[AnnotatedReport] = []
    for name in names:
        if name.startswith("@"):
            try:
                reports += load_reports(written(name[1:]))
            except KeyError as error:
                raise ValueError(f"{name}: {error.args[0]}; put @ before its name") from error
        elif (source := format_of(name)) is not None:
            reports += map(to_report, source.read(name))
        else:
            reports += load_reports([name])
    return reports


def load_material(plan: TrainingPlan) -> tuple[TrainingPlan, Material]:
    """The texts of a plan, and the plan with the layers of labels that are found in them where they are labels of their own.

    Raises:
        ValueError: a path is malformed, or some have labels of their own and others have not.
    """
    asked = {label for labels in (plan.layers or {}).values() for label in labels}
    own = bool(asked - set(FISCAL.labels)) or any(map(has_own_labels, plan.train))
    if not own:
        material = Material(load_split(plan.train), load_split(plan.dev), load_split(plan.test), own)
    else:
        count = len(plan.layers or "1")
        material = Material(_sentences(plan.train, count), _sentences(plan.dev, count), _sentences(plan.test, count), own)
        plan = plan.model_copy(update={"layers": _layers(plan, material)})
    if not material.train:
        raise ValueError(f"no annotated reports in {', '.join(plan.train)}")
    return plan, material


def _sentences(names: Sequence[str], layers: int) -> list[AnnotatedReport]:
    for name in names:
        if not Path(name).is_file():
            raise ValueError(f"{name} is no file: `train` has CoNLL with labels of its own, so that dev and test need such files too, or none ([])")
    return [sentence for name in names for sentence in read_sentences(name, layers)]


def _layers(plan: TrainingPlan, material: Material) -> dict[str, list[str]]:
    found = {span.label for part in (material.train, material.dev, material.test) for sentence in part for span in sentence.spans}
    layers = plan.layers or {"entities": sorted(found)}
    known = [label for labels in layers.values() for label in labels]
    if strange := sorted(found - set(known)):
        raise ValueError(f"layers know {', '.join(known)}, but the files have {', '.join(strange)} too: add them, or leave `layers` out")
    if len(set(known)) < len(known) or not known:
        raise ValueError(f"layers need labels, each in one layer only, got {layers}")
    return layers


def train_model(config: Path, overrides: Sequence[str], say: Callable[[str], None]) -> Path:
    """Train the tagger, then the linker, and write everything `fiscalzh extract --model` needs; score it on the plan's test.

    Returns:
        The model folder: `model.onnx`, `tagger.json`, `linker.npz`, torch weights, card and scores, beside checkpoint and curves.
        Where the files have labels of their own there is no linker.

    Raises:
        ValueError: the plan or an annotated file is malformed.
    """
    plan, material = load_material(read_plan(TrainingPlan, config, overrides))
    tokenizer = tokenizer_of(plan, (shadow_of(report.document).text for report in material.train))
    kind = "sentences" if material.own else "reports"
    say(
        f"{len(material.train)} {kind} to learn from, {len(material.dev)} to watch; "
        f"{tokenizer.char_count} characters, {tokenizer.bigram_count} bigrams"
    )
    labels = LabelScheme.of(plan.layers.items()).labels if plan.layers else FISCAL.labels
    trainer = Trainer(plan, tokenizer, partial(f1_by_label, labels=labels), lambda progress: say(_line(progress, plan.epochs)))
    breaks = breaks_of(span.of(report.document.text) for report in material.train for span in report.spans)
    trainer.config.breaks = "".join(mark for mark in breaks if not plan.start or mark in trainer.config.breaks)
    scheme = trainer.config.scheme
    watched = [make_example(r.document, r.spans, tokenizer, scheme) for r in material.dev]
    model = trainer.run(examples_of(plan, material, tokenizer, scheme), watched, [r.spans for r in material.dev])
    folder = Path(plan.output)
    try:
        export(model, tokenizer, folder, folder.name)
    except ExportError as error:
        say(f"no model.onnx, so that torch alone runs this model: {error}")
    if not material.own and material.dev and (folder / GRAPH).exists():
        calibrated = calibrate(folder, material.dev)
        say(f"temperatures {calibrated.temperatures}, thresholds {calibrated.least}, chosen on dev")
    if not material.own:
        train_linker(map(lesson_of, _linked(plan, material))).save(folder / LINKER)
    measured = _measured(model, tokenizer, folder, material)
    (folder / SCORES).unlink(missing_ok=True)
    if measured:
        say(f"{', '.join(plan.test)}: {len(material.test)} {kind}\n{table({name: total(scores) for name, scores in measured.items()})}")
    scored = {name: _label_score(scores) for name, scores in measured.items()}
    if scored:
        figures = {name: asdict(score) for name, score in scored.items()}
        (folder / SCORES).write_text(json.dumps({"test": plan.test, "scores": figures}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    write_card(folder, _facts(plan, material, trainer, scored, shlex.join(["fiscalzh", "train", str(config), *_flags(overrides)])))
    return folder


def _linked(plan: TrainingPlan, material: Material) -> list[AnnotatedReport]:
    """What the linker learns from. Where the tagger goes on from a trained one it has seen the package's reports, the linker has not."""
    seen = {report.document.sha256 for report in material.train}
    before = [report for report in load_split(["@train"]) if report.document.sha256 not in seen] if plan.start else []
    return [*before, *material.train, *_generated(plan.linker_generated, plan.seed)]


def _measured(model: FiscalTagger, tokenizer: CharTokenizer, folder: Path, material: Material) -> dict[str, list[Score]]:
    """Scores of each test report by name, of what is shipped: the exported model, with linker and all for fiscal reports."""
    graph = (folder / GRAPH).exists()
    if graph and not material.own:
        extractor = load_extractor(folder)
        by_report = [score_reports([gold_report(report)], extractor) for report in material.test]
    else:
        if graph:
            tagger = Tagger(folder)
            found = [tagger.tag(report.document) for report in material.test]
        else:
            found = predict(model, [make_example(r.document, (), tokenizer, model.config.scheme) for r in material.test], tokenizer)
        labels = model.config.scheme.labels
        by_report = [score_spans([own], [report.spans], labels) for own, report in zip(found, material.test, strict=True)]
    return {name: [scores[name] for scores in by_report] for name in (by_report[0] if by_report else ())}


def _label_score(scores: Sequence[Score]) -> LabelScore:
    counts = np.array([[score.right, score.predicted, score.gold] for score in scores])
    total, interval = Score(*map(int, counts.sum(axis=0))), bootstrap(counts)
    return LabelScore(total.precision, total.recall, total.f1, total.gold, (interval.low, interval.high))


def _facts(plan: TrainingPlan, material: Material, trainer: Trainer, scores: dict[str, LabelScore], command: str) -> CardFacts:
    kind = "sentences" if material.own else "reports"
    data = [f"{len(material.train)} {kind} ({', '.join(plan.train)})"]
    if not material.own:
        data += [f"{plan.generated} generated reports in each epoch, other ones every time"] if plan.generated else []
        data += [f"the linker from {plan.linker_generated} generated reports too"] if plan.linker_generated else []
    return CardFacts(
        name=Path(plan.output).name,
        layers=trainer.config.layers,
        model=describe(trainer.config),
        start=plan.start or plan.pretrained or "nothing",
        data=data,
        command=command,
        machine=this_machine(plan.device),
        minutes=trainer.minutes,
        epochs=trainer.epoch,
        seed=plan.seed,
        limits=OTHER_LIMITS if material.own else FISCAL_LIMITS,
        tested_on=f"{', '.join(plan.test)} ({len(material.test)} {kind})" if scores else "",
        scores=scores or None,
        licence=plan.licence,
        graph=(Path(plan.output) / GRAPH).exists(),
    )


def _flags(overrides: Sequence[str]) -> list[str]:
    return [part for override in overrides for part in ("--set", override)]


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


def examples_of(plan: TrainingPlan, material: Material, tokenizer: CharTokenizer, scheme: LabelScheme) -> Callable[[int], list[Example]]:
    """What is learned in each epoch: reports with other project names every time, and newly generated ones; sentences as they are."""
    if material.own:
        made = [make_example(sentence.document, sentence.spans, tokenizer, scheme) for sentence in material.train]
        return lambda _: made
    pool = name_pool(material.train)

    def examples(epoch: int) -> list[Example]:
        rng = np.random.default_rng((plan.seed, epoch, 7))
        swapped = (swap_names(report, pool, plan.swap, rng) for report in material.train)
        made = ((report.document, report.spans) for report in _generated(plan.generated, plan.seed * 1000 + epoch))
        return [make_example(document, spans, tokenizer, scheme) for document, spans in (*swapped, *made)]

    return examples


def _generated(count: int, seed: int) -> list[AnnotatedReport]:
    return [from_markup(made.marked, f"generated {seed}") for made in generate_many(count, seed)]


def _line(progress: Progress, epochs: int) -> str:
    scores = " ".join(f"{name} {score:.3f}" for name, score in progress.scores.items())
    left = progress.minutes / progress.epoch * (epochs - progress.epoch)
    times = f"{progress.minutes:.1f} min, {left:.1f} to go at most"
    return f"epoch {progress.epoch}/{epochs}: loss {progress.loss:.3f}  F1 {scores}  {times}{'  best' if progress.best else ''}"
