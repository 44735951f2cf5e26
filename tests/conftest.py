"""What tests of several rooms need."""

from __future__ import annotations

import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import TEXT
from hypothesis import HealthCheck, settings

MINUTES = float(os.environ.get("FISCALZH_FUZZ", "0"))  # for all property tests together; 0: a few examples of each
settings.register_profile("fiscalzh", max_examples=100 if MINUTES else 40, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile("fiscalzh")
_ROUNDS: dict[str, int] = {}
_properties = 0


def pytest_collection_finish(session: pytest.Session) -> None:
    global _properties
    _properties = sum("hypothesis" in item.keywords for item in session.items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """With FISCALZH_FUZZ=MINUTES every property test is run again and again, with other examples, until its share of the time is over."""
    begin = time.monotonic()
    yield
    if MINUTES and "hypothesis" in item.keywords:
        _ROUNDS[item.nodeid] = 1
        while time.monotonic() - begin < 60 * MINUTES / _properties:
            item.runtest()
            _ROUNDS[item.nodeid] += 1


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for name, rounds in _ROUNDS.items():
        terminalreporter.write_line(f"{rounds:6} rounds  {name}")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report of one sentence with three facts."""
    path = tmp_path / "report.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


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


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, for one module: as long as it runs, so does an event loop, and asyncio lets no other start."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright, of the extra `test`")
    if CHROMIUM is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a page from a file; afterwards nothing may have complained and nothing may have been loaded."""
    complaints: list[str] = []
    requests: list[str] = []
    contexts: list[Any] = []

    def open_(html: str, **options: Any) -> Any:
        path = tmp_path / "page.html"
        path.write_bytes(html.encode())
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 900}, **options))
        page = contexts[-1].new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []
    assert {url for url in requests if not url.startswith("file://")} == set()
    assert len(requests) == len(contexts)
