"""The CRF's loss against brute force over every path."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from fiscalzh.models.tags import TagSet

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.train


def _crf(seed: int, labels: tuple[str, ...] = ("A",)):  # type: ignore[no-untyped-def]
    from fiscalzh.models.crf import Crf

    torch.manual_seed(seed)
    crf = Crf(TagSet(labels))
    with torch.no_grad():
        for parameter in crf.parameters():
            parameter.normal_()
    return crf


def _score(crf, emissions, path: tuple[int, ...]) -> float:  # type: ignore[no-untyped-def]
    """The sum of log-potentials along a path, read off the parameters."""
    moves, first, last = (parameter.detach() for parameter in (crf.transitions, crf.first, crf.last))
    total = float(first[path[0]]) + float(last[path[-1]]) + sum(float(emissions[i, tag]) for i, tag in enumerate(path))
    return total + sum(float(moves[a, b]) for a, b in pairwise(path))


def _valid(tags: TagSet, length: int) -> list[tuple[int, ...]]:
    follows, begins, ends = tags.follows(), tags.begins(), tags.ends()
    return [
        path
        for path in product(range(len(tags)), repeat=length)
        if begins[path[0]] and ends[path[-1]] and all(follows[a, b] for a, b in pairwise(path))
    ]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("labels", "lengths"), [(("A",), [1, 4, 2, 5]), (("A", "B"), [3, 1]), (("A",), [1, 1])])
def test_the_loss_is_that_of_brute_force(seed: int, labels: tuple[str, ...], lengths: list[int]) -> None:
    crf, tags = _crf(seed, labels), TagSet(labels)
    rng = np.random.default_rng(seed)
    emissions = torch.randn(len(lengths), max(lengths), len(tags))
    gold = torch.from_numpy(rng.integers(0, len(tags), size=(len(lengths), max(lengths))))  # what is behind a length stays rubbish
    expected = 0.0
    for row, length in enumerate(lengths):
        paths = _valid(tags, length)
        own = paths[rng.integers(len(paths))]
        gold[row, :length] = torch.tensor(own)
        scores = torch.tensor([_score(crf, emissions[row], path) for path in paths], dtype=torch.float64)
        expected += float(torch.logsumexp(scores, 0)) - _score(crf, emissions[row], own)
    assert float(crf(emissions, gold, torch.tensor(lengths)).detach()) == pytest.approx(expected, rel=1e-4, abs=1e-3)


def test_probabilities_of_all_valid_paths_sum_to_one() -> None:
    crf, emissions = _crf(3), torch.randn(1, 4, 5)
    losses = [float(crf(emissions, torch.tensor([path]), torch.tensor([4])).detach()) for path in _valid(TagSet(("A",)), 4)]
    assert sum(np.exp(-loss) for loss in losses) == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("path", [(2, 3), (1, 0), (1, 4), (0, 1), (3, 0), (0, 2)])
def test_a_forbidden_path_is_all_but_impossible(path: tuple[int, ...]) -> None:
    crf = _crf(1)
    loss = float(crf(torch.randn(1, 2, 5), torch.tensor([path]), torch.tensor([2])).detach())
    assert 9000 < loss < np.inf


def test_what_lies_behind_a_length_does_not_matter_and_has_no_gradient() -> None:
    crf = _crf(2)
    emissions = torch.randn(2, 5, 5)
    emissions.requires_grad_()
    gold = torch.zeros(2, 5, dtype=torch.long)
    lengths = torch.tensor([5, 2])
    loss = crf(emissions, gold, lengths)
    loss.backward()
    assert torch.all(emissions.grad[1, 2:] == 0)
    assert torch.all(emissions.grad[1, :2].abs().sum(1) > 0)
    other = emissions.detach().clone()
    other[1, 2:] = 1e3
    assert torch.allclose(crf(other, gold, lengths), loss)


def test_scores_hold_the_grammar_and_learning_leaves_it() -> None:
    crf, tags = _crf(4, ("A", "B")), TagSet(("A", "B"))
    optimiser = torch.optim.SGD(crf.parameters(), lr=0.5)
    for _ in range(5):
        optimiser.zero_grad()
        crf(torch.randn(2, 4, 9), torch.zeros(2, 4, dtype=torch.long), torch.tensor([4, 3])).backward()
        optimiser.step()
    transitions, first, last = (s.detach().numpy() for s in crf.scores())
    for scores, allowed in ((transitions, tags.follows()), (first, tags.begins()), (last, tags.ends())):
        assert np.all(scores[~allowed] <= -1e3)
        assert np.all(np.abs(scores[allowed]) < 50)


def test_the_decoder_and_the_loss_mean_the_same_distribution() -> None:
    from fiscalzh.models.decoding import Decoder, Pieces

    crf, tags = _crf(6), TagSet(("A",))
    emissions = torch.randn(1, 3, 5) * 2
    decoder = Decoder(tags, *(s.detach().numpy() for s in crf.scores()))
    best = min(_valid(tags, 3), key=lambda path: float(crf(emissions, torch.tensor([path]), torch.tensor([3])).detach()))
    found = decoder.decode(emissions[0].numpy(), Pieces.of(np.asarray([3]), np.zeros(3, dtype=bool)))
    assert [s[:3] for s in found] == tags.decode(np.asarray(best))


def test_without_learned_transitions_each_token_is_learned_by_itself() -> None:
    from fiscalzh.models.crf import Crf

    crf, lengths = Crf(TagSet(("A",)), learned=False), torch.tensor([3, 1])
    emissions, tags = torch.randn(2, 3, 5), torch.tensor([[0, 4, 0], [4, 1, 1]])
    chances = emissions.log_softmax(-1)
    expected = -(chances[0, 0, 0] + chances[0, 1, 4] + chances[0, 2, 0] + chances[1, 0, 4])
    assert float(crf(emissions, tags, lengths)) == pytest.approx(float(expected), abs=1e-5)
    assert not any(parameter.requires_grad for parameter in crf.parameters())
    assert {float(score) for score in crf.scores()[0].unique()} == {0.0, -1e4}
