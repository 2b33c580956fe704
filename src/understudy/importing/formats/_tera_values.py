"""Expressions of Tera templates: read by Jinja's parser, whose grammar Tera shares, and worked out as far as nothing is asked.

In: the text of a template, expressions, names that stand for others. Out: Jinja's syntax tree, expressions with all in them
that is known before a request comes written out, the way to a value that a request brings.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from understudy.importing.formats._tera_filters import FILTERS, TESTS

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.environment import Environment

Names = Mapping[str, Any]
"""What names stand for: an expression, or a list of nodes where a template of its own makes the value."""

GLOBAL: Final = "set_global_"
_SET_GLOBAL: Final = re.compile(r"(\{%-?\s{0,9})set_global\s{1,9}(?=\w)")
_ROUNDS: Final = 20_000
_CONTEXT: Final = ("json", "headers", "query", "path_segments", "loop")
_PASSING: Final = ("default", "safe", "trim", "escape", "as_str", "str", "json_encode")
DRAWN: Final[dict[str, Any]] = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "request_id": "req_00000000",
    "timestamp": 1_700_000_000,
    "iso_timestamp": "2023-11-14T22:13:20+00:00",
}
"""What is new in each answer, and what stands for it where nothing of ours does."""


class TeraError(ValueError):
    """A template that is more than can be said; the text says what, `line` where."""

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@cache
def _environment() -> Environment:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    found = ImmutableSandboxedEnvironment(keep_trailing_newline=True)
    found.filters = FILTERS
    found.tests = TESTS
    found.intercepted_binops = frozenset({"*", "**", "%"})  # a text must not grow without end while it is read
    return found


def parsed(text: str) -> list[nodes.Node]:
    """Read a template.

    Raises:
        TeraError: when it is none.
    """
    from jinja2 import TemplateSyntaxError

    try:
        return _environment().parse(_SET_GLOBAL.sub(rf"\1set {GLOBAL}", text)).body
    except TemplateSyntaxError as error:
        raise TeraError(f"cannot be read: {error.message}", error.lineno) from None
    except RecursionError:
        raise TeraError("is nested too deep") from None


def folded(node: Any, names: Names, *, drawn: bool = False) -> nodes.Expr:
    """Write out what is known of an expression; `drawn` lets constants stand for what is new in each answer, too."""
    from jinja2 import nodes
    from jinja2.nodes import EvalContext, Impossible

    if isinstance(node, nodes.Name):
        known = names.get(node.name)
        if drawn and known is None and node.name in DRAWN:
            return nodes.Const(DRAWN[node.name])
        return known if isinstance(known, nodes.Expr) else node
    inner: nodes.Expr = copy.copy(node)
    for field, value in node.iter_fields():
        if not (isinstance(node, nodes.Call) and field == "node"):  # the name of a function is no value
            setattr(inner, field, _inside(value, names, drawn=drawn))
    if isinstance(inner, nodes.Call):
        return _called(inner, drawn=drawn)
    if isinstance(inner, nodes.Filter) and inner.name == "default" and _is_unknown(inner.node):
        instead: nodes.Expr | None = argument(inner, "value")
        return inner if instead is None else instead
    if isinstance(inner, nodes.Test) and inner.name == "defined" and _is_unknown(inner.node):
        return nodes.Const(False)
    if isinstance(inner, nodes.Mul) and _is_number(inner.left) and _is_number(inner.right):
        return nodes.Const(value_of(inner.left) * value_of(inner.right))
    try:
        return nodes.Const(inner.as_const(EvalContext(_environment())))
    except (Impossible, ArithmeticError):
        return inner


def _inside(value: Any, names: Names, *, drawn: bool) -> Any:
    from jinja2 import nodes

    if isinstance(value, nodes.Keyword | nodes.Operand | nodes.Pair):
        inner = copy.copy(value)
        for field, part in value.iter_fields():
            setattr(inner, field, _inside(part, names, drawn=drawn))
        return inner
    if isinstance(value, nodes.Expr):
        return folded(value, names, drawn=drawn)
    return [_inside(part, names, drawn=drawn) for part in value] if isinstance(value, list) else value


def _is_unknown(node: Any) -> bool:
    from jinja2 import nodes

    return isinstance(node, nodes.Name) and node.name not in (*_CONTEXT, *DRAWN)


def _is_number(node: nodes.Expr) -> bool:
    from jinja2 import nodes

    return isinstance(node, nodes.Const) and isinstance(node.value, int | float)


def value_of(node: nodes.Expr) -> Any:
    """The value of a constant."""
    return getattr(node, "value", None)


def argument(node: Any, name: str, *, named: bool = False) -> Any:
    """The argument of a call, filter or test: by its name, else, unless it must be `named`, the first; None without one."""
    found = next((keyword.value for keyword in node.kwargs or () if keyword.key == name), None)
    return node.args[0] if found is None and node.args and not named else found


def _called(node: nodes.Call, *, drawn: bool) -> nodes.Expr:
    from jinja2 import nodes

    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    given = {keyword.key: value_of(keyword.value) for keyword in node.kwargs if isinstance(keyword.value, nodes.Const)}
    if name == "range" and len(given) == len(node.kwargs) and isinstance(given.get("end"), int):
        rounds = range(int(given.get("start") or 0), given["end"], int(given.get("step_by") or 1))
        if len(rounds) > _ROUNDS:
            raise TeraError(f"a loop of {len(rounds)} rounds: expected at most {_ROUNDS}", node.lineno)
        return nodes.Const(list(rounds))
    if drawn and name in DRAWN:
        return nodes.Const(DRAWN[name])
    if drawn and name in ("random_int", "random_float"):
        low, high = given.get("min", 0), given.get("max", 100 if name == "random_int" else 1.0)
        return nodes.Const((low + high) // 2 if name == "random_int" else (low + high) / 2)
    return node


def path(node: Any) -> tuple[Any, ...] | None:
    """The way to a value: a name, then members and places (-1 is the last); None for anything else."""
    from jinja2 import nodes

    if isinstance(node, nodes.Name):
        return (node.name,)
    step: Any = None
    if isinstance(node, nodes.Getattr):
        step = node.attr
    elif isinstance(node, nodes.Getitem):
        step = value_of(node.arg)
    elif isinstance(node, nodes.Filter) and node.name in ("get", "pick", "nth"):
        step = value_of(argument(node, "n" if node.name == "nth" else "key"))
    elif isinstance(node, nodes.Filter) and node.name in ("last", "first"):
        step = -1 if node.name == "last" else 0
    elif isinstance(node, nodes.Filter) and node.name in _PASSING and node.node is not None:
        return path(node.node)
    inner = getattr(node, "node", None)
    before = path(inner) if isinstance(step, str | int) and isinstance(inner, nodes.Expr) else None
    return None if before is None else (*before, step)


def is_drawn(node: nodes.Node) -> bool:
    """Whether something in it is new in each answer."""
    from jinja2 import nodes

    names = {name.name for name in node.find_all(nodes.Name)} | ({node.name} if isinstance(node, nodes.Name) else set())
    return bool(names & {*DRAWN, "random_int", "random_float"})
