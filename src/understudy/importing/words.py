"""Conditions on texts, said so that they hold for the texts they held for in the tool they come from.

Other tools compare letter by letter; `contains` passes over case and over white space at the ends. It is what people write and
what explains itself in a miss, so it is written where that makes no difference among the rules at hand, else `regex`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import permutations
from typing import Any, Final

from understudy.kinds import nearest
from understudy.matching import fold

Condition = str | dict[str, Any]

_SHORTEST: Final = 4  # letters: a shorter word stands in many others once case does not count
_MOST: Final = 300  # conditions of one rule set that are compared with each other
_ALIKE: Final = 0.75  # from which a name is taken for a slip: below, the names of other things are told to be one of ours
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


def meant(name: str, known: Iterable[str]) -> str:
    """Suggest the known name that a name is a slip for; "" when it is none."""
    return nearest(name, known, _ALIKE)


def literal(text: str) -> str:
    """Write a text as the regular expression that finds just it, readable where it can be."""
    return _SPECIAL.sub(lambda sign: "\\" + sign[0], text)


def containing(text: str) -> Condition | None:
    """Say that a text holds another; None when every text does."""
    if not text:
        return None
    is_plain = text.strip() == text and (len(text) >= _SHORTEST or not re.search("[A-Za-z]", text)) and not text.isupper()
    return {"contains": text} if is_plain else {"regex": literal(text)}


def part_of(condition: Any) -> str | None:
    """The text that a condition of `containing` looks for; None for any other condition."""
    match condition:
        case {"contains": str(part)} if len(condition) == 1:
            return part
        case {"regex": str(expression)} if len(condition) == 1:
            part = re.sub(r"\\(.)", r"\1", expression)
            return part if literal(part) == expression else None
    return None


def exactly(text: str) -> Condition:
    """Say that a text is another."""
    return text if text.strip() == text and text else {"regex": rf"\A{literal(text)}\z"}


def sharpen(rules: Iterable[dict[str, Any]]) -> None:
    """Compare letter by letter where a rule would take over the calls of another that differs from it in case alone."""
    for key in ("user", "system"):
        held: dict[str, list[dict[str, Any]]] = {}
        for rule in rules:
            wanted = rule.get("when", {}).get(key)
            if isinstance(wanted, dict) and isinstance(wanted.get("contains"), str) and len(wanted) == 1:
                held.setdefault(wanted["contains"], []).append(rule["when"])
        if len(held) > _MOST:
            continue
        for one, other in permutations(held, 2):
            if fold(one) in fold(other) and one not in other:
                for when in held[one]:
                    when[key] = {"regex": literal(one)}
