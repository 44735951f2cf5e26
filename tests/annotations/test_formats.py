"""What the formats look like, files made by other hands, and every way in which a file is malformed."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fiscalzh.annotations.converters import (
    FORMATS,
    Annotation,
    Claim,
    ConversionError,
    Fact,
    label_config,
    read_splits,
    write_splits,
)
from fiscalzh.annotations.converters.label_studio import read_label_studio
from fiscalzh.annotations.labels import LABELS
from fiscalzh.annotations.span import Span

_TEXT = "收入合计18.19万元。\n培训3人"
_ACCOUNT, _AMOUNT, _CLAIM = Span(0, 4, "ACCOUNT", 0.5), Span(4, 11, "AMOUNT", 0.25), Span(13, 17, "CLAIM")
_ANNOTATION = Annotation(
    _TEXT,
    (_ACCOUNT, _AMOUNT, _CLAIM),
    (Fact(_AMOUNT, _ACCOUNT, "actual", "收入合计", "181900", 2021, scope="市本级"),),
    (Claim(_CLAIM, (("3", "人"),)),),
    "a.txt",
    "00",
    2021,
)


def _read(name: str, content: str, tmp_path: Path) -> list[Annotation]:
    path = tmp_path / f"file{FORMATS[name].suffix}"
    path.write_bytes(content.encode())
    return FORMATS[name].read(path)


def _refused(name: str, content: str, tmp_path: Path) -> str:
    with pytest.raises(ConversionError) as caught:
        _read(name, content, tmp_path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(tmp_path))
    assert str(pickle.loads(pickle.dumps(caught.value))) == message
    return message


def test_brat_files(tmp_path: Path) -> None:
    FORMATS["brat"].write([_ANNOTATION], tmp_path)
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == _TEXT
    lines = (tmp_path / "a.ann").read_text(encoding="utf-8").splitlines()
    assert lines[:4] == [
        "T1\tACCOUNT 0 4\t收入合计",
        "T2\tAMOUNT 4 11\t18.19万元",
        "T3\tCLAIM 13 17\t培训3人",
        "R1\tactual Arg1:T2 Arg2:T1",
    ]
    assert lines[4].startswith('#1\tAnnotatorNotes T1\t{"score": 0.5}')
    assert "actual\tArg1:AMOUNT|RATIO, Arg2:ACCOUNT|PROJECT" in (tmp_path / "annotation.conf").read_text()


def test_brat_of_other_hands(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(_TEXT, encoding="utf-8")
    content = "T1\tACCOUNT 0 4\t收入合计\r\n#1\tAnnotatorNotes T1\t看一看\nT7\tAMOUNT 4 11\t18.19万元\nR1\tactual Arg1:T7 Arg2:T1\t\n"
    (tmp_path / "x.ann").write_bytes(content.encode())
    (read,) = FORMATS["brat"].read(tmp_path)
    assert read.facts == (Fact(Span(4, 11, "AMOUNT"), Span(0, 4, "ACCOUNT"), "actual", "收入合计"),)
    assert (read.source, read.facts[0].unit) == ("x.txt", "CNY")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("T1\tACCOUNT 0 2;3 4\t收入 计", "line 1: T1 is discontinuous"),
        ("T1\tACCOUNT 0 4\t收入总计", "line 1: T1 says '收入总计', the text has '收入合计' at 0"),
        ("T1\tACCOUNT 0 4\t收入合计\nE1\tX:T1", "line 2: expected a span (T)"),
        ("T1\tACCOUNT 0 4\t收入合计\nT1\tACCOUNT 0 4\t收入合计", "line 2: T1 stands twice"),
        ("T1\tACCOUNT 4 0\t收入合计", "line 1: a span needs 0 <= start < end"),
        ("T1\tPERSON 0 4\t收入合计", "unknown label 'PERSON' at [0, 4): rename it"),
        ("T1\tACCOUNT 0 4\t收入合计\nR1\tactual Arg1:T1 Arg2:T2", "line 2: R1 names T2"),
        (
            "T1\tACCOUNT 0 2\t收入\nT2\tACCOUNT 2 4\t合计\nR1\tactual Arg1:T1 Arg2:T2",
            "line 3: a fact leads from an AMOUNT",
        ),
        (
            "T1\tACCOUNT 0 4\t收入合计\nT2\tAMOUNT 4 11\t18.19万元\nR1\tpaid Arg1:T2 Arg2:T1",
            "line 3: no measure 'paid'",
        ),
        (
            'T1\tACCOUNT 0 4\t收入合计\nT2\tAMOUNT 4 11\t18.19万元\nR1\tactual Arg1:T2 Arg2:T1\n#1\tAnnotatorNotes R1\t{"value": 181900}',
            "line 4: value: Input should be a valid string",
        ),
    ],
)
def test_malformed_brat(content: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text(_TEXT, encoding="utf-8")
    assert expected in _refused("brat", content, tmp_path)


def test_brat_without_its_text(tmp_path: Path) -> None:
    (tmp_path / "x.ann").write_text("")
    with pytest.raises(ConversionError, match=r"x\.txt: No such file"):
        FORMATS["brat"].read(tmp_path)


def test_doccano_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    FORMATS["doccano"].write([_ANNOTATION], path)
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["entities"][1] == {"id": 1, "label": "AMOUNT", "start_offset": 4, "end_offset": 11}
    assert record["relations"] == [{"id": 0, "from_id": 1, "to_id": 0, "type": "actual"}]


@pytest.mark.parametrize("key", ["label", "labels"])
def test_old_doccano(key: str, tmp_path: Path) -> None:
    line = json.dumps({"id": 3, "data" if key == "label" else "text": _TEXT, key: [[0, 4, "ACCOUNT"], [4, 11, "AMOUNT"]]})
    (read,) = _read("doccano", line + "\n\n", tmp_path)
    assert read.spans == (Span(0, 4, "ACCOUNT"), Span(4, 11, "AMOUNT"))


def test_doccano_relations_changed_by_hand(tmp_path: Path) -> None:
    """Details follow their relation; a removed relation takes them along, a new one has none."""
    path = tmp_path / "x.jsonl"
    FORMATS["doccano"].write([_ANNOTATION], path)
    record = json.loads(path.read_text(encoding="utf-8"))
    record["relations"][0]["type"] = "budget"
    (read,) = _read("doccano", json.dumps(record), tmp_path)
    assert [(fact.measure, fact.value) for fact in read.facts] == [("budget", None)]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"text": _TEXT}, "expected `entities` or `label`"),
        ({"entities": []}, "text: Field required"),
        ({"text": _TEXT, "label": [[0, 4]]}, "label.0.2: Field required"),
        ({"text": _TEXT, "label": [["0", 4, "ACCOUNT"]]}, "label.0.0: Input should be a valid integer"),
        ({"text": _TEXT, "label": [[10, 99, "CLAIM"]]}, "CLAIM [10, 99) ends behind the text of 17 characters"),
        ({"text": _TEXT, "label": [[0, 4, "CLAIM"], [0, 4, "CLAIM"]]}, "CLAIM [0, 4) stands twice"),
        (
            {"text": _TEXT, "entities": [], "relations": [{"from_id": 1, "to_id": 2, "type": "actual"}]},
            "a relation actual names the region 1",
        ),
        ({"text": "\ud83d", "label": []}, "Invalid JSON"),
    ],
)
def test_malformed_doccano(record: dict[str, Any], expected: str, tmp_path: Path) -> None:
    good = json.dumps({"text": "", "label": []})
    message = _refused("doccano", f"{good}\n{json.dumps(record)}", tmp_path)
    assert "line 2: " in message
    assert expected in message


def _studio(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> str:
    path = tmp_path / "x.json"
    FORMATS["label-studio"].write([_ANNOTATION.without_scores()], path)
    tasks = json.loads(path.read_text(encoding="utf-8"))
    change(tasks[0])
    return json.dumps(tasks)


def test_label_studio_keeps_predictions_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    FORMATS["label-studio"].write([_ANNOTATION, _ANNOTATION.without_scores()], path)
    scored, bare = json.loads(path.read_text(encoding="utf-8"))
    assert (len(scored["predictions"]), len(scored["annotations"])) == (1, 0)
    assert scored["predictions"][0]["result"][0]["score"] == 0.5
    assert (len(bare["predictions"]), len(bare["annotations"])) == (0, 1)


def test_label_studio_interface() -> None:
    root = ElementTree.fromstring(label_config())
    assert [label.get("value") for label in root.iter("Label")] == list(LABELS)


def test_label_studio_of_other_hands(tmp_path: Path) -> None:
    def change(task: dict[str, Any]) -> None:
        task["annotations"][0]["result"][-1]["direction"] = "left"
        result = task["annotations"][0]["result"][-1]
        result["from_id"], result["to_id"] = result["to_id"], result["from_id"]
        task["annotations"][0]["result"].append({"type": "choices", "id": "c", "value": {"choices": ["好"]}})
        task["annotations"].append({"result": [], "was_cancelled": True, "completed_by": 2})

    (read,) = _read("label-studio", _studio(tmp_path, change), tmp_path)
    assert read == _ANNOTATION.without_scores()


def test_label_studio_annotators(tmp_path: Path) -> None:
    def change(task: dict[str, Any]) -> None:
        task["annotations"][0]["completed_by"] = {"id": 1, "email": "a@b"}
        task["annotations"].append({"result": [], "completed_by": 2})

    content = _studio(tmp_path, change)
    assert "task 1: 2 annotations, by 1, 2: choose an annotator" in _refused("label-studio", content, tmp_path)
    assert [len(read_label_studio(tmp_path / "file.json", annotator)[0].spans) for annotator in (1, 2, 3)] == [3, 0, 0]


def _set(**values: Any) -> Callable[[dict[str, Any]], None]:
    def change(task: dict[str, Any]) -> None:
        task["annotations"][0]["result"][0].update(values)

    return change


def _offset(task: dict[str, Any]) -> None:
    value = task["annotations"][0]["result"][1]["value"]
    value["start"], value["end"] = value["start"] + 1, value["end"] + 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_offset, "the region 's2' says '18.19万元', the text has '8.19万元。' at 5: export with a present version"),
        (_set(value={"start": 0, "end": 4, "labels": ["ACCOUNT", "PROJECT"]}), "expected one, make it several regions"),
        (_set(value={"start": "0", "end": 4, "labels": ["ACCOUNT"]}), "start: Input should be a valid integer"),
        (_set(type="hypertextlabels"), "a region of type 'hypertextlabels'"),
        (_set(id=None), "needs an id of its own"),
        (_set(id="other"), "a relation actual names the region 's1'"),
        (lambda task: task["annotations"][0]["result"][-1].update(labels=[]), "one measure for a label, got []"),
        (lambda task: task.pop("data"), "export as JSON, not as JSON-MIN"),
    ],
)
def test_malformed_label_studio(change: Callable[[dict[str, Any]], None], expected: str, tmp_path: Path) -> None:
    message = _refused("label-studio", _studio(tmp_path, change), tmp_path)
    assert "task 1: " in message
    assert expected in message


def test_conll_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.conll"
    FORMATS["conll"].write([Annotation("支 出\t#。\n3", (Span(0, 3, "ACCOUNT"), Span(7, 8, "CLAIM")))], path)
    assert path.read_text(encoding="utf-8").splitlines()[2:] == [
        "支\tB-ACCOUNT\tO",
        "\\s\tI-ACCOUNT\tO",
        "出\tI-ACCOUNT\tO",
        "\\t\tO\tO",
        "#\tO\tO",
        "。\tO\tO",
        "",
        "\\n\tO\tO",
        "",
        "3\tO\tB-CLAIM",
    ]


@pytest.mark.parametrize(
    "tags",
    [
        "B-ACCOUNT I-ACCOUNT O B-AMOUNT B-RATIO I-RATIO",
        "B-ACCOUNT E-ACCOUNT O S-AMOUNT B-RATIO E-RATIO",
    ],
)
def test_conll_of_other_hands(tags: str, tmp_path: Path) -> None:
    rows = [f"{char} {tag}" for char, tag in zip("支出是\\5%", tags.split(), strict=True)]
    rows.insert(3, "")
    content = "-DOCSTART- O\r\n\r\n" + "\r\n".join(rows) + "\r\n\r\n\r\n-DOCSTART- O\r\n好 O\r\n"
    first, second = _read("conll", content, tmp_path)
    assert (first.text, second.text) == ("支出是\n\\5%", "好")
    assert first.spans == (Span(0, 2, "ACCOUNT"), Span(4, 5, "AMOUNT"), Span(5, 7, "RATIO"))


def test_bmes_middles(tmp_path: Path) -> None:
    (read,) = _read("conll", "支 B-ACCOUNT\n出 M-ACCOUNT\n数 E-ACCOUNT", tmp_path)
    assert read.spans == (Span(0, 3, "ACCOUNT"),)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("支 I-ACCOUNT", "line 1: I-ACCOUNT goes on with a span that has not begun"),
        ("支 B-ACCOUNT\n出 I-AMOUNT", "line 2: I-AMOUNT goes on"),
        ("支 B-ACCOUNT\n出 O\n数 S-AMOUNT", "line 3: some spans here end with E or S and some without"),
        ("支 S-ACCOUNT\n出 B-AMOUNT", "line 2: some spans here end"),
        ("支 ACCOUNT", "line 1: expected a tag such as O"),
        ("支出 O", "line 1: expected one character a line, got '支出'"),
        ("支 O\n出 O O", "line 2: expected 2 columns as before, got 3"),
        ("支 O O O", "line 1: expected a character and two tags"),
        ("支 B-PERSON", "unknown label 'PERSON'"),
        ("# columns = token mentions claims\n支\tO\tO", "line 2: expected '# document = {…}' before"),
        (
            "# columns = token mentions claims\n# document = {}\n支 O O",
            "line 3: expected a character and two tags, tab-separated",
        ),
        (
            "# columns = token mentions claims\n# document = {}\n\\q\tO\tO",
            "line 3: expected one character or an escape",
        ),
        ("# columns = token mentions claims\n# document = {\n", "line 2: the record: Invalid JSON"),
    ],
)
def test_malformed_conll(content: str, expected: str, tmp_path: Path) -> None:
    assert expected in _refused("conll", content, tmp_path)


def test_conll_refuses_overlaps(tmp_path: Path) -> None:
    overlapping = Annotation("支出数", (Span(0, 2, "ACCOUNT"), Span(1, 3, "PROJECT")))
    with pytest.raises(ConversionError, match=r"document 1 to write: PROJECT \[1, 3\) overlaps another span"):
        FORMATS["conll"].write([overlapping], tmp_path / "x.conll")


def test_docbin_is_spacy_as_usual(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    FORMATS["spacy"].write([_ANNOTATION], tmp_path / "x.spacy")
    (doc,) = spacy.tokens.DocBin().from_disk(tmp_path / "x.spacy").get_docs(spacy.blank("zh").vocab)
    assert (doc.text, len(doc)) == (_TEXT, len(_TEXT))
    assert [(span.text, span.label_) for span in doc.spans["mentions"]] == [
        ("收入合计", "ACCOUNT"),
        ("18.19万元", "AMOUNT"),
    ]
    assert doc.spans["mentions"].attrs["scores"] == [0.5, 0.25]


def test_docbin_of_other_hands(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    doc = spacy.tokens.Doc(spacy.vocab.Vocab(), words=["收入", "合计", "18.19"], spaces=[True, False, False])
    doc.spans["mentions"] = [spacy.tokens.Span(doc, 0, 2, "ACCOUNT")]
    path = tmp_path / "x.spacy"
    spacy.tokens.DocBin(docs=[doc]).to_disk(path)
    assert FORMATS["spacy"].read(path)[0].spans == (Span(0, 5, "ACCOUNT"),)
    doc.spans["other"] = doc.spans.pop("mentions")
    spacy.tokens.DocBin(docs=[doc]).to_disk(path)
    with pytest.raises(ConversionError, match=r"doc 1: expected the spans in .* got the groups \['other'\]"):
        FORMATS["spacy"].read(path)
    assert "no DocBin of spaCy" in _refused("spacy", "nothing", tmp_path)


def test_parquet_rows_are_typed(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    write_splits({"train": [_ANNOTATION, _ANNOTATION], "test": [_ANNOTATION]}, tmp_path)
    files = {split: str(tmp_path / f"{split}.parquet") for split in ("train", "test")}
    loaded = datasets.load_dataset("parquet", data_files=files, cache_dir=str(tmp_path / "cache"))
    features = loaded["train"].features
    assert features["spans"].feature["label"].names == list(LABELS)
    row = loaded["train"][0]
    assert row["spans"][1] == {"start": 4, "end": 11, "label": 0, "score": 0.25}
    assert (row["facts"][0]["value"], row["facts"][0]["value_span"]) == ("181900", 1)
    assert {split: len(read) for split, read in read_splits(tmp_path).items()} == {"train": 2, "test": 1}
    loaded["test"].filter(lambda row: row["text"]).to_parquet(tmp_path / "again.parquet")
    assert FORMATS["datasets"].read(tmp_path / "again.parquet") == [_ANNOTATION]


def test_malformed_parquet(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "file.parquet"
    FORMATS["datasets"].write([_ANNOTATION], path)
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({}), tmp_path / "bare.parquet")
    with pytest.raises(ConversionError, match="no ClassLabel"):
        FORMATS["datasets"].read(tmp_path / "bare.parquet")
    pq.write_table(pa.table({"text": ["x"]}), path)
    with pytest.raises(ConversionError, match="no column source, sha256, fiscal_year, spans"):
        FORMATS["datasets"].read(path)
    assert "Parquet" in _refused("datasets", "nothing", tmp_path)


def test_malformed_gold(tmp_path: Path) -> None:
    FORMATS["gold"].write([_ANNOTATION], tmp_path)
    gold = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    (tmp_path / "file.txt").write_text(_TEXT, encoding="utf-8")
    gold["source"] = "file.txt"

    def refused(**changes: Any) -> str:
        return _refused("gold", json.dumps(gold | changes), tmp_path)

    assert "spans: Field required" in _refused("gold", '{"sha256": ""}', tmp_path)
    assert "no such file" in refused(source="none.txt")
    assert "belong to another extraction" in refused(offsets=False)
    moved = [{**gold["spans"][0], "start": 1, "end": 5}, *gold["spans"][1:]]
    assert "span T1 says '收入合计', the text has '入合计1' at 1" in refused(spans=moved)
    assert "fact 1 names the span None" in refused(facts=[{**gold["facts"][0], "subject_span": None}])
    assert "fact 1 says % and account" in refused(facts=[{**gold["facts"][0], "unit": "%"}])


@pytest.mark.parametrize("name", ["doccano", "label-studio", "conll"])
def test_bytes_that_are_no_text(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"x{FORMATS[name].suffix}"
    path.write_bytes("[收入".encode("gb18030"))
    with pytest.raises(ConversionError, match="is not UTF-8: save the file as UTF-8"):
        FORMATS[name].read(path)
