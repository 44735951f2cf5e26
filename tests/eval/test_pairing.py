"""Pairing against all pairings there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fiscalzh.eval.pairing import Edge, Grades, best_pairs, components, unpaired
from hypothesis import given, settings
from hypothesis import strategies as st

_EDGES = st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 4)), st.tuples(st.just(1), st.integers(0, 1), st.integers(0, 9)), max_size=10)


def _pairings(edges: list[Edge]) -> Iterator[list[Edge]]:
    if not edges:
        yield []
        return
    (gold, predicted), rest = edges[0], edges[1:]
    yield from _pairings(rest)
    for pairing in _pairings([(g, p) for g, p in rest if g != gold and p != predicted]):
        yield [(gold, predicted), *pairing]


def _sum(pairs: list[Edge], edges: dict[Edge, Grades]) -> Grades:
    return tuple(sum(edges[pair][at] for pair in pairs) for at in range(3))


@settings(deadline=None)
@given(_EDGES)
def test_no_pairing_is_better(edges: dict[Edge, Grades]) -> None:
    pairs = best_pairs(edges)
    assert set(pairs) <= edges.keys()
    assert len({g for g, _ in pairs}) == len({p for _, p in pairs}) == len(pairs)
    assert _sum(pairs, edges) == max(_sum(pairing, edges) for pairing in _pairings(list(edges)))


@settings(deadline=None)
@given(_EDGES)
def test_components_share_no_item(edges: dict[Edge, Grades]) -> None:
    parts = components(edges)
    assert sorted(edge for part in parts for edge in part) == sorted(edges)
    for side in (0, 1):
        items = [{edge[side] for edge in part} for part in parts]
        assert sum(map(len, items)) == len(set().union(*items))


def test_the_first_that_comes_may_be_the_wrong_one() -> None:
    assert best_pairs({(0, 0): (1,), (0, 1): (1,), (1, 0): (1,)}) == [(0, 1), (1, 0)]


@pytest.mark.parametrize(("edges", "pairs"), [({}, []), ({(3, 7): (1,)}, [(3, 7)]), ({(0, 0): (1, 0), (0, 1): (1, 1)}, [(0, 1)])])
def test_small_cases(edges: dict[Edge, Grades], pairs: list[Edge]) -> None:
    assert best_pairs(edges) == pairs


def test_those_without_partner() -> None:
    assert unpaired([(0, 2), (2, 0)], 4, 3) == ([1, 3], [1])
