"""Where a run goes on after it was stopped: one file, replaced as a whole, that belongs to one plan."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import torch
from pydantic import BaseModel

CHECKPOINT: Final = "checkpoint.pt"


def save_checkpoint(state: Mapping[str, Any], plan: BaseModel, folder: Path) -> None:
    """Write tensors, numbers and lists of them with the plan they belong to. A kill leaves the old file or the new one."""
    temporary = folder / f"{CHECKPOINT}.tmp"
    torch.save({**state, "plan": plan.model_dump(mode="json")}, temporary)
    temporary.replace(folder / CHECKPOINT)


def load_checkpoint(plan: BaseModel, folder: Path, free: Collection[str]) -> dict[str, Any] | None:
    """What `save_checkpoint` wrote into the folder, on the CPU; None where there is nothing.

    Args:
        free: fields in which the plan may have changed since.

    Raises:
        ValueError: the folder holds a run of another plan; the message names the fields.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    now = plan.model_dump(mode="json")
    before = state.pop("plan")
    # A field that there was not yet when the run began had its default.
    before = {name: field.default for name, field in type(plan).model_fields.items()} | before
    changed = [name for name, value in now.items() if name not in free and before[name] != value]
    if changed:
        differences = ", ".join(f"{name} {before[name]!r}, now {now[name]!r}" for name in changed)
        raise ValueError(f"{folder} holds a run of another plan ({differences}): name another output, or remove {path} to begin anew")
    return state
