"""Trained baselines in a folder, each trained again only where its data, settings or libraries are others, or more time may help."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from ...annotations.report import AnnotatedReport
from .base import Baseline, Deadline, Scorer
from .registry import REGISTRY, make

_NOTE: Final = "trained.json"


@dataclass(frozen=True, slots=True)
class Trained:
    """A baseline with what is known of its training: settings, versions, time it took, F1 on dev by label."""

    baseline: Baseline
    note: dict[str, Any]


def trained(
    name: str,
    train: Sequence[AnnotatedReport],
    dev: Sequence[AnnotatedReport],
    folder: Path,
    score: Scorer,
    say: Callable[[str], None],
    **settings: Any,
) -> Trained:
    """The baseline of that name, from the folder where it is there as asked for, else trained and put there.

    One that had as much time, or did not use up what it had, is as good as asked for. A change of a baseline's own code is not seen:
    remove its folder then.

    Raises:
        ValueError, MissingExtraError: see `make`.
    """
    baseline, home = make(name, **settings), folder / name
    fingerprint = _fingerprint(baseline, train, dev)
    note = _note(home)
    if note.get("fingerprint") == fingerprint and (note["settings"]["minutes"] >= baseline.minutes or not note["cut_short"]):
        return stored(name, folder)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    say(f"{name}: training on {len(train)} reports, at most about {baseline.minutes:g} minutes of processor time")
    watch = Deadline(baseline.minutes)
    baseline.fit(train, dev, score)
    spent = watch.spent
    baseline.save(home)
    reached = score([baseline.tag(report.document) for report in dev], [report.spans for report in dev])
    note = {
        "fingerprint": fingerprint,
        "settings": baseline.settings(),
        "versions": _versions(name),
        "processor_minutes": round(spent, 2),
        "cut_short": baseline.cut_short,
        "dev": {label: round(f1, 4) for label, f1 in reached.items()},
    }
    (home / _NOTE).write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")  # last: a folder without it is half done
    say(f"{name}: trained in {spent:.1f} minutes, F1 on dev {reached['ALL']:.3f}")
    return Trained(baseline, note)


def stored(name: str, folder: Path) -> Trained:
    """A baseline as it was trained.

    Raises:
        FileNotFoundError: it is not in the folder.
        MissingExtraError: its extra is not installed.
    """
    note = _note(folder / name)
    if not note:
        raise FileNotFoundError(f"{folder} holds no trained baseline {name}; `fiscalzh benchmark tag --models-folder {folder}` trains it")
    baseline = make(name, **note["settings"])
    baseline.load(folder / name)
    return Trained(baseline, note)


def _note(home: Path) -> dict[str, Any]:
    path = home / _NOTE
    note: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return note


def _versions(name: str) -> dict[str, str]:
    return {package: version(package) for package in REGISTRY[name].packages}


def _fingerprint(baseline: Baseline, *data: Sequence[AnnotatedReport]) -> str:
    """A digest of settings but for the minutes, versions, texts and spans."""
    settings = {key: value for key, value in baseline.settings().items() if key != "minutes"}
    digest = hashlib.sha256(json.dumps([baseline.name, settings, _versions(baseline.name)], sort_keys=True).encode())
    for reports in data:
        digest.update(str(len(reports)).encode())
        for report in reports:
            digest.update(report.document.text.encode("utf-8", "surrogatepass"))
            digest.update(repr([(span.start, span.end, span.label) for span in sorted(report.spans)]).encode())
    return digest.hexdigest()
