"""What a branch of a Tera template asks of a request, as the conditions of a rule.

In: an expression that is no `and`, `or` or `not`. Out: conditions, in words of ours where there are any, else JMESPath over the
body; None for what a body and its headers do not say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from understudy.importing.formats._tera_values import argument, path, value_of
from understudy.importing.words import containing, exactly

if TYPE_CHECKING:
    from jinja2 import nodes

Conditions = dict[str, Any]

_PRESENT: Final[dict[str, Conditions]] = {
    "tools": {"tools": True},
    "stream": {"stream": True},
    "response_format": {"response_format": {"not": "text"}},
}
_USER: Final = (
    ("json", "messages", -1, "content"),
    ("json", "messages", -1, "content", 0, "text"),
    ("json", "contents", -1, "parts", 0, "text"),
    ("json", "prompt"),
    ("json", "message"),
)
_KINDS: Final = {"string": "string", "number": "number", "object": "object", "iterable": "array"}
_SIGNS: Final = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<="}
_HOLDS: Final = {"containing": "contains", "starting_with": "starts_with", "ending_with": "ends_with"}
_NAME: Final = re.compile(r"[A-Za-z_]\w*")


def condition(node: nodes.Expr) -> Conditions | None:
    """Say what is asked; None for what no condition says."""
    from jinja2 import nodes

    if isinstance(node, nodes.Call):
        is_result = isinstance(node.node, nodes.Name) and node.node.name == "has_tool_result"
        return {"tool_result": True} if is_result else None
    if isinstance(node, nodes.Test) and node.name == "defined":
        return _present(node.node, is_defined=True)
    if isinstance(node, nodes.Test) and isinstance(node.node, nodes.Expr):
        return _tested(node, node.node)
    if isinstance(node, nodes.Compare) and len(node.ops) == 1:
        return _compared(node.expr, node.ops[0].op, node.ops[0].expr)
    return _present(node)


def denied(asked: Conditions) -> Conditions:
    """Say that a condition, as `condition` makes them, does not hold."""
    ((key, wanted),) = asked.items()
    if key == "json":
        return {key: dict.fromkeys(wanted, False)}
    if key == "header":
        return {key: {name: False if value is True else _not(value) for name, value in wanted.items()}}
    return {key: not wanted if isinstance(wanted, bool) else _not(wanted)}


def _not(wanted: Any) -> Any:
    return wanted["not"] if isinstance(wanted, dict) and wanted.keys() == {"not"} else {"not": wanted}


def _present(node: nodes.Expr, *, is_defined: bool = False) -> Conditions | None:
    """Say that something is there, and, unless that is all that is asked, is neither empty nor zero."""
    steps = path(node)
    if steps is not None and len(steps) == 2 and steps[0] == "json" and steps[1] in _PRESENT:
        return dict(_PRESENT[steps[1]])
    if steps is not None and len(steps) == 2 and steps[0] == "headers":
        return {"header": {str(steps[1]).lower(): True}}
    if is_defined and steps is not None and len(steps) > 1 and isinstance(steps[-1], str):
        owner = _query(steps[:-1])
        return None if owner is None else {"json": {f"contains(keys({owner} || `{{}}`), {_literal(steps[-1])})": True}}
    query = _of(node)
    return None if query is None else {"json": {f"({query} || `0`) != `0`": True}}


def _tested(node: nodes.Test, about: nodes.Expr) -> Conditions | None:
    value = value_of(argument(node, "value"))
    text = _text(about)
    if node.name in _KINDS:
        query = _of(about)
        return None if query is None else {"json": {f"type({query}) == '{_KINDS[node.name]}'": True}}
    if not isinstance(value, str):
        return None
    if text is not None:
        key, is_folded = text
        wanted = {
            "containing": {"contains": value} if is_folded and value.strip() == value != "" else containing(value),
            "starting_with": {"prefix": value},
            "ending_with": {"regex": rf"{'(?i)' if is_folded else ''}{re.escape(value)}\z"},
            "matching": {"regex": value},
        }.get(node.name)
        return None if wanted is None else _at(key, wanted)
    query = _of(about)
    if query is None or node.name not in _HOLDS:
        return None
    return {"json": {f"{_HOLDS[node.name]}({query} || '', {_literal(value)})": True}}


def _compared(left: nodes.Expr, sign: str, right: nodes.Expr) -> Conditions | None:
    from jinja2 import nodes

    if sign in ("in", "notin"):
        found = condition(nodes.Test(right, "containing", [left], [], None, None))
        return found if found is None or sign == "in" else denied(found)
    value = value_of(right)
    if not isinstance(right, nodes.Const) or sign not in _SIGNS:
        return None
    if _is_count_of_tools(left) and (sign, value) in (("gt", 0), ("gteq", 1), ("ne", 0)):
        return {"tools": True}
    if path(left) == ("json", "stream") and isinstance(value, bool) and sign == "eq":
        return {"stream": value}
    text = _text(left)
    if text is not None and isinstance(value, str) and sign in ("eq", "ne"):
        wanted = value if text[1] and value.strip() == value != "" else exactly(value)
        return _at(text[0], wanted if sign == "eq" else {"not": wanted})
    query = _of(left)
    return None if query is None else {"json": {f"{query} {_SIGNS[sign]} {_literal(value)}": True}}


def _is_count_of_tools(node: nodes.Expr) -> bool:
    from jinja2 import nodes

    return isinstance(node, nodes.Filter) and node.name == "length" and path(node.node) == ("json", "tools")


def _text(node: nodes.Expr) -> tuple[str, bool] | None:
    """The key of a script that looks at this text, and whether case does not count."""
    from jinja2 import nodes

    is_folded = isinstance(node, nodes.Filter) and node.name == "lower"
    steps = path(getattr(node, "node", None) if is_folded else node)
    if steps in _USER:
        return "user", is_folded
    if steps == ("json", "model"):
        return "model", is_folded
    return (str(steps[1]).lower() + ":", is_folded) if steps is not None and len(steps) == 2 and steps[0] == "headers" else None


def _at(key: str, wanted: Any) -> Conditions:
    return {"header": {key[:-1]: wanted}} if key.endswith(":") else {key: wanted}


def _of(node: nodes.Expr) -> str | None:
    """Say an expression in JMESPath."""
    from jinja2 import nodes

    if isinstance(node, nodes.Filter) and node.node is not None and node.name in ("length", "filter"):
        inner = _of(node.node)
        if inner is None:
            return None
        if node.name == "length":
            return f"length({inner} || `[]`)"
        member, value = value_of(argument(node, "attribute")), argument(node, "value", named=True)
        is_plain = isinstance(member, str) and _NAME.fullmatch(member) and isinstance(value, nodes.Const)
        return f"{inner}[?{member} == {_literal(value.value)}]" if is_plain else None
    steps = path(node)
    return None if steps is None or len(steps) < 2 else _query(steps)


def _query(steps: tuple[Any, ...]) -> str | None:
    if steps[0] != "json":
        return None
    parts = [
        f"[{step}]"
        if isinstance(step, int)
        else f".{step}"
        if _NAME.fullmatch(step)
        else f".{msgspec.json.encode(step).decode()}"
        for step in steps[1:]
    ]
    return "".join(parts).removeprefix(".") or "@"


def _literal(value: Any) -> str:
    if isinstance(value, str) and "'" not in value and "\\" not in value:
        return f"'{value}'"
    return "`" + msgspec.json.encode(value).decode().replace("`", "\\`") + "`"
