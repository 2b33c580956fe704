"""Filters on the attributes of files: comparisons, joined by `and` and `or`.

In: a filter as the request said it. Out: whether attributes pass. Values of different types are unequal and in no order.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any

from understudy.dialects._openai.check import mapping, missing, one_of, refuse, string, wrong_type
from understudy.dialects.openai_platform.ask import Json

_DEEPEST = 16
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}
_KINDS = ("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin")
_Scalar = str | bool | int | float


def check(value: Any, path: str, depth: int = 0) -> None:
    """Check a filter."""
    mapping(value, path)
    if depth > _DEEPEST:
        refuse(f"Invalid '{path}': filters are nested too deep.", path, "invalid_value")
    one_of("and", "or", *_KINDS)(value.get("type"), f"{path}.type")
    if value["type"] in ("and", "or"):
        inner = value.get("filters")
        if not isinstance(inner, list):
            wrong_type(f"{path}.filters", "an array of filters", inner)
        for i, item in enumerate(inner):
            check(item, f"{path}.filters[{i}]", depth + 1)
        return
    for name in ("key", "value"):
        if value.get(name) is None:
            missing(f"{path}.{name}")
    string(value["key"], f"{path}.key")
    _check_value(value["type"], value["value"], f"{path}.value")


def _check_value(kind: str, value: Any, path: str) -> None:
    if kind in ("in", "nin"):
        if not isinstance(value, list) or not all(isinstance(item, str | int | float) for item in value):
            wrong_type(path, "an array of strings or numbers", value)
    elif kind in _ORDERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        wrong_type(path, "a number", value)
    elif not isinstance(value, _Scalar):
        wrong_type(path, "one of a string, number or boolean", value)


def passes(wanted: Any, attributes: Json, depth: int = 0) -> bool:
    """Say whether attributes pass a filter; one that makes no sense lets everything through."""
    if not isinstance(wanted, dict) or depth > _DEEPEST:
        return True
    kind, inner = wanted.get("type"), wanted.get("filters")
    if kind in ("and", "or"):
        found = [passes(item, attributes, depth + 1) for item in inner] if isinstance(inner, list) else []
        return all(found) if kind == "and" else any(found)
    return _compared(str(kind), attributes.get(str(wanted.get("key"))), wanted.get("value"))


def _compared(kind: str, held: Any, wanted: Any) -> bool:
    if kind in ("eq", "ne"):
        return _same(held, wanted) is (kind == "eq")
    if kind in ("in", "nin"):
        return any(_same(held, item) for item in (wanted if isinstance(wanted, list) else [wanted])) is (kind == "in")
    order = _ORDERS.get(kind)
    return order is None or (_is_number(held) and _is_number(wanted) and order(held, wanted))


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
