"""Tagging without torch: the exported model under ONNX Runtime."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache, partial
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import Any, Final

import numpy as np

from ..annotations.span import Span
from ..corpus.document import Document
from ..corpus.shadow import Shadow, shadow_of
from .decoding import Decoder, Floats, Pieces
from .settings import MEND, SETTINGS, read_settings
from .tokenizer import SHAPES, CharTokenizer, Ints, Tokens
from .windows import Window, cut_document

SHIPPED: Final = Path(__file__).parent / "shipped"
GRAPH: Final = "model.onnx"
BATCH_TOKENS: Final = 1024  # of one run of the model: more fall out of the cache, and leave the other threads of a short report idle
GROUP: Final = 64  # windows decoded together; bounds the memory, whatever the length of a report

Emit = Callable[[Ints, Ints], Mapping[str, Floats]]


class Tagger:
    """The exported tagger: `tagger.tag(document)` gives its spans.

    A model folder holds `model.onnx` and `tagger.json` (tokenizer, label scheme, transitions, temperatures, thresholds).
    """

    def __init__(self, folder: str | Path = SHIPPED, threads: int | None = None, least: Mapping[str, float] | None = None) -> None:
        """Load an exported model.

        Args:
            threads: that run the model at once; default: one for each core.
            least: label to the probability below which its spans are left out, in place of the model's own thresholds:
                a higher one gives precision for recall.

        Raises:
            FileNotFoundError: the folder holds no exported model.
            ValueError: its files are damaged, or not of one model.
        """
        path = Path(folder)
        if missing := [name for name in (GRAPH, SETTINGS) if not (path / name).is_file()]:
            raise FileNotFoundError(f"{path}: holds no exported tagger ({' and '.join(missing)} missing); make one with `fiscalzh train`")
        settings = read_settings(path)
        self.name = settings.name
        self.window = settings.window
        self.tokenizer = settings.tokenizer.tokenizer()
        self.breaks = settings.breaks
        self.decoders = {layer.name: layer.decoder() for layer in settings.layers}
        self.temperatures = {layer.name: layer.temperature for layer in settings.layers}
        self.least: dict[str, float] = {**settings.least, **(least or {})}
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1)
        self._session = _session(path / GRAPH)
        self._try(path / GRAPH)

    def tag(self, document: Document, shadow: Shadow | None = None, temperature: float | None = None) -> list[Span]:
        """The spans of a document, in offsets of its text, sorted; each with its probability.

        Args:
            temperature: of all layers, in place of the model's own.
        """
        temperatures = self.temperatures if temperature is None else dict.fromkeys(self.decoders, temperature)
        view = shadow_of(document) if shadow is None else shadow
        tokens = self.tokenizer.encode(view.text)
        spans = tag_windows(document, view, tokens, self.tokenizer, self.window, self._emit, self.decoders, temperatures, self._pool, self.breaks)
        return [span for span in spans if span.score is None or span.score >= self.least.get(span.label, 0.0)]

    def _try(self, path: Path) -> None:
        """Run the graph on one token with the greatest ids there are: a graph of another vocabulary or other labels fails now."""
        ids = [self.tokenizer.char_count - 1, self.tokenizer.bigram_count - 1, self.tokenizer.bigram_count - 1, SHAPES]
        try:
            found = self._emit(np.asarray([[ids]]), np.asarray([1]))
        except Exception as error:  # ONNX Runtime has errors of many kinds
            raise ValueError(f"{path}: does not run with {SETTINGS} ({_shortened(error)}); {MEND}") from error
        for name, decoder in self.decoders.items():
            if found[name].shape != (1, 1, len(decoder.tags)):
                raise ValueError(f"{path}: scores {found[name].shape[-1]} tags in layer {name}, {SETTINGS} says {len(decoder.tags)}; {MEND}")

    def _emit(self, features: Ints, lengths: Ints) -> dict[str, Floats]:
        outputs = self._session.run(list(self.decoders), {"features": features, "lengths": lengths})
        return dict(zip(self.decoders, outputs, strict=True))


@cache
def shipped() -> Tagger:
    """The tagger that comes with the package, loaded once."""
    return Tagger(SHIPPED)


def _session(path: Path) -> Any:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1  # a recurrence cannot be shared between threads; batches can
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime has errors of many kinds
        raise ValueError(f"{path}: no graph that ONNX Runtime can load ({_shortened(error)}); {MEND}") from error


def _shortened(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def tag_windows(
    document: Document,
    shadow: Shadow,
    tokens: Tokens,
    tokenizer: CharTokenizer,
    window: int,
    emit: Emit,
    decoders: Mapping[str, Decoder],
    temperatures: Mapping[str, float] | None = None,
    pool: Executor | None = None,
    breaks: str = "",
) -> list[Span]:
    """Cut a tokenised document into windows, score them in batches of like length, decode each head.

    Args:
        emit: (batch, time, 4) features and (batch,) lengths, the longest first, to (batch, time, tags) emissions of each layer.
        pool: threads to call `emit` in; where None, it is called here.
        breaks: characters that no span holds: what lies between them is decoded by itself.
    """
    if not len(tokens):
        return []
    windows = cut_document(document, shadow, tokens, window, tokenizer)
    cuts = np.isin(tokens.features[:, 0], tokenizer.known(breaks))
    spans = []
    for group, layers in _scored(windows, tokens, emit, pool):
        own = np.concatenate([np.arange(each.start, each.end) for each in group])
        pieces = Pieces.of(np.asarray([each.end - each.start for each in group]), cuts[own])
        for name, scores in layers.items():
            temperature = temperatures[name] if temperatures else 1.0
            for start, end, label, probability in decoders[name].decode(scores, pieces, temperature):
                first, last = tokens.starts[own[start]], tokens.ends[own[end - 1]]
                begin, stop = shadow.to_source(int(first), int(last))
                spans.append(Span(begin, stop, label, round(probability, 4)))
    return sorted(spans, key=lambda s: (s.start, s.end, s.label))


def _scored(windows: Sequence[Window], tokens: Tokens, emit: Emit, pool: Executor | None) -> Iterator[tuple[Sequence[Window], dict[str, Floats]]]:
    """Groups of windows of like length with their emissions, contexts left out: (tokens, tags) for each layer, window behind window.

    The model likes few windows at a time, the decoder many. A pool scores the next group while this one is decoded.
    """
    order = sorted(windows, key=lambda w: -w.length)
    groups = [order[at : at + GROUP] for at in range(0, len(order), GROUP)]

    def score(batch: Sequence[Window]) -> dict[str, Floats]:
        features, lengths = _pad(batch, tokens)
        at, contexts = np.arange(features.shape[1]), np.asarray([len(w.context) for w in batch])
        own = (at >= contexts[:, None]) & (at < lengths[:, None])
        return {name: scores[own] for name, scores in emit(features, lengths).items()}

    def submit(group: Sequence[Window]) -> list[Callable[[], dict[str, Floats]]]:
        return [pool.submit(score, batch).result if pool else partial(score, batch) for batch in _batches(group)]

    running = submit(groups[0])
    for group, following in zip(groups, [*groups[1:], []], strict=True):
        scored, running = [result() for result in running], submit(following) if following else []
        yield group, {name: np.concatenate([one[name] for one in scored]) for name in scored[0]}


def _batches(windows: Sequence[Window]) -> list[Sequence[Window]]:
    """Windows, longest first, as batches of at most BATCH_TOKENS tokens, padding counted, where one window has no more.

    They are alike in size and even in number, so that two threads have the same to do; how many threads there are must not change
    them, since a quantised graph scores a window a little differently in another batch.
    """
    rows = max(1, BATCH_TOKENS // windows[0].length)
    count = min(2 * ceil(len(windows) / rows / 2), len(windows))
    borders = [number * len(windows) // count for number in range(count + 1)]
    return [windows[start:end] for start, end in pairwise(borders)]


def _pad(batch: Sequence[Window], tokens: Tokens) -> tuple[Ints, Ints]:
    lengths = np.asarray([window.length for window in batch])
    features = np.zeros((len(batch), int(lengths.max()), 4), dtype=np.int64)
    for row, window in enumerate(batch):
        split = len(window.context)
        features[row, :split] = window.context
        features[row, split : window.length] = tokens.features[window.start : window.end]
    return features, lengths
