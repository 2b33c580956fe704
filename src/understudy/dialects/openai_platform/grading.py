"""How good a sample is by a grader: comparisons of texts, and formulas over several (`/fine_tuning/alpha/graders/run`).

In: a grader as sent, a sample, an item. Out: a score and what went wrong. Programs are not run and models are not asked: such
a grader scores 0 and says so.
"""

from __future__ import annotations

import ast
import operator
import re
from collections import Counter
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from math import isfinite
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects.openai_platform.ask import Json
from understudy.untrusted import NOT_JSON

_TEMPLATE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_READ = 500  # characters of a text that are compared letter by letter, which takes the square of their number
_LONGEST_FORMULA = 1_000
_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda text, other: text == other,
    "ne": lambda text, other: text != other,
    "like": lambda text, part: part in text,
    "ilike": lambda text, part: part.casefold() in text.casefold(),
}
_COMPUTED: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class Grade(Struct):
    """A score, those of the parts it is made of, and what went wrong by name, with a word about it where there is one."""

    score: float = 0.0
    parts: dict[str, float] = {}
    errors: dict[str, str | None] = {}


def graded(grader: Json, sample: str, item: Any) -> Grade:
    """Grade a sample."""
    match grader.get("type"):
        case "string_check" | "text_similarity":
            return _of_texts(grader, _namespace(sample, item))
        case "multi":
            return _of_several(grader, sample, item)
        case "python":
            return Grade(errors={"python_grader_server_error": "Programs are not run here."})
    return Grade(errors={"model_grader_server_error": "Models are not asked to grade here."})


def parts_of(grader: Json) -> dict[str, Json]:
    """The graders inside of one, by name: a mapping of them, or one alone."""
    inner = grader.get("graders")
    if not isinstance(inner, dict):
        return {}
    if isinstance(inner.get("type"), str):
        return {str(inner.get("name", "grader")): inner}
    return {name: each for name, each in inner.items() if isinstance(each, dict)}


def _namespace(sample: str, item: Any) -> Json:
    try:
        parsed = msgspec.json.decode(sample)
    except NOT_JSON:
        parsed = None
    return {"sample": {"output_text": sample, "output_json": parsed}, "item": item if isinstance(item, dict) else {}}


def _of_texts(grader: Json, names: Json) -> Grade:
    try:
        text, reference = _filled(grader.get("input"), names), _filled(grader.get("reference"), names)
    except KeyError as unknown:
        return Grade(errors={"invalid_variable_error": str(unknown.args[0])})
    if grader["type"] == "string_check":
        compare = _COMPARED.get(str(grader.get("operation")), _COMPARED["eq"])
        return Grade(float(compare(text, reference)))
    return Grade(_likeness(text, reference, str(grader.get("evaluation_metric"))))


def _filled(template: Any, names: Json) -> str:
    """Put values in place of `{{ item.name }}` and the like."""

    def value(match: re.Match[str]) -> str:
        found: Any = names
        for name in match[1].split("."):
            if not isinstance(found, dict) or name not in found:
                raise KeyError(match[1])
            found = found[name]
        return found if isinstance(found, str) else msgspec.json.encode(found).decode()

    return _TEMPLATE.sub(value, template if isinstance(template, str) else "")


def _likeness(text: str, reference: str, metric: str) -> float:
    """How alike two texts are, 0 to 1: letter by letter for `fuzzy_match`, else by the runs of words they share."""
    if metric == "fuzzy_match":
        return SequenceMatcher(None, text[:_READ], reference[:_READ], autojunk=False).ratio()
    length = int(metric[-1]) if metric[-1:].isdigit() else 1
    one, other = _runs(text, length), _runs(reference, length)
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else float(text == reference)


def _runs(text: str, length: int) -> Counter[tuple[str, ...]]:
    words = text.casefold().split()
    return Counter(tuple(words[i : i + length]) for i in range(len(words) - length + 1))


def _of_several(grader: Json, sample: str, item: Any) -> Grade:
    whole = Grade()
    for name, inner in parts_of(grader).items():
        part = graded(inner, sample, item) if inner.get("type") != "multi" else Grade(errors={"other_error": None})
        whole.parts[name] = part.score
        whole.errors |= part.errors
    formula = grader.get("calculate_output")
    try:
        whole.score = _result(formula if isinstance(formula, str) else "", whole.parts)
    except (SyntaxError, ValueError, KeyError, ArithmeticError, RecursionError, MemoryError):
        whole.errors["formula_parse_error"] = None
    return whole


def _result(formula: str, values: Mapping[str, float]) -> float:
    if len(formula) > _LONGEST_FORMULA:
        raise ValueError(f"formula of {len(formula)} characters: expected at most {_LONGEST_FORMULA}")
    found = _computed(ast.parse(formula, mode="eval").body, values)
    if not isfinite(found):
        raise ValueError("formula: expected a finite number")
    return found


def _computed(node: ast.AST, values: Mapping[str, float]) -> float:
    """Work out a formula of numbers, names, and the four operations."""
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_computed(operand, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _COMPUTED:
            return _COMPUTED[type(op)](_computed(left, values), _computed(right, values))
    raise ValueError("expected numbers, names of graders, and + - * /")
