"""From marked reports to a model folder that `fiscalzh extract --model` takes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("torch")

from fiscalzh.annotations.converters.files import convert
from fiscalzh.corpus.library import written
from fiscalzh.corpus.read import from_text
from fiscalzh.extract.figures import read_figure
from fiscalzh.extract.pipeline import load_extractor
from fiscalzh.models.modeling import FiscalTagger
from fiscalzh.models.runtime import Tagger

from fiscalzh import training
from fiscalzh.training import load_split, train_model

pytestmark = pytest.mark.train

NAMES = ("公务接待费", "会议费", "培训费", "差旅费", "印刷费", "水费", "电费", "邮电费")
MARKED = "---\nfiscal_year: 2021\n---\n\n" + "".join(
    f"{{a{n}|{name}}}支出决算为{{m a{n}.actual|{n}{times}.50万元}}，完成预算的{{r a{n}.completion_rate|9{times}.00%}}。\n"
    for times in range(5)
    for n, name in enumerate(NAMES, start=1)
)


SETTINGS = {
    "pretrained": "null", "epochs": 60, "patience": 60, "learning_rate": 0.02, "averaging": 0.0, "test": "[]",
    "generated": 0, "linker_generated": 0, "swap": 0, "model": "{hidden_size: 24, char_size: 16, dropout: 0}",
}  # fmt: skip


def _train(output: Path, lines: list[str], **settings: object) -> Path:
    overrides = [f"{key.replace('__', '.')}={value}" for key, value in {"output": output, **SETTINGS, **settings}.items()]
    return train_model(Path("shipped"), overrides, lines.append)


def _facts(folder: Path) -> list[tuple[str, str, str]]:
    extraction = load_extractor(folder)(from_text("培训费支出决算为7.50万元，完成预算的96.00%。"))
    return [(fact.subject, fact.measure, f"{fact.value:f}") for fact in extraction.facts]


def test_sentence_ends_that_no_span_holds_are_known_to_the_model(trained: Path) -> None:
    assert json.loads((trained / "tagger.json").read_text(encoding="utf-8"))["breaks"] == "。！；？"
    assert json.loads((trained / "config.json").read_text(encoding="utf-8"))["breaks"] == "。！；？"


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tagger and linker of one report; what was said in training is in `said.txt` beside them."""
    folder, lines = tmp_path_factory.mktemp("trained"), list[str]()
    (folder / "report.txt").write_text(MARKED, encoding="utf-8")
    reports = f"[{folder / 'report.txt'}]"
    _train(folder / "model", lines, train=reports, dev=reports, test=reports)
    (folder / "said.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder / "model"


def test_a_model_trained_on_marked_reports_extracts_like_ones(trained: Path) -> None:
    assert (trained.parent / "said.txt").read_text(encoding="utf-8").startswith("1 reports to learn from, 1 to watch;")
    assert _facts(trained) == [("培训费", "actual", "75000.00"), ("培训费", "completion_rate", "96.00")]


def test_a_trained_model_has_its_scores_and_its_card(trained: Path) -> None:
    scores = json.loads((trained / "scores.json").read_text(encoding="utf-8"))["scores"]
    assert scores["span AMOUNT"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "gold": 40, "interval": [1.0, 1.0]}
    assert scores["fact strict"]["gold"] == 80
    card = (trained / "README.md").read_text(encoding="utf-8")
    row = "| span AMOUNT | 1.000 | 1.000 | 1.000 | [1.000, 1.000] | 40 |"
    for words in ("license: apache-2.0", row, "--set epochs=60", "1 reports (", "seed 13"):
        assert words in card
    assert "span AMOUNT" in (trained.parent / "said.txt").read_text(encoding="utf-8")


def test_the_torch_weights_load_and_tag_as_the_graph_does(trained: Path) -> None:
    from fiscalzh.annotations.labels import FISCAL
    from fiscalzh.models.examples import make_example
    from fiscalzh.models.training import predict

    document = from_text("培训费支出决算为7.50万元，完成预算的96.00%。")
    tagger, model = Tagger(trained), FiscalTagger.from_pretrained(trained).eval()
    (found,) = predict(model, [make_example(document, (), tagger.tokenizer, FISCAL)], tagger.tokenizer)
    assert [(s.start, s.end, s.label) for s in found] == [(s.start, s.end, s.label) for s in tagger.tag(document)] != []


def test_training_goes_on_from_a_trained_model_on_ones_own_reports(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "written", lambda split: written(split)[:8])
    own = "---\nfiscal_year: 2022\n---\n\n" + "".join(f"本年{{p{n}|会议{n}工程}}安排{{m p{n}.budget|{n}5.00万元}}。\n" for n in range(1, 9))
    (tmp_path / "own.txt").write_text(own, encoding="utf-8")
    reports = f"[{tmp_path / 'own.txt'}]"
    settings: dict[str, object] = {"train": reports, "dev": reports, "epochs": 2, "learning_rate": 0.001}
    going_on, anew = _train(tmp_path / "going on", [], start=trained, model="{}", **settings), _train(tmp_path / "anew", [], **settings)
    assert f"Started from**: {trained}." in (going_on / "README.md").read_text(encoding="utf-8")
    vocabularies = [json.loads((each / "tagger.json").read_text(encoding="utf-8"))["tokenizer"] for each in (trained, going_on, anew)]
    assert vocabularies[0] == vocabularies[1] != vocabularies[2]
    # Neither report says this sentence's words of the other: what is known of it was known before, by the tagger and by the linker,
    # which learns the package's reports again.
    assert ("completion_rate", "96.00") in [fact[1:] for fact in _facts(going_on)]
    assert _facts(anew) == []


NAMED = {"PER": ["张三", "李四", "王小明"], "ORG": ["甲大学", "Ford公司", "丙协会"], "LOC": ["北京", "厦门", "长春"]}


def _sentences(seed: int, count: int, scheme: str) -> Iterator[list[tuple[str, str]]]:
    """Invented sentences of tokens with tags; Latin words are one token each."""
    rng = random.Random(seed)
    inside, last, single = {"BIO": "IIB", "BIOES": "IES", "BMES": "MES"}[scheme]
    for _ in range(count):
        rows: list[tuple[str, str]] = []
        for part in rng.choice(
            [("PER", "在", "LOC", "的", "ORG", "工作。"), ("ORG", "派", "PER", "去", "LOC", "，有2人。"), ("PER", "和", "PER", "来了")]
        ):
            words = rng.choice(NAMED[part]) if part in NAMED else part
            tokens = ["Ford", *words[4:]] if words.startswith("Ford") else list(words)
            tags = [f"{position}-{part}" for position in (["B", *inside * (len(tokens) - 2), last] if len(tokens) > 1 else [single])]
            rows += zip(tokens, tags if part in NAMED else ["O"] * len(tokens), strict=True)
        yield rows


def _conll(path: Path, seed: int, count: int, scheme: str) -> Path:
    path.write_text("\n".join("".join(f"{t} {tag}\n" for t, tag in rows) for rows in _sentences(seed, count, scheme)), encoding="utf-8")
    return path


@pytest.fixture(params=["BIO", "BIOES", "BMES"])
def named(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Train, dev and test of a corpus with labels of its own, in each scheme."""
    sizes = {"train": 120, "dev": 20, "test": 30}
    return {part: f"[{_conll(tmp_path / f'{part}.conll', n, size, request.param)}]" for n, (part, size) in enumerate(sizes.items())}


def test_labels_of_ones_own_are_learned_from_conll_files(named: dict[str, str], tmp_path: Path) -> None:
    lines: list[str] = []
    folder = _train(tmp_path / "names", lines, epochs=10, batch_tokens=512, **named)
    assert lines[0].startswith("120 sentences to learn from, 20 to watch")
    assert not (folder / "linker.npz").exists()
    tagger = Tagger(folder)
    assert tagger.decoders["entities"].tags.labels == ("LOC", "ORG", "PER")
    text = "Ford公司派李四去长春，有2人。"
    assert [(s.label, s.of(text)) for s in tagger.tag(from_text(text))] == [("ORG", "Ford公司"), ("PER", "李四"), ("LOC", "长春")]
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    assert list(scores["scores"]) == ["LOC", "ORG", "PER", "ALL"]
    assert scores["scores"]["ALL"]["f1"] > 0.95
    assert any("ALL" in line and line.startswith(str(tmp_path / "test.conll")) for line in lines)
    assert "There is no linker" in (folder / "README.md").read_text(encoding="utf-8")
    with pytest.raises(FileNotFoundError, match="no linker"):
        load_extractor(folder)


@pytest.mark.parametrize("named", ["BIO"], indirect=True)
def test_scores_on_conll_files_are_those_of_seqeval(named: dict[str, str], tmp_path: Path) -> None:
    """After one epoch there are errors of all kinds to count."""
    from fiscalzh.annotations.converters.sentences import read_sentences
    from seqeval.metrics import classification_report

    folder = _train(tmp_path / "names", [], epochs=1, batch_tokens=512, **named)
    tagger = Tagger(folder)
    columns: tuple[list[list[str]], list[list[str]]] = [], []
    for sentence in read_sentences(tmp_path / "test.conll"):
        for column, spans in zip(columns, (sentence.spans, tagger.tag(sentence.document)), strict=True):
            tags = ["O"] * len(sentence.document.text)
            for span in spans:
                tags[span.start : span.end] = [f"B-{span.label}"] + [f"I-{span.label}"] * (span.end - span.start - 1)
            column.append(tags)
    theirs = classification_report(*columns, output_dict=True, zero_division=0)
    ours = json.loads((folder / "scores.json").read_text(encoding="utf-8"))["scores"]
    assert 0.05 < ours["ALL"]["f1"] < 0.98
    for name, other in [("PER", "PER"), ("ORG", "ORG"), ("LOC", "LOC"), ("ALL", "micro avg")]:
        for figure, their in [("precision", "precision"), ("recall", "recall"), ("f1", "f1-score")]:
            assert ours[name][figure] == pytest.approx(theirs[other][their]), (name, figure)


@pytest.mark.parametrize("named", ["BMES"], indirect=True)
def test_a_bert_like_encoder_is_fine_tuned_by_the_same_command(named: dict[str, str], tiny_bert: Path, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    settings = {"pretrained": tiny_bert, "bert_learning_rate": 0.005, "epochs": 12, "batch_tokens": 512, "model": "{dropout: 0}"}
    folder = _train(tmp_path / "names", [], **settings, **named)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert (config["backbone"]["model_type"], config["window"]) == ("bert", 178)
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))["scores"]
    assert scores["PER"]["recall"] > 0.5
    assert "bert encoder of 2 layers of 32 units" in (folder / "README.md").read_text(encoding="utf-8")
    again = _train(tmp_path / "again", [], start=folder, model="{}", epochs=1, **named)
    assert json.loads((again / "scores.json").read_text(encoding="utf-8"))["scores"]["PER"]["recall"] > 0.5


@pytest.mark.parametrize("named", ["BIO"], indirect=True)
@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dev": "['@dev']"}, "@dev is no file: `train` has CoNLL with labels of its own"),
        ({"layers": "{names: [PER, ORG]}"}, "layers know PER, ORG, but the files have LOC too"),
        ({"layers": "{names: [PER, ORG], places: [LOC]}"}, "expected a token and 2 tags"),
        ({"test": "[none.conll]"}, "none.conll is no file"),
    ],
)
def test_files_that_do_not_go_together_are_refused(settings: dict[str, str], message: str, named: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        _train(tmp_path / "names", [], **{**named, **settings})


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
    with pytest.raises(ValueError, match="there are train, dev, test, and the writers"):
        load_split(["@all"])
