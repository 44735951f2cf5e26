"""One-to-one pairing of what is predicted with what is gold, the best there is and not the first that comes.

Greedy pairing depends on the order of the items and can lose pairs: of two facts that go by {收入, 总收入} and by {收入} the first may take
the prediction 收入, and the prediction 总收入 is of no use to the second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Edge: TypeAlias = tuple[int, int]
"""The numbers of a gold and a predicted item."""
Grades: TypeAlias = tuple[int, ...]
"""How well two items go together, not negative, what counts most first: a pairing with more of the first wins whatever the others."""


def best_pairs(edges: Mapping[Edge, Grades]) -> list[Edge]:
    """The pairing that has the greatest sum of grades, sums compared like words in a dictionary.

    Args:
        edges: which items may be paired, with grades of one length; the first grade is positive.
    """
    pairs: list[Edge] = []
    for component in components(edges):
        pairs += component if len(component) == 1 else _assign({edge: edges[edge] for edge in component})
    return sorted(pairs)


def unpaired(pairs: Iterable[Edge], gold: int, predicted: int) -> tuple[list[int], list[int]]:
    """The numbers of the gold and of the predicted items that have no partner, of so many each."""
    found, used = set[int](), set[int]()
    for g, p in pairs:
        found.add(g)
        used.add(p)
    return [g for g in range(gold) if g not in found], [p for p in range(predicted) if p not in used]


def components(edges: Iterable[Edge]) -> list[list[Edge]]:
    """The edges by connected component."""
    listed = sorted(edges)
    if not listed:
        return []
    gold, predicted = np.array(listed).T
    size, offset = int(gold.max() + predicted.max() + 2), int(gold.max() + 1)
    graph = coo_array((np.ones(len(listed)), (gold, predicted + offset)), shape=(size, size))
    numbers = connected_components(graph, directed=False)[1]
    groups: defaultdict[int, list[Edge]] = defaultdict(list)
    for edge in listed:
        groups[numbers[edge[0]]].append(edge)
    return list(groups.values())


def _assign(edges: Mapping[Edge, Grades]) -> list[Edge]:
    rows, columns = (sorted({edge[side] for edge in edges}) for side in (0, 1))
    base = 1 + min(len(rows), len(columns)) * max(max(grades) for grades in edges.values())
    weights = np.zeros((len(rows), len(columns)))
    for (row, column), grades in edges.items():
        weight = 0
        for grade in grades:
            weight = weight * base + grade
        weights[rows.index(row), columns.index(column)] = weight  # exact: far below 2**53
    chosen = zip(*linear_sum_assignment(weights, maximize=True), strict=True)
    return [(rows[row], columns[column]) for row, column in chosen if weights[row, column]]
