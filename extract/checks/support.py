"""Which sums the rest of the report bears out: parts and wholes that add up, sums that give a printed rate."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from .ledger import Ledger, once
from .lists import adding_up
from .rates import readings

FINE: Final = Fraction(1, 100)  # the width of a rate, as part of it, below which it tells one sum from another


@once
def supported(ledger: Ledger) -> frozenset[int]:
    """The numbers of the facts whose sums are borne out."""
    found = set(adding_up(ledger))
    for rate, _, given in readings(ledger):
        if given is not None and rate.value.high - rate.value.low < abs(rate.value.middle) * FINE:
            found |= {source.number for source in given.sources}
    return frozenset(found)
