"""From a view to a page: one file with its style and its script, which loads nothing and lets no other script run."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from .batch import BatchView
from .view import ReportView

Language: TypeAlias = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")

_HERE: Final = Path(__file__).parent
_BIDI: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_END: Final = re.compile(r"(?<![A-Za-z])\n|\n(?![A-Za-z])")
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")  # cannot stand in a page


def render_report(view: ReportView, language: Language = "zh") -> str:
    """The page of a report."""
    return _render("report.html.jinja", view, language)


def render_batch(view: BatchView, language: Language = "zh") -> str:
    """The page of a batch."""
    return _render("batch.html.jinja", view, language)


def _render(template: str, view: ReportView | BatchView, language: Language) -> str:
    style, script = (Markup((_HERE / name).read_text(encoding="utf-8")) for name in ("page.css", "page.js"))
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"

    def word(key: str) -> str:
        return words().get(key, (key.partition(".")[2],) * 2)[LANGUAGES.index(language)]

    page = _environment().get_template(template)
    return page.render(view=view, language=language, word=word, words=words(), style=style, script=script, policy=policy)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def words() -> dict[str, tuple[str, str]]:
    """The words of the interface in both languages, by `group.name`."""
    groups = tomllib.loads((_HERE / "words.toml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": (chinese, english) for group, entries in groups.items() for name, (chinese, english) in entries.items()}


@cache
def _environment() -> Environment:
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"shown": shown, "printed": printed, "flat": flat}
    return environment


def shown(text: object) -> Markup:
    """A text as it is, for an element: every character that turns the direction of writing stands by itself, where it turns nothing."""
    safe = str(escape(_NO_TEXT.sub("\ufffd", str(text)))).replace("\r", "&#13;")
    return Markup(_BIDI.sub(lambda found: f'<bdi class="bidi" data-code="U+{ord(found[0]):04X}">{found[0]}</bdi>', safe))


def printed(text: str) -> Markup:
    """A piece of a report: `shown`, with the line ends that a paragraph goes on over set apart, since no space is meant there."""
    return Markup(_LINE_END.sub(r'<span class="nl">\n</span>', str(shown(text))))


def flat(text: object) -> str:
    """A text for an attribute or a title: without the characters that turn the direction of writing."""
    return _BIDI.sub("", _NO_TEXT.sub("\ufffd", str(text)))
