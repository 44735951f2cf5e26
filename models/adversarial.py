"""Adversarial training on embeddings, after Miyato et al., "Adversarial Training Methods for Semi-Supervised Text Classification" (2017)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def worst_case(module: nn.Module, size: float) -> Iterator[None]:
    """Within it every embedding table of a module is moved to where the loss last differentiated rises fastest.

    As is usual, one step for a whole table and not for each text: the tables move by `size` in Euclidean norm. The gradients of the
    tables have to be there, and more may be added to them; the tables themselves come back unchanged.
    """
    tables = [each.weight for each in module.modules() if isinstance(each, nn.Embedding)]
    before = [table.detach().clone() for table in tables]
    try:
        with torch.no_grad():
            for table in tables:
                norm = 0.0 if table.grad is None else float(table.grad.norm())
                if norm:
                    table.add_(table.grad, alpha=size / norm)  # type: ignore[arg-type]
        yield
    finally:
        with torch.no_grad():
            for table, old in zip(tables, before, strict=True):
                table.copy_(old)
