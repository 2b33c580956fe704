"""Expressions as text: those of Tera for people, and filters and values as templates of ours write them."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from understudy.importing.formats._tera_values import GLOBAL

SIGNS: Final = {
    "eq": "==",
    "ne": "!=",
    "gt": ">",
    "gteq": ">=",
    "lt": "<",
    "lteq": "<=",
    "in": "in",
    "notin": "not in",
}


class UntoldError(ValueError):
    """Something that our templates do not say."""


ARGUMENTS: Final = {
    "join": ("sep",),
    "replace": ("from", "to"),
    "split": ("pat",),
    "truncate": ("length",),
    "slice": ("start", "end"),
}


def written(name: str, inner: str, given: dict[str, str]) -> str:
    """Write a filter; `given` are its arguments.

    Raises:
        UntoldError: when our templates have none like it.
    """
    if name in ("first", "last"):
        return f"({inner} | {name})"
    if name == "reverse":
        return f"({inner} | reverse)"
    if name == "slice":
        return f"({inner})[{given.get('start', '')}:{given.get('end', '')}]"
    if name == "join":
        return f"({inner} | join({given.get('sep', '')}))"
    if name == "replace" and len(given) == 2:
        return f"({inner} | replace({given['from']}, {given['to']}))"
    if name == "split" and given:
        return f"({inner}).split({given['pat']})"
    if name == "truncate":
        most = given.get("length", "255")
        return f"(({inner})[:{most}] ~ '…' if {inner} | length > {most} else {inner})"
    raise UntoldError(f"the filter {name}")


def literal(value: Any) -> str:
    """Write a constant."""
    if value is None:
        return "none"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return json.dumps(value, ensure_ascii=False)


def told(node: Any) -> str:
    """Write an expression for people, as its template has it."""
    from jinja2 import nodes

    if isinstance(node, nodes.Const):
        return msgspec.json.encode(node.value).decode()
    if isinstance(node, nodes.Name):
        return node.name.removeprefix(GLOBAL)
    if isinstance(node, nodes.Getattr):
        return f"{told(node.node)}.{node.attr}"
    if isinstance(node, nodes.Getitem):
        return (
            f"{told(node.node)}.{told(node.arg)}"
            if isinstance(getattr(node.arg, "value", None), int)
            else f"{told(node.node)}[{told(node.arg)}]"
        )
    if isinstance(node, nodes.Filter | nodes.Test | nodes.Call):
        given = ", ".join([*map(told, node.args), *(f"{each.key}={told(each.value)}" for each in node.kwargs)])
        if isinstance(node, nodes.Call):
            return f"{told(node.node)}({given})"
        word = "is" if isinstance(node, nodes.Test) else "|"
        return f"{told(node.node)} {word} {node.name}{f'({given})' if given else ''}"
    if isinstance(node, nodes.Not):
        return f"not {told(node.node)}"
    if isinstance(node, nodes.And | nodes.Or | nodes.BinExpr):
        return f"{told(node.left)} {node.operator} {told(node.right)}"
    if isinstance(node, nodes.Compare):
        return " ".join([told(node.expr), *(f"{SIGNS[one.op]} {told(one.expr)}" for one in node.ops)])
    return "..."
