"""The worst case of the embeddings: as far as asked for, uphill, and undone afterwards."""

from __future__ import annotations

import pytest
import torch
from fiscalzh.models.adversarial import worst_case
from torch import nn


class _Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.table, self.unused, self.head = nn.Embedding(5, 3), nn.Embedding(2, 2), nn.Linear(3, 1)

    def forward(self) -> torch.Tensor:
        return self.head(torch.tanh(self.table(torch.tensor([1, 3, 3])))).square().sum()


def test_the_loss_rises_and_everything_comes_back() -> None:
    model = _Model()
    before = {name: weight.detach().clone() for name, weight in model.named_parameters()}
    loss = model()
    loss.backward()
    with worst_case(model, 0.5):
        assert (model.table.weight - before["table.weight"]).norm().item() == pytest.approx(0.5, rel=1e-4)
        assert torch.equal(model.table.weight[0], before["table.weight"][0])  # not in the text
        assert torch.equal(model.unused.weight, before["unused.weight"])
        assert torch.equal(model.head.weight, before["head.weight"])
        worst = model()
        assert worst > loss
        plain = model.table.weight.grad.clone()
        worst.backward()
        assert not torch.equal(model.table.weight.grad, plain)
    assert all(torch.equal(weight, before[name]) for name, weight in model.named_parameters())


def test_it_comes_back_from_a_failure_too() -> None:
    model = _Model()
    model().backward()
    before = model.table.weight.detach().clone()
    with pytest.raises(KeyboardInterrupt), worst_case(model, 0.5):
        raise KeyboardInterrupt
    assert torch.equal(model.table.weight, before)
