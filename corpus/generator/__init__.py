"""Seeded data-to-text generator of annotated reports: `generate(seed)` gives a report in inline markup."""

from .contradictions import RULES, Planted
from .generate import Generated, generate, generate_many
from .style import styles

__all__ = ["RULES", "Generated", "Planted", "generate", "generate_many", "styles"]
