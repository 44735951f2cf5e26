"""The log-linear choice: probabilities, copies, what nobody has seen, and the file of weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fiscalzh.extract.linking.choice import Choices, Classifier, Group, Ranker, softmax
from hypothesis import given, settings
from hypothesis import strategies as st

_FEATURES = ("决算", "预算", "占|比")


def _group(*features: str) -> Group:
    return (lambda: features,)


def _classifier() -> Classifier:
    weights = np.asarray([[3.0, 0.0, -1.0], [0.0, 2.5, 0.5], [-0.25, 0.0, 4.0]], dtype=np.float32)
    bias = np.asarray([0.5, 0.0, -0.5], dtype=np.float32)
    return Classifier(
        ("actual", "budget", "share"), dict(zip(_FEATURES, range(3), strict=True)), weights, bias, {"last": 0}, np.asarray([6.0], np.float32)
    )


def _choices() -> Choices:
    return Choices(_classifier(), Ranker({"near": 2.0, "far": -1.125}), Ranker({"占": 1.3}))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.floats(-500, 500, width=32), min_size=1, max_size=20))
def test_probabilities_sum_to_one(scores: list[float]) -> None:
    probabilities = softmax(np.asarray(scores, dtype=np.float32))
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-5)
    assert (probabilities >= 0).all()
    assert probabilities[np.asarray(scores, dtype=np.float32).argmax()] == probabilities.max()


@pytest.mark.parametrize(
    ("features", "best"), [(["决算"], "actual"), (["预算"], "budget"), (["占|比"], "share"), (["占|比", "决算"], "actual"), ([], "actual")]
)
def test_a_class_is_chosen_by_the_weights_of_its_features(features: list[str], best: str) -> None:
    probabilities = _classifier().probabilities(features)
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-6)
    assert _classifier().classes[int(probabilities.argmax())] == best


def test_a_weight_is_worth_its_log_odds() -> None:
    with_, without = (_classifier().probabilities(features) for features in (["决算"], []))
    gain = np.log(with_[0] / with_[1]) - np.log(without[0] / without[1])
    assert gain == pytest.approx(3.0, abs=1e-4)


def test_copies_raise_the_class_they_name() -> None:
    classifier = _classifier()
    plain, copied = classifier.probabilities(["决算"]), classifier.probabilities(["决算"], [("share", "last")])
    assert copied[2] > plain[2]
    assert np.log(copied[2] / copied[0]) - np.log(plain[2] / plain[0]) == pytest.approx(6.0, abs=1e-3)


def test_what_nobody_has_seen_counts_nothing() -> None:
    classifier, ranker = _classifier(), _choices().subject
    np.testing.assert_array_equal(classifier.probabilities(["决算", "新词"], [("share", "unseen")]), classifier.probabilities(["决算"]))
    near, far, unseen = [_group("near")], [_group("far")], [_group("near", "新")]
    np.testing.assert_array_equal(ranker.probabilities([unseen, far]), ranker.probabilities([near, far]))
    np.testing.assert_allclose(ranker.probabilities([[_group("新")], [_group("旧")]]), [0.5, 0.5])


def test_candidates_are_ranked() -> None:
    probabilities = _choices().subject.probabilities([[_group("far")], [_group("near")], []])
    assert probabilities.argmax() == 1
    assert probabilities.sum() == pytest.approx(1.0, abs=1e-6)
    assert _choices().subject.probabilities([[]]).tolist() == [1.0]


def test_saved_weights_come_back_in_half_precision(tmp_path: Path) -> None:
    path = tmp_path / "linker.npz"
    _choices().save(path)
    loaded = Choices.load(path)
    saved = _choices()
    assert (loaded.measure.classes, dict(loaded.measure.rows), dict(loaded.measure.copy_rows)) == (
        saved.measure.classes,
        dict(saved.measure.rows),
        dict(saved.measure.copy_rows),
    )
    pairs = [
        (loaded.measure.weights, saved.measure.weights),
        (loaded.measure.bias, saved.measure.bias),
        (loaded.measure.copy_weights, saved.measure.copy_weights),
    ]
    for mine, theirs in pairs:
        assert mine.dtype == np.float32
        np.testing.assert_array_equal(mine, theirs.astype(np.float16).astype(np.float32))
    assert (loaded.subject.weights, loaded.base.weights) == ({"near": 2.0, "far": -1.125}, {"占": float(np.float16(1.3))})


def test_shipped_weights_fit_their_names(choices: Choices) -> None:
    measure = choices.measure
    assert measure.weights.shape == (len(measure.rows), len(measure.classes))
    assert measure.bias.shape == (len(measure.classes),)
    assert all(np.isfinite(array).all() for array in (measure.weights, measure.bias))
    assert all(np.isfinite(list(ranker.weights.values())).all() and ranker.weights for ranker in (choices.subject, choices.base))
    assert measure.classes[0] == "none"
    assert "yoy_change-" in measure.classes
    assert "actual-" not in measure.classes
