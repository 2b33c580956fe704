"""`match` and `provider` of an llmposter fixture as conditions (llmposter's docs/fixtures.md, 0.4.6).

A text is a part of the text, letter by letter; `{regex: ...}` an expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from understudy.importing.words import containing

Conditions = dict[str, Any]
Warn = Callable[[tuple[Any, ...], str], None]

_PROVIDERS: Final = {"openai": "openai", "anthropic": "anthropic", "gemini": "gemini", "responses": "openai_responses"}
_TEXTS: Final = {"user_message": "user", "model": "model", "system_prompt": "system", "tool_schema": "tools"}
_READ: Final = frozenset({*_TEXTS, "headers", "temperature", "metadata", "body_jsonpath"})


def conditions(match: dict[str, Any], provider: Any, warn: Warn) -> Conditions | None:
    """Say what a fixture matches; None when that cannot be said, and warn why."""
    found: Conditions = {}
    bad = [name for name in match if name not in _READ]
    for name in bad:
        warn(("match", name), f"condition {name!r} has no counterpart here. The fixture is left out.")
    for theirs, ours in _TEXTS.items():
        if theirs in match and (wanted := text(match[theirs])) is not None:
            found[ours] = wanted
    headers = {name.lower(): text(value) or True for name, value in (match.get("headers") or {}).items()}
    if headers:
        found["header"] = headers
    body = _temperature(match.get("temperature")) | _metadata(match.get("metadata") or {})
    if "body_jsonpath" in match:
        query = jmespath(str(match["body_jsonpath"]))
        if query is None:
            warn(
                ("match", "body_jsonpath"),
                f"query {match['body_jsonpath']!r} cannot be said in JMESPath. The fixture is left out.",
            )
            return None
        body[query] = True
    if body:
        found["json"] = body
    if provider is not None:
        if provider not in _PROVIDERS:
            warn(("provider",), f"provider {provider!r}: expected one of {', '.join(_PROVIDERS)}. The fixture is left out.")
            return None
        found["dialect"] = _PROVIDERS[provider]
    return None if bad else found


def text(value: Any) -> Any:
    """Say a text match; None when it fits every text."""
    if isinstance(value, dict) and isinstance(value.get("regex"), str):
        return {"regex": value["regex"]}
    return containing(value) if isinstance(value, str) else None


def _temperature(value: Any) -> Conditions:
    if isinstance(value, dict):
        bounds = [f"temperature {sign} `{value[name]}`" for name, sign in (("min", ">="), ("max", "<=")) if name in value]
        return {" && ".join(bounds): True} if bounds else {}
    return {} if value is None else {"temperature": value}


def _metadata(entries: dict[str, Any]) -> Conditions:
    return {f'to_string(metadata."{name}")': text(value) for name, value in entries.items() if text(value) is not None}


_LONGEST: Final = 2000  # characters of a query; the expressions below are not linear
_STEP: Final = re.compile(r"\.([A-Za-z_]\w*)|\[\s*'([^']*)'\s*\]|\[\s*(-?\d+|\*)\s*\]|\.(\*)|\[\?([^\]]*)\]")
_TERM: Final = re.compile(r"@((?:\.[A-Za-z_]\w*)+)\s*(?:(==|!=|<=?|>=?)\s*('[^']*'|\"[^\"]*\"|-?[\d.]+|true|false|null))?")


def jmespath(query: str) -> str | None:
    """Say a JSONPath in JMESPath, true where the path finds something; None when it is more than steps and simple filters."""
    if not query.startswith("$") or len(query) > _LONGEST:
        return None
    parts, at = [], 1
    while at < len(query):
        step = _STEP.match(query, at)
        if step is None:
            return None
        name, quoted, index, star, condition = step.groups()
        if condition is not None:
            inner = _filter(condition.strip().removeprefix("(").removesuffix(")"))
            if inner is None:
                return None
            parts.append(f"[?{inner}]")
        else:
            parts.append(f"[{index}]" if index else ".*" if star else f".{name}" if name else f'."{quoted}"')
        at = step.end()
    expression = "".join(parts).removeprefix(".")
    if not expression:
        return None
    is_several = any(mark in expression for mark in ("[?", "[*]", ".*"))
    return f"length({expression} || `[]`) > `0`" if is_several else f"{expression} != `null`"


def _filter(condition: str) -> str | None:
    """Say a filter of comparisons joined by `&&` and `||`."""
    parts = re.split(r"\s*(&&|\|\|)\s*", condition)
    said = []
    for part in parts:
        if part in ("&&", "||"):
            said.append(part)
            continue
        term = _TERM.fullmatch(part.strip())
        if term is None:
            return None
        path, sign, value = term[1].removeprefix("."), term[2], term[3]
        said.append(f"{path} {sign} {_value(value)}" if sign else path)
    return " ".join(said)


def _value(written: str) -> str:
    return f"'{written[1:-1]}'" if written[0] in "'\"" else f"`{written}`"
