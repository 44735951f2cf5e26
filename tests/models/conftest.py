"""A toy tagger, trained once for all tests that need one: a handful of invented sentence patterns, learnt in seconds."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fiscalzh.annotations.labels import FISCAL
from fiscalzh.annotations.markup import parse
from fiscalzh.annotations.span import Span
from fiscalzh.corpus import from_text
from fiscalzh.corpus.document import Document
from fiscalzh.corpus.shadow import shadow_of
from fiscalzh.models.examples import Example, make_example
from fiscalzh.models.tokenizer import CharTokenizer

if TYPE_CHECKING:
    from fiscalzh.models.modeling import FiscalTagger
    from fiscalzh.models.plans import TrainingPlan
    from fiscalzh.models.training import Progress, Trainer

TINY = {
    "char_size": 16, "bigram_size": 8, "shape_size": 4, "encoder": "bilstm", "hidden_size": 24, "depth": 1, "dropout": 0.05, "window": 256,
}  # fmt: skip


def _paragraph(rng: random.Random) -> str:
    account = rng.choice(["办公费", "差旅费", "印刷费", "培训费", "邮电费"])
    project = rng.choice(["甲河桥", "乙山路", "丙湖堤", "丁江渠"]) + "工程"
    amount = f"{rng.randrange(1, 9000)}.{rng.randrange(10, 99)}万元"
    ratio = f"{rng.randrange(1, 99)}.{rng.randrange(1, 9)}%"
    return rng.choice(
        [
            f"{{a|{account}}}支出{{m|{amount}}}，完成预算的{{r|{ratio}}}。",
            f"本年安排{{p|{project}}}资金{{m|{amount}}}，用于建设。",
            f"加强管理，健全制度，{{c|{{p|{project}}}建成站点{rng.randrange(2, 99)}个}}，方便群众。",
            f"严格执行规定，{{c|办结率达到{{r|{ratio}}}}}，群众满意。",
            f"主要原因是{rng.choice('甲乙丙丁')}项工作增加，人员变动较多。",
        ]
    )


def toy_marked(seed: int, paragraphs: int = 24) -> str:
    """A marked report of invented sentences under numbered headings."""
    rng = random.Random(seed)
    lines = ["某某县某某局工作报告"]
    for number in range(paragraphs):
        if number % 8 == 0:
            lines.append(f"{'一二三四五六七八九'[number // 8 % 9]}、{rng.choice(['收支情况', '工作情况', '项目情况'])}")
        lines.append(_paragraph(rng))
    return "\n".join(lines) + "\n"


def toy_report(seed: int, paragraphs: int = 24) -> tuple[Document, tuple[Span, ...]]:
    marked = parse(toy_marked(seed, paragraphs))
    return from_text(marked.text), marked.spans


@pytest.fixture(scope="session")
def make_report() -> Callable[..., tuple[Document, tuple[Span, ...]]]:
    return toy_report


def toy_plan(output: Path, **changes: object) -> TrainingPlan:
    from fiscalzh.models.plans import TrainingPlan

    plan: dict[str, object] = {
        "output": str(output), "model": dict(TINY), "epochs": 12, "patience": 12, "batch_tokens": 1024,
        "learning_rate": 0.02, "averaging": 0.9, "seed": 7,
    }  # fmt: skip
    return TrainingPlan.model_validate(plan | changes)


@pytest.fixture(scope="session")
def make_plan() -> Callable[..., TrainingPlan]:
    return toy_plan


@dataclass
class Toy:
    """A trained toy tagger with what it was trained on and what it never saw."""

    folder: Path
    tokenizer: CharTokenizer
    train: list[Example]
    dev: list[Example]
    gold: list[tuple[Span, ...]]
    trainer: Trainer
    model: FiscalTagger
    progress: list[Progress] = field(default_factory=list)


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from fiscalzh.eval.spans import f1_by_label
    from fiscalzh.models.training import Trainer

    folder = tmp_path_factory.mktemp("toy")
    reports = [toy_report(seed) for seed in range(16)]
    tokenizer = CharTokenizer.learn((shadow_of(document).text for document, _ in reports), min_char=2, min_bigram=3)
    examples = [make_example(document, spans, tokenizer, FISCAL) for document, spans in reports]
    progress: list[Progress] = []
    trainer = Trainer(toy_plan(folder), tokenizer, f1_by_label, progress.append)
    gold = [spans for _, spans in reports[13:]]
    model = trainer.run(lambda _: examples[:13], examples[13:], gold)
    return Toy(folder, tokenizer, examples[:13], examples[13:], gold, trainer, model, progress)


@pytest.fixture(scope="session")
def exported(toy: Toy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy tagger as the runtime loads it, not quantised."""
    pytest.importorskip("onnx")
    from fiscalzh.models.export import export

    return export(toy.model, toy.tokenizer, tmp_path_factory.mktemp("exported"), "toy", quantize=False)
