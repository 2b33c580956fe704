"""Text conditions: a text, or a mapping of operators, nested with any, all and not.

In comes what the script says, out comes a tree of nodes that test a `View`. An operator holds when one of the view's texts
satisfies it, so `not: {contains: x}` means that none contains x. Knows no key of `when`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from understudy.matching._conditions import Problems
from understudy.matching._excerpts import quoted
from understudy.matching._nodes import Comparison, Every, Never, Node, Some
from understudy.matching._operators import OPERATORS, Operator
from understudy.matching._regex import PatternError

TEXT_REF = "#/$defs/text_condition"
COMBINERS = ("any", "all", "not")

_DEEPEST = 20
_KEYS = ", ".join((*OPERATORS, *COMBINERS[:-1])) + f" or {COMBINERS[-1]}"


def build_text(value: object, problems: Problems, *, depth: int = 0) -> Node | None:
    """Compile a text condition.

    Args:
        value: a text or a mapping, as the script has it.
        problems: where mistakes go.
        depth: how deep the condition is nested.

    Returns:
        The compiled condition, or None when there are mistakes.
    """
    if isinstance(value, str):
        return _comparison(OPERATORS["equals"], value, problems)
    if not isinstance(value, dict):
        advice = "Write {any: [...]} for one of several." if isinstance(value, list) else quote_advice(value)
        problems.expected(f"a text or a mapping with {_KEYS}", value, advice)
        return None
    if not value:
        problems.add(f"expected one of {_KEYS}, got an empty mapping.")
        return None
    if depth >= _DEEPEST:
        problems.add(f"expected at most {_DEEPEST} conditions inside each other. Flatten it.")
        return None
    nodes = [_entry(key, inner, problems, depth) for key, inner in value.items()]
    known = [node for node in nodes if node is not None]
    if len(known) < len(nodes):
        return None
    return known[0] if len(known) == 1 else Every(known)


def _entry(key: object, value: object, problems: Problems, depth: int) -> Node | None:
    below = problems.at(key if isinstance(key, int) else str(key))
    if isinstance(key, str) and key in OPERATORS:
        return _comparison(OPERATORS[key], value, below)
    if key == "not":
        inner = build_text(value, below, depth=depth + 1)
        return None if inner is None else Never(inner)
    if key not in COMBINERS:
        problems.unknown("text condition", key, (*OPERATORS, *COMBINERS))
        return None
    if not isinstance(value, list) or not value:
        below.expected("a list of text conditions", value, "" if value else "Name at least one.")
        return None
    nodes = [build_text(item, below.at(index), depth=depth + 1) for index, item in enumerate(value)]
    known = [node for node in nodes if node is not None]
    if len(known) < len(nodes):
        return None
    return Some(known) if key == "any" else Every(known)


def _comparison(operator: Operator, value: object, problems: Problems) -> Node | None:
    words: list[Any] = value if isinstance(value, list) else [value]
    if not words:
        problems.expected("a text or a list of texts", value, "Name at least one.")
        return None
    good = True
    for index, word in enumerate(words):
        at = problems.at(index) if isinstance(value, list) else problems
        good = _word_is_good(operator, word, at) and good
    return Comparison(operator, tuple(words)) if good else None


def _word_is_good(operator: Operator, word: object, problems: Problems) -> bool:
    if not isinstance(word, str):
        problems.expected("a text or a list of texts", word, quote_advice(word))
        return False
    if not operator.empty_allowed and not word.strip():
        problems.add(f"expected a text, got {word!r}, which fits every text. Leave it out, or name a text.")
        return False
    try:
        operator.compile([word])
    except PatternError as bad:
        problems.add(f"cannot use {quoted(word)}: {bad}")
        return False
    return True


def quote_advice(value: object) -> str:
    """Advise quotes for a value YAML took for something else than a text."""
    return "" if value is None or isinstance(value, list | dict) else "Put quotes around it."


def named_schema(names: Sequence[str]) -> dict[str, Any]:
    """JSON Schema of a text condition whose plain texts are names of a closed set."""
    return {"anyOf": [{"$ref": TEXT_REF}], "if": {"type": "string"}, "then": {"enum": list(names)}}


def text_schema() -> dict[str, Any]:
    """JSON Schema of a text condition, to be placed where `TEXT_REF` points."""
    texts = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]}
    itself = {"$ref": TEXT_REF}
    several = {"type": "array", "items": itself, "minItems": 1}
    mapping: dict[str, Any] = {name: {**texts, "description": operator.summary} for name, operator in OPERATORS.items()}
    mapping |= {
        "any": {**several, "description": "one of these holds"},
        "all": {**several, "description": "all of these hold"},
        "not": {**itself, "description": "this does not hold"},
    }
    return {
        "description": "A text (equal, but for case and surrounding white space) or operators, of which all must hold.",
        "anyOf": [
            {"type": "string"},
            {"type": "object", "properties": mapping, "additionalProperties": False, "minProperties": 1},
        ],
    }
