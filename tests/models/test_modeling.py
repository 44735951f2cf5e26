"""The tagger's network: three encoders, padding, context, and the way to disk and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fiscalzh.annotations.labels import CLAIMS, FISCAL, MENTIONS

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")
pytestmark = pytest.mark.train

from fiscalzh.models.configuration import TaggerConfig  # noqa: E402
from fiscalzh.models.modeling import FiscalTagger  # noqa: E402

_ENCODERS = ["bilstm", "cnn", "transformer"]


def _model(encoder: str, **changes: Any) -> FiscalTagger:
    torch.manual_seed(11)
    sizes: dict[str, Any] = {"char_count": 20, "bigram_count": 9, "char_size": 8, "bigram_size": 4, "shape_size": 4, "hidden_size": 64, "depth": 2}
    return FiscalTagger(TaggerConfig(encoder=encoder, **{**sizes, "dropout": 0.0, "window": 64, **changes}))


def _features(batch: int, time: int, seed: int = 1) -> Any:
    generator = torch.Generator().manual_seed(seed)
    columns = [torch.randint(1, high, (batch, time, 1), generator=generator) for high in (20, 9, 9, 27)]
    return torch.cat(columns, dim=-1)


def _labels(batch: int, time: int) -> dict[str, Any]:
    """An AMOUNT of three tokens and a CLAIM of one at the head of every window."""
    labels = {name: torch.zeros(batch, time, dtype=torch.long) for name, _ in FISCAL.layers}
    labels["mentions"][:, :3] = torch.tensor([1, 2, 3])
    labels["claims"][:, 0] = 4
    return labels


@pytest.mark.parametrize("encoder", _ENCODERS)
def test_forward_and_backward_reach_every_weight(encoder: str) -> None:
    model = _model(encoder)
    lengths = torch.tensor([12, 7, 3])
    output = model(_features(3, 12), lengths, labels=_labels(3, 12))
    assert {name: tuple(e.shape) for name, e in output.emissions.items()} == {
        "mentions": (3, 12, 4 * len(MENTIONS) + 1),
        "claims": (3, 12, 4 * len(CLAIMS) + 1),
    }
    assert output.loss.shape == ()
    assert float(output.loss.detach()) > 0
    output.loss.backward()
    without = [name for name, weight in model.named_parameters() if weight.grad is None or not torch.any(weight.grad != 0)]
    assert without == []


@pytest.mark.parametrize("encoder", _ENCODERS)
def test_a_window_reads_the_same_whatever_is_beside_it(encoder: str) -> None:
    model = _model(encoder).eval()
    features = _features(3, 20)
    lengths = torch.tensor([9, 20, 1])
    with torch.no_grad():
        together = model.emissions(features, lengths)
        for row, length in enumerate(lengths.tolist()):
            alone = model.emissions(features[row : row + 1, :length], lengths[row : row + 1])
            for name in alone:
                assert torch.allclose(together[name][row, :length], alone[name][0], atol=1e-5)


@pytest.mark.parametrize("encoder", _ENCODERS)
def test_every_token_is_read_in_its_context(encoder: str) -> None:
    model = _model(encoder).eval()
    features, lengths = _features(1, 9), torch.tensor([9])
    changed = features.clone()
    changed[0, 4, 0] = 1 + changed[0, 4, 0] % 19
    with torch.no_grad():
        before, after = model.emissions(features, lengths)["mentions"], model.emissions(changed, lengths)["mentions"]
    moved = (before - after).abs().amax(dim=(0, 2)) > 1e-7
    assert moved[3]
    assert moved[5]


class _Fixed(FiscalTagger):
    """A tagger whose emissions are given."""

    def emissions(self, features: Any, lengths: Any) -> dict[str, Any]:
        return self.given


def test_the_loss_behind_a_context_is_the_loss_of_the_own_tokens() -> None:
    torch.manual_seed(2)
    config = _model("cnn").config
    model = _Fixed(config)
    contexts, own = [4, 0, 9], [5, 8, 1]
    lengths = torch.tensor([c + o for c, o in zip(contexts, own, strict=True)])
    full = {name: torch.randn(3, 10, 4 * len(labels) + 1) for name, labels in FISCAL.layers}
    labels = _labels(3, 10)
    labels["mentions"][2] = 0
    model.given = full
    together = float(model(_features(3, 10), lengths, torch.tensor(contexts), labels).loss.detach())
    alone = 0.0
    for row in range(3):
        start, end = contexts[row], contexts[row] + own[row]
        model.given = {name: e[row : row + 1, start:end] for name, e in full.items()}
        mine = {name: tags[row : row + 1] for name, tags in labels.items()}
        alone += float(model(_features(1, own[row]), torch.tensor([own[row]]), None, mine).loss.detach())
    assert together == pytest.approx(alone / 3, rel=1e-5)


def test_no_context_given_is_no_context() -> None:
    model = _model("cnn").eval()
    features, lengths, labels = _features(2, 6), torch.tensor([6, 4]), _labels(2, 6)
    loss = model(features, lengths, torch.zeros(2, dtype=torch.long), labels).loss
    assert torch.equal(model(features, lengths, labels=labels).loss, loss)
    assert model(features, lengths).loss is None


@pytest.fixture(scope="module", params=_ENCODERS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[FiscalTagger, FiscalTagger]:
    """A model and the same one saved and loaded again."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    model = _model(request.param).eval()
    model.save_pretrained(folder)
    return model, FiscalTagger.from_pretrained(folder)


def test_saved_and_loaded_it_has_the_same_weights_and_sizes(pair: tuple[FiscalTagger, FiscalTagger]) -> None:
    model, again = pair
    state, other = model.state_dict(), again.state_dict()
    assert state.keys() == other.keys()
    assert all(torch.equal(state[name], other[name]) for name in state)
    for name in ("layers", "char_count", "bigram_count", "encoder", "hidden_size", "depth", "window", "dropout"):
        assert getattr(again.config, name) == getattr(model.config, name)
    assert {name: tags.labels for name, tags in again.tagsets.items()} == {name: tuple(labels) for name, labels in FISCAL.layers}


def test_saved_and_loaded_it_emits_the_same(pair: tuple[FiscalTagger, FiscalTagger]) -> None:
    model, again = pair
    features, lengths = _features(2, 10), torch.tensor([10, 6])
    with torch.no_grad():
        expected, found = model.emissions(features, lengths), again.emissions(features, lengths)
    assert all(torch.equal(expected[name], found[name]) for name in expected)


def test_saved_and_loaded_it_forbids_the_same(pair: tuple[FiscalTagger, FiscalTagger]) -> None:
    model, again = pair
    for name, crf in model.crfs.items():
        for expected, found in zip(crf.scores(), again.crfs[name].scores(), strict=True):
            assert torch.equal(expected, found)


def test_an_unknown_encoder_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no encoder 'gru'; there are bilstm, cnn, transformer"):
        _model("gru")


def test_any_label_scheme_works() -> None:
    model = _model("cnn", layers={"one": ["X"], "two": ["Y", "Z"], "three": ["W"]})
    emissions = model(_features(1, 4), torch.tensor([4])).emissions
    assert {name: e.shape[2] for name, e in emissions.items()} == {"one": 5, "two": 9, "three": 5}
    assert model.config.scheme.layer_of("Z") == "two"


def test_the_default_scheme_is_the_contract() -> None:
    assert TaggerConfig().scheme == FISCAL
