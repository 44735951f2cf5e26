"""Which sums the rest of the report bears out: parts and wholes that add up, sums that give a printed rate."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from typing import Final

from .ledger import Ledger, once
from .lists import adding_up
from .rates import derivations

FINE: Final = Fraction(1, 100)  # the width of a rate, as part of it, below which it tells one sum from another


@once
def supported(ledger: Ledger) -> frozenset[int]:
    """The numbers of the facts whose sums are borne out."""
    found = set(adding_up(ledger))
    for rate in ledger.entries:
        if rate.value.high - rate.value.low < abs(rate.value.middle) * FINE:
            ways = (way for way in derivations(ledger, rate) if way.ought is None and way.gives(rate))
            found |= {source.number for way in islice(ways, 1) for source in way.sources}
    return frozenset(found)
