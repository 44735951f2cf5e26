"""From marked reports to a model folder that `fiscalzh extract --model` takes."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from fiscalzh.annotations.converters.files import convert
from fiscalzh.corpus.read import from_text
from fiscalzh.extract.figures import read_figure
from fiscalzh.extract.pipeline import load_extractor

from fiscalzh.training import load_plan, load_split, train_model

pytestmark = pytest.mark.train

NAMES = ("公务接待费", "会议费", "培训费", "差旅费", "印刷费", "水费", "电费", "邮电费")
MARKED = "---\nfiscal_year: 2021\n---\n\n" + "".join(
    f"{{a{n}|{name}}}支出决算为{{m a{n}.actual|{n}{times}.50万元}}，完成预算的{{r a{n}.completion_rate|9{times}.00%}}。\n"
    for times in range(5)
    for n, name in enumerate(NAMES, start=1)
)


def test_a_model_trained_on_marked_reports_extracts_like_ones(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(MARKED, encoding="utf-8")
    reports = f"[{tmp_path / 'report.txt'}]"
    settings = {
        "output": tmp_path / "model",
        "train": reports,
        "dev": reports,
        "pretrained": "null",
        "epochs": 60,
        "patience": 60,
        "learning_rate": 0.02,
    }
    settings |= {"generated": 0, "linker_generated": 0, "swap": 0, "model": "{hidden_size: 24, char_size: 16, dropout: 0}"}
    lines: list[str] = []
    folder = train_model(Path("shipped"), [f"{key}={value}" for key, value in settings.items()] + ["averaging=0.0"], lines.append)
    assert lines[0].startswith("1 reports to learn from")
    extraction = load_extractor(folder)(from_text("培训费支出决算为7.50万元，完成预算的96.00%。"))
    assert [(fact.subject, fact.measure, f"{fact.value:f}") for fact in extraction.facts] == [
        ("培训费", "actual", "75000.00"),
        ("培训费", "completion_rate", "96.00"),
    ]


@pytest.mark.parametrize(("name", "file"), [("label-studio", "tasks.json"), ("doccano", "all.jsonl"), ("brat", "brat"), ("gold", "gold")])
def test_an_export_of_an_annotation_tool_is_learned_from_as_it_is(tmp_path: Path, name: str, file: str) -> None:
    (tmp_path / "report.txt").write_text(MARKED, encoding="utf-8")
    (marked,) = load_split([str(tmp_path / "report.txt")])
    convert([tmp_path / "report.txt"], name, tmp_path / file, lambda text, label: read_figure(text, label).number)
    (exported,) = load_split([str(tmp_path / file)])
    assert exported.document.text == marked.document.text
    assert exported.spans == marked.spans
    assert [(f.value, f.subject, f.measure) for f in exported.facts] == [(f.value, f.subject, f.measure) for f in marked.facts]


def test_an_unknown_split_is_refused() -> None:
    with pytest.raises(ValueError, match="@train, @dev, @test"):
        load_split(["@all"])


@pytest.mark.parametrize(
    ("override", "message"), [("epochs=0", "epochs"), ("nonsense=1", "nonsense"), ("epochs", "FIELD=VALUE"), ("train=3", "train")]
)
def test_a_wrong_plan_is_refused_with_the_field(override: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        load_plan(Path("shipped"), [override])
