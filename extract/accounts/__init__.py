"""From the words of a report to the headings of the official classification."""

from .resolver import Resolution, resolve

__all__ = ["Resolution", "resolve"]
