"""How a run went, epoch by epoch: as lines of JSON and as a picture."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

PAUSE: Final = 10.0  # seconds
_CHINESE: Final = ("Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Zen Hei", "PingFang SC", "Microsoft YaHei", "SimHei")


def write_curves(history: Sequence[Mapping[str, float]], folder: Path, pause: float = 0.0) -> None:
    """Write `curves.jsonl` and `curves.png` anew, each as a whole, so that no epoch ever stands in them twice.

    Args:
        history: for each epoch `epoch`, `loss` and the F1 of any labels.
        pause: seconds for which a picture is left as it is, so that short epochs do not wait for it.
    """
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in history)
    (folder / "curves.jsonl.tmp").write_text(lines, encoding="utf-8")
    (folder / "curves.jsonl.tmp").replace(folder / "curves.jsonl")
    picture = folder / "curves.png"
    if picture.exists() and time.time() - picture.stat().st_mtime < pause:
        return
    figure = draw(history)
    FigureCanvasAgg(figure)
    figure.savefig(folder / "curves.png.tmp", format="png")
    (folder / "curves.png.tmp").replace(picture)


def draw(history: Sequence[Mapping[str, float]]) -> Figure:
    """Loss over epochs; beside it F1 over epochs, a line a label, where there is any."""
    labels = [name for name in history[-1] if name not in ("epoch", "loss")] if history else []
    figure = Figure(figsize=(11 if labels else 5.5, 4), layout="constrained")
    epochs = [line["epoch"] for line in history]
    axes = figure.subplots(1, 2 if labels else 1, squeeze=False)[0]
    axes[0].plot(epochs, [line["loss"] for line in history], marker=".")
    axes[0].set(xlabel="epoch", ylabel="training loss")
    if labels:
        for label in labels:
            whole = {"color": "black", "linewidth": 2.5} if label == "ALL" else {}
            axes[1].plot(epochs, [line[label] for line in history], marker=".", label=label, **whole)
        axes[1].set(xlabel="epoch", ylabel="F1", ylim=(0, 1))
        installed = [name for name in _CHINESE if name in font_manager.get_font_names()]  # labels of a user may be Chinese
        axes[1].legend(loc="lower right", prop={"family": ["DejaVu Sans", *installed]})
    for each in axes:
        each.grid(alpha=0.3)
        each.xaxis.get_major_locator().set_params(integer=True)
    return figure
