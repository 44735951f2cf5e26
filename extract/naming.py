"""When two names mean one subject.

An account is the same where its code is, or the sum it names (`accounts`). Every other name is brought to a normal form, by width,
quotation marks and brackets and by words that say nothing more (公务接待费支出 is 公务接待费); names of one normal form are one subject.
Projects go by several names in one report, so there a shorter name also joins the one longer name that it is a part of, if what the
longer one has more is a place or an office before it, or 项目, 工程, 经费 and the like behind it. What tells subjects apart is never put
away: figures, years, phases (一期, 二期), 收入 and 支出, 基本 and 项目.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from .accounts import resolve
from .accounts.words import take_apart

_NOISE: Final = re.compile(r"[\s“”\"'‘’「」《》〈〉()\[\]【】、,.:;·\-—]")
_LEVELS: Final = re.compile(r"\((?:类|款|项)\)")
_SAME: Final = ((re.compile("(费|经费)(?:用|支出)+$"), r"\1"), (re.compile("[和与及]"), ""))
_TAIL: Final = re.compile("(?:(?:建设)?(?:项目|工程)|(?:专项|补助|项目)?(?:经费|资金)|专项|支出)+$")
_HEAD: Final = re.compile(
    r"(?:[一-鿿]{1,12}?(?:自治区|省|市|州|盟|县|区|旗|镇|乡|街道|村))?(?:[一-鿿]{1,15}?(?:局|委|办|厅|院|校|所|站|中心|大学|医院|支队|大队))?$"
)
_LEAST: Final = 4  # characters of a name that is found again within a longer one


def subject_key(name: str) -> str:
    """What two spellings of one name have in common: width, brackets, quotation marks and 类款项 marks put away."""
    return _NOISE.sub("", _LEVELS.sub("", unicodedata.normalize("NFKC", name)))


def account_key(name: str, code: str | None = None) -> str:
    """What the names of one account have in common: the level of government they name, and code, sum or normal form."""
    government, rest = take_apart(name).government, name
    if code is None:
        found = resolve(name)
        rest = found.name if found and found.code is None else name.removeprefix(government)
    return f"{government}:{code or normal_form(rest)}"


def normal_form(name: str) -> str:
    """A name without the words that say nothing more."""
    key = subject_key(name)
    for pattern, instead in _SAME:
        key = pattern.sub(instead, key)
    return key


def project_keys(names: Iterable[str]) -> Mapping[str, str]:
    """For each name of the projects of one report the key of the project it means."""
    forms = {name: _TAIL.sub("", key) if len(_TAIL.sub("", key := normal_form(name))) >= _LEAST else key for name in names}
    longer: dict[str, str] = {}
    known = set(forms.values())
    for form in known:
        within = [other for other in known if other != form and len(form) >= _LEAST and other.endswith(form) and _HEAD.fullmatch(other[: -len(form)])]
        if len(within) == 1:
            longer[form] = within[0]
    return {name: _last(form, longer) for name, form in forms.items()}


def _last(form: str, longer: Mapping[str, str]) -> str:
    while form in longer:
        form = longer[form]
    return form
