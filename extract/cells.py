"""What a text may look like in the cell of a spreadsheet."""

from __future__ import annotations

from typing import Any, Final

_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")  # some spreadsheets take those of full width too


def safe(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a quotation mark in front."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
