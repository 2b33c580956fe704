"""Expressions over `{body, headers, method, path, query}`, as mock-llm has them, as conditions over body and headers.

In: a JMESPath expression. Out: conditions `json` and `header`; None for what asks more than these.
"""

from __future__ import annotations

import re
from typing import Any, Final

Conditions = dict[str, Any]

_LONGEST: Final = 2000  # characters of an expression; those below are not linear
_ROOTS: Final = ("body", "headers", "method", "path", "query")
_NAME: Final = r'(?:\.(?:"([^"]+)"|([A-Za-z_]\w*)))'
_HEADER: Final = re.compile(rf"(!?)\s*headers{_NAME}\s*(?:(==|!=)\s*(?:'([^']*)'|`\"([^`\"]*)\"`))?")
_HEADER_HOLDS: Final = re.compile(rf"(!?)\s*(contains|starts_with)\(\s*headers{_NAME}\s*,\s*(?:'([^']*)'|`\"([^`\"]*)\"`)\s*\)")
_METHOD: Final = re.compile(r"method\s*==\s*(?:'POST'|`\"POST\"`)")
_LIST: Final = re.compile(r"^[\w.]+\[(?:\?(?:[^][]|\[[^][]*\])*|\*)?\](?:\.\w+)*$")
_SCOPED: Final = re.compile(r"\[\?|&|\[\]|\*|\||\{|\[[^\]\d:*'\"`-]")


def gives_list(expression: str) -> bool:
    """Whether an expression, or what is joined to others by `&&`, gives a list: in JavaScript it holds though it is empty."""
    return len(expression) <= _LONGEST and any(_LIST.search(part) for part in _conjuncts(expression))


def translated(expression: str) -> Conditions | None:
    """Say an expression as conditions, none when it is always true."""
    if len(expression) > _LONGEST:
        return None
    found: Conditions = {}
    queries: list[str] = []
    for part in _conjuncts(expression):
        if part in ("@", "") or _METHOD.fullmatch(part):
            continue
        header = _header(part)
        if header is not None:
            found.setdefault("header", {}).update(header)
        elif (query := _of_body(part)) is not None:
            queries.append(query)
        else:
            return None
    return found | ({"json": " && ".join(queries)} if queries else {})


def _conjuncts(expression: str) -> list[str]:
    """Split at `&&` where nothing else stands around it."""
    parts, depth, begun, quote = [], 0, 0, ""
    at = 0
    text = expression.strip()
    while at < len(text):
        sign = text[at]
        if quote:
            at += 1 if sign == "\\" else 0
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        elif sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif depth == 0 and sign == "|":  # or, or a pipe
            return [text]
        elif depth == 0 and text.startswith("&&", at):
            parts.append(text[begun:at].strip())
            begun = at + 2
            at += 1
        at += 1
    return [*parts, text[begun:].strip()]


def _header(part: str) -> Conditions | None:
    plain = _HEADER.fullmatch(part)
    if plain is not None:
        no, quoted, name, sign, one, other = plain.groups()
        value = one if one is not None else other
        wanted: Any = (not no) if sign is None else {"regex": rf"\A{re.escape(value)}\z"} if value != value.strip() else value
        return {(quoted or name).lower(): {"not": wanted} if sign == "!=" else wanted}
    holding = _HEADER_HOLDS.fullmatch(part)
    if holding is None:
        return None
    no, how, quoted, name, one, other = holding.groups()
    wanted = {"contains" if how == "contains" else "prefix": one if one is not None else other}
    return {(quoted or name).lower(): {"not": wanted} if no else wanted}


def _of_body(part: str) -> str | None:
    """Say an expression over the body with the body as its root."""
    bare = re.sub(r"'[^']*'|`[^`]*`", "''", part)
    if any(re.search(rf"(?<![\w.\"]){root}\b", bare) for root in _ROOTS[1:]):
        return None
    if _SCOPED.search(bare):
        return f"({{body: @}} | {part})"
    return _unrooted(part)


def _unrooted(part: str) -> str:
    pieces = re.split(r"('[^']*'|`[^`]*`)", part)
    return "".join(
        piece if at % 2 else re.sub(r"(?<![\w.\"])body(?:\.|(?=\[)|\b)", _root, piece) for at, piece in enumerate(pieces)
    )


def _root(found: re.Match[str]) -> str:
    return "" if found[0].endswith(".") else "@"


def hole(path: str) -> str | None:
    """Say `{{jmes request PATH}}` as an expression of our templates; None for what these do not see."""
    said = path[:_LONGEST].strip().removeprefix("body.")
    if said == "model":
        return "model"
    if said == "length(messages)":
        return "messages | length"
    last = re.fullmatch(
        r"messages\[\?role\s*==\s*(?:'(\w+)'|`\"(\w+)\"`)\](?:\.content\s*\|\s*\[-1\]|\s*\|\s*\[-1\]\.content)", said
    )
    if last is not None:
        role = last[1] or last[2]
        return {"user": "user", "system": "system", "tool": "tool_result"}.get(role)
    indexed = re.fullmatch(r"messages\[(-?\d+)\]\.(content|role)", said)
    return f"messages[{indexed[1]}].{indexed[2]}" if indexed is not None else None
