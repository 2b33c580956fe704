"""Tools that a prompt describes in its own words: a schema after "args", a signature as Python has it, or only a name.

In: a text, and the names of the tools it describes. Out: tools as if they had been offered. Chooses none, and knows no client:
each tool is looked for at the beginning of a line, and what follows is its description.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from typing import Any

from understudy.engine.fields import PLAIN, typed
from understudy.engine.prompted import shown
from understudy.model.call import Tool

_BEFORE = r"^[^\w\n]{0,40}(?:tool name: ?|name: ?|\d{1,3}[.)] ?|def )?"
_END = re.compile(r"\n\s*\n(?=\S)")  # what is indented still belongs to a tool
_LONGEST = 4000  # characters of a description
_ARGUMENTS = re.compile(r"\b(?:arg(?:ument)?s|inputs|parameters)\b[^{\n]{0,20}(?=\{)", re.IGNORECASE)
_ANY_TEXT = {"type": "object", "properties": {"input": {"type": "string"}}, "required": ["input"]}
_decode = json.JSONDecoder().raw_decode


def described_tools(text: str, names: Iterable[str]) -> tuple[Tool, ...]:
    """Read the tools of these names out of a text; one that it says nothing of takes any text."""
    found: list[tuple[int, str]] = []
    missing: list[Tool] = []
    for name in dict.fromkeys(names):
        place = re.search(_BEFORE + re.escape(name) + r"(?=\W)", text, re.IGNORECASE | re.MULTILINE)
        if place is None:
            missing.append(Tool(name, "", _ANY_TEXT))
        else:
            found.append((place.end() - len(name), name))
    found.sort()
    ends = [*(at for at, _ in found[1:]), len(text)]
    told = [(name, text[at : min(end, at + _LONGEST)]) for (at, name), end in zip(found, ends, strict=False)]
    return (*(_tool(name, said) for name, said in told), *missing)


def _tool(name: str, told: str) -> Tool:
    ends = _END.search(told)
    told = told if ends is None else told[: ends.start()]
    return Tool(name, told[len(name) :], _listed(told) or _signed(name, told) or _ANY_TEXT)


def _listed(told: str) -> dict[str, Any] | None:
    """The schema of arguments that are written as an object, in JSON or as Python shows it."""
    found = _ARGUMENTS.search(told)
    if found is None:
        return None
    try:
        value = (shown if told.startswith("{'", found.end()) else _decode)(told, found.end())[0]
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return None
    if isinstance(value.get("properties"), dict):
        return dict(value)
    members = {key: _member(said) for key, said in value.items()}
    return {"type": "object", "properties": members, "required": [key for key in members if not _has_default(value[key])]}


def _member(said: Any) -> dict[str, Any]:
    if not isinstance(said, dict):
        return {"type": "string"}
    kind = said.get("type")
    return {**said, "type": PLAIN.get(kind, kind)} if isinstance(kind, str) else said


def _has_default(said: Any) -> bool:
    return isinstance(said, dict) and "default" in said


def _signed(name: str, told: str) -> dict[str, Any] | None:
    """The schema of the arguments of a signature: of those that have no default, where there are any."""
    found = re.search(rf"\b{re.escape(name)}\(([^\n]{{0,600}}?)\)(?=\s*(?:->|:|-|\n|$))", told)
    if found is None:
        return None
    try:
        arguments = ast.parse(f"def f({found[1]}): pass").body[0].args  # type: ignore[attr-defined]  # it is a function
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    named = [*arguments.posonlyargs, *arguments.args]
    needed = named[: len(named) - len(arguments.defaults)] or named
    members = {item.arg: typed("str" if item.annotation is None else ast.unparse(item.annotation)) for item in needed}
    return {"type": "object", "properties": members, "required": list(members)}
