"""What tests of several rooms need."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)


PIECES = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "1", "2", "9", "100", "2020", "##收", "支出", "a", "b", "p", "，", "。", "(", ")", "：",
    *"公务接待费印刷培训差旅邮电办会议水支出决算为万元完成预算的与上年相比减少甲乙丙丁张李王在北京厦门大学工作去了来和",
]  # fmt: skip


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with random weights and a vocabulary of some sixty pieces, as a folder."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from fiscalzh.models.quiet import quiet

    folder = tmp_path_factory.mktemp("bert")
    pieces = list(dict.fromkeys(PIECES))
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    torch.manual_seed(3)
    config = transformers.BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, max_position_embeddings=180
    )
    with quiet():
        transformers.BertModel(config).save_pretrained(folder)
        transformers.BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder
