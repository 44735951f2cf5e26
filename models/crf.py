"""A linear-chain conditional random field over BIOES tags, in torch, for training."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .tags import TagSet

FORBIDDEN = -1e4  # finite, so that a forbidden path never makes a NaN


class Crf(nn.Module):
    """Transition scores of one layer; transitions that BIOES forbids stay forbidden.

    Scores are log-potentials: emission of each tag, a score for each pair, for the first and for the last tag.

    Args:
        learned: without, every allowed transition scores 0 and each token is learned by itself (softmax), so that only decoding
            is constrained: what a CRF is worth is measured against this.
    """

    def __init__(self, tags: TagSet, learned: bool = True) -> None:
        super().__init__()
        self.learned = learned
        count = len(tags)
        spread = 0.1 if learned else 0.0
        self.transitions = nn.Parameter(torch.empty(count, count).uniform_(-spread, spread), requires_grad=learned)
        self.first = nn.Parameter(torch.empty(count).uniform_(-spread, spread), requires_grad=learned)
        self.last = nn.Parameter(torch.empty(count).uniform_(-spread, spread), requires_grad=learned)
        # Arrays and no buffers: `from_pretrained` builds on the meta device and leaves buffers that are not saved uninitialised.
        self.forbidden = [~allowed for allowed in (tags.follows(), tags.begins(), tags.ends())]

    def scores(self) -> tuple[Tensor, Tensor, Tensor]:
        """(tags, tags) transition, (tags,) first and (tags,) last scores, forbidden ones masked."""
        transitions, first, last = (
            scores.masked_fill(torch.from_numpy(mask).to(scores.device), FORBIDDEN)
            for scores, mask in zip((self.transitions, self.first, self.last), self.forbidden, strict=True)
        )
        return transitions, first, last

    def forward(self, emissions: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """Negative log-likelihood of the tags, summed over the batch.

        Args:
            emissions: (batch, time, tags) scores.
            tags: (batch, time) gold tags; what lies behind a length is ignored.
            lengths: (batch,) tokens of each text, at least 1.
        """
        steps = torch.arange(emissions.shape[1], device=emissions.device)
        mask = steps[None, :] < lengths[:, None]
        if not self.learned:
            return nn.functional.cross_entropy(emissions[mask], tags[mask], reduction="sum")
        transitions, first, last = self.scores()
        return (self._partition(emissions, mask, transitions, first, last) - self._path(emissions, tags, mask, lengths)).sum()

    def _path(self, emissions: Tensor, tags: Tensor, mask: Tensor, lengths: Tensor) -> Tensor:
        transitions, first, last = self.scores()
        emitted = emissions.gather(2, tags[..., None]).squeeze(2)
        moved = transitions[tags[:, :-1], tags[:, 1:]]
        ending = tags.gather(1, (lengths - 1)[:, None]).squeeze(1)
        return (emitted * mask).sum(1) + (moved * mask[:, 1:]).sum(1) + first[tags[:, 0]] + last[ending]

    @staticmethod
    def _partition(emissions: Tensor, mask: Tensor, transitions: Tensor, first: Tensor, last: Tensor) -> Tensor:
        alpha = first + emissions[:, 0]
        for step in range(1, emissions.shape[1]):
            following = torch.logsumexp(alpha[:, :, None] + transitions, dim=1) + emissions[:, step]
            alpha = torch.where(mask[:, step, None], following, alpha)
        return torch.logsumexp(alpha + last, dim=1)
