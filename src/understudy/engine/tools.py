"""What a model does when no rule says: call the fitting tool, use its result, answer in the format asked for.

The tool is the one whose name and description share most words with the prompt; its arguments are valid against its schema and
mined from the prompt where they fit. Once tool results are there, the answer uses them and the loop ends.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from understudy.engine.decision import Decision
from understudy.model.call import Call, Tool
from understudy.model.reply import Reply, Text, ToolCall

_WORD = re.compile(r"[a-z0-9]+")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "for",
        "from",
        "get",
        "give",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "me",
        "of",
        "on",
        "or",
        "that",
        "the",
        "this",
        "to",
        "use",
        "what",
        "with",
        "you",
    ]
)


def _words(text: str) -> set[str]:
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", text)
    words = {word for word in _WORD.findall(spaced.lower()) if word not in _STOP}
    return words | {word[:-1] for word in words if len(word) > 3 and word.endswith("s")}


def _fit(tool: Tool, asked: set[str]) -> float:
    """How well a tool fits: words of its name count three times those of its description and parameters."""
    properties = (tool.parameters or {}).get("properties")
    about = tool.description + " " + " ".join(properties if isinstance(properties, dict) else ())
    return 3 * len(_words(tool.name) & asked) + len(_words(about) & asked)


def _named(choice: Any) -> str | None:
    if not isinstance(choice, dict):
        return None
    body = choice.get(str(choice.get("type", "")), choice)
    name = body.get("name") if isinstance(body, dict) else None
    return name if isinstance(name, str) else None


def choose(call: Call, mode: str) -> Tool | None:
    """Choose the tool to call: `auto` wants a fitting one, `always` takes the best; the request may insist or forbid."""
    offered, insists = _allowed(call)
    if not offered or call.tool_choice == "none":
        return None
    named = _named(call.tool_choice)
    if named is not None:
        return next((tool for tool in call.tools if tool.name == named), None)
    if mode == "never" and not insists:
        return None
    last = call.messages[-1].role if call.messages else ""
    if last in ("tool", "function") and not insists:
        return None
    asked = _words(call.user)
    best = max(offered, key=lambda tool: _fit(tool, asked))
    return best if insists or mode == "always" or _fit(best, asked) else None


def _allowed(call: Call) -> tuple[tuple[Tool, ...], bool]:
    """The tools that may be called, and whether one must be: a choice may name some of them (`allowed_tools`)."""
    choice = call.tool_choice
    allowed = choice.get("allowed_tools") if isinstance(choice, dict) else None
    if not isinstance(allowed, dict):
        return call.tools, choice == "required"
    listed = allowed.get("tools")
    names = {_named(item) for item in listed} if isinstance(listed, list) else set()
    return tuple(tool for tool in call.tools if tool.name in names), allowed.get("mode") == "required"


def answer(call: Call, mode: str, decision: Decision) -> tuple[str, Reply] | None:
    """Answer as a model would, with the name of the behaviour; None when nothing special is asked."""
    tool = choose(call, mode)
    if tool is not None:
        return "tools", Reply((ToolCall(tool.name, _arguments(tool, call, decision), kind=tool.kind),))
    wanted = _wanted_schema(call)
    if wanted is not None:
        value = _value(wanted, decision, call.user, purpose="response-format")
        return "schema", Reply((Text(msgspec.json.encode(value).decode()),))
    if call.messages and call.messages[-1].role in ("tool", "function") and mode != "never":
        return "tools", Reply((Text(_conclusion(call)),))
    return None


def _arguments(tool: Tool, call: Call, decision: Decision) -> str:
    if tool.kind == "custom":
        return call.user
    schema = tool.parameters or {"type": "object", "properties": {}}
    value = _value(schema, decision, call.user, purpose=f"tool-{tool.name}")
    return msgspec.json.encode(value if isinstance(value, dict) else {}).decode()


def _value(schema: Any, decision: Decision, hint: str, *, purpose: str) -> Any:
    from understudy.text.schema import value_for  # 20 ms that a server without tools never needs

    return value_for(schema, decision, hint, purpose=purpose)


def _wanted_schema(call: Call) -> Any:
    form = call.response_format
    if not isinstance(form, dict):
        return None
    if form.get("type") == "json_schema" and isinstance(form.get("json_schema"), dict):
        return form["json_schema"].get("schema", {"type": "object"})
    if form.get("type") == "json_object":
        return {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
    return None


def _conclusion(call: Call) -> str:
    results = []
    for message in reversed(call.messages):
        if message.role not in ("tool", "function"):
            break
        results.append(message.text)
    return "Here is what I found: " + "; ".join(reversed(results))
