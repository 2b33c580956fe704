"""From a method and a path to a route and what to hand it: query and body, read and checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from understudy.control._nouns import PREFIX, Ask, Control, Route, refused
from understudy.errors import RequestError
from understudy.kinds import Registry, nearest
from understudy.model.http import Request
from understudy.model.reply import Failure
from understudy.untrusted import NOT_JSON

_QUOTED = re.compile(r"`(\w+)`")
_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "null": "nothing",
    "array": "a list",
    "object": "a mapping",
}
_DECODE = re.compile(r"(?P<said>.*?)(?: - at `(?P<path>.+)`)?\Z", re.DOTALL)


@cache
def controls() -> Registry[Control]:
    """All controls; they are loaded when the first request comes for one."""
    from understudy import control

    return Registry("control", control, "CONTROL")


@cache
def _table() -> Mapping[str, Mapping[str, Route]]:
    """Routes by the part of the path before a parameter, then by method."""
    table: dict[str, dict[str, Route]] = {}
    for route in all_routes():
        methods = table.setdefault(route.whole_path.partition("{")[0], {})
        if route.method in methods:
            raise TypeError(f"{route.method} {route.whole_path} is claimed by two controls")
        methods[route.method] = route
    return table


def all_routes() -> Iterable[Route]:
    """Every route of every control, in the order of the controls' names."""
    return [route for control in controls() for route in control.routes]


def find(method: str, path: str) -> tuple[Route | None, Mapping[str, str], str]:
    """Find what answers.

    Returns:
        The route (None for OPTIONS), the parameter of its path by name, and the methods the path allows.

    Raises:
        RequestError: 404 that names the nearest path, 405 that names the methods.
    """
    table = _table()
    path = path.rstrip("/") if len(path) > 1 and path not in table else path
    stem = path if path in table else path + "/" if path + "/" in table and path.count("/") == 1 else _stem(path, table)
    if stem is None:
        hint = _nearest(path) or " GET /_understudy/ lists all paths."
        raise refused(f"control path {path!r}: expected one that exists.{hint}", 404, "not_found")
    methods = table[stem]
    allowed = ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])
    if method == "OPTIONS":
        return None, {}, allowed
    route = methods.get("GET" if method == "HEAD" else method)
    if route is None:
        message = f"method {method} on {path}: expected one of {allowed}."
        raise RequestError(Failure(405, "method_not_allowed", message, headers=(("allow", allowed),)))
    name = route.whole_path.partition("{")[2].rstrip("}")
    return route, {name: path[len(stem) :]} if name else {}, allowed


def _nearest(path: str) -> str:
    """Suggest a path; compared without the prefix, which would make any two look alike."""
    known = [route.whole_path.removeprefix(PREFIX) for route in all_routes()]
    hint = nearest(path.removeprefix(PREFIX), known)
    return hint if "'/" in hint else hint.replace("'", f"'{PREFIX}", 1)


def _stem(path: str, table: Mapping[str, Mapping[str, Route]]) -> str | None:
    """Find the longest beginning of a path that some route takes the rest of."""
    for stem in sorted(table, key=len, reverse=True):
        takes_rest = any("{" in route.whole_path for route in table[stem].values())
        if takes_rest and path.startswith(stem) and len(path) > len(stem):
            return stem
    return None


def asked(request: Request, route: Route, params: Mapping[str, str]) -> Ask:
    """Read query and body as a route wants them.

    Raises:
        RequestError: 400 for what it does not take.
    """
    return Ask(request, _query(request.head.query, route), params, _body(request.body, route.body))


def _query(raw: str, route: Route) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        if name not in route.query:
            known = f"one of {', '.join(route.query)}" if route.query else "none"
            raise refused(f"query parameter {name!r}: expected {known}.{nearest(name, route.query)}")
        if name in found:
            raise refused(f"query parameter {name!r}: expected it once, got it twice.")
        found[name] = value
    return found


def _body(data: bytes, wanted: Any) -> Any:
    if wanted is None:
        return None
    try:
        return msgspec.json.decode(data.strip() or b"{}", type=wanted)
    except msgspec.ValidationError as error:
        said = _DECODE.match(str(error))
        path, text = (said["path"] or "$", said["said"]) if said else ("$", str(error))
        if text.startswith("Expected"):  # else what is quoted is a name
            text = _QUOTED.sub(lambda found: _TYPES.get(found[1], found[0]), text)
        raise refused(f"body {path}: {text[:1].lower()}{text[1:]}.") from None
    except NOT_JSON as error:
        raise refused(f"body: expected JSON, got something else ({error}).") from None
