"""What a prompt costs in tokens: the OpenAI API's chat framing around exact text counts.

P = base + sum over messages of (3 + role + content [+ 1 + name]); the role is one token. Functions are counted as the
TypeScript the model is shown, plus 9, minus 4 when a system message exists, minus 1 for each function whose first property
has no description (wire.md 15: fitted on recorded usage, exact on 154 of 155 text prompts). For gpt-5 and later the
overhead of functions is 90 instead of 9. Tool calls in the history count as their name and arguments plus 7. What images,
audio and files cost is in `media`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import msgspec

from understudy.dialects._kept import Kept
from understudy.dialects._openai.families import family
from understudy.dialects._openai.media import part_tokens
from understudy.model.call import Call, Tool
from understudy.text.tokens import Encoding, encoding_for

# keyed by identity: the value holds the tools, so an identity in use is never that of others
_COUNTED: Kept[tuple[int, str], tuple[tuple[Tool, ...], int]] = Kept(1 << 20)


@lru_cache(maxsize=1024)
def _traits(model: str) -> tuple[int, Encoding, Callable[[str], int | None]]:
    encoding = encoding_for(model)
    return family(model).base, encoding, encoding.remembered


def chat_tokens(call: Call) -> int:
    """Count the prompt tokens of a chat request."""
    messages, tools = call.messages, call.tools
    base, encoding, remembered = _traits(call.model)
    count = encoding.count
    total = base + 4 * len(messages)
    for message in messages:
        content = message.content
        if isinstance(content, str):
            known = remembered(content)
            total += count(content) if known is None else known
        elif content:
            total += sum(_part_tokens(part, call.model, encoding) for part in content)
        if message.name:
            total += 1 + count(message.name)
        if message.tool_calls:
            total += sum(_call_tokens(encoding, call) for call in message.tool_calls)
    if tools and any(tool.kind != "hosted" for tool in tools):
        total += _tools_tokens(encoding, call.model, tools)
        if any(message.role in ("system", "developer") for message in messages):
            total -= 4
    return total


def _part_tokens(part: Any, model: str, encoding: Encoding) -> int:
    if isinstance(part, dict) and isinstance(part.get("text"), str):
        return encoding.count(part["text"])
    return part_tokens(part, model, encoding)


def _call_tokens(encoding: Encoding, call: Any) -> int:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict):
        return 7
    return 7 + sum(
        encoding.count(value) for value in (function.get("name"), function.get("arguments")) if isinstance(value, str)
    )


def _tools_tokens(encoding: Encoding, model: str, tools: tuple[Tool, ...]) -> int:
    """What the tools of a call cost; those that calls share are counted once."""
    known = _COUNTED.get((id(tools), model))
    if known is not None:
        return known[1]
    shown = tuple(tool for tool in tools if tool.kind != "hosted")
    text = render_tools(shown)
    total = encoding.count(text) + (90 if family(model).base == 2 else 9)
    total -= sum(1 for tool in shown if _first_is_undescribed(tool))
    _COUNTED.keep((id(tools), model), (tools, total), len(text))
    return total


def _first_is_undescribed(tool: Tool) -> bool:
    properties = (tool.parameters or {}).get("properties")
    if not isinstance(properties, dict) or not properties:
        return False
    first = next(iter(properties.values()))
    return not (isinstance(first, dict) and first.get("description"))


def render_tools(tools: tuple[Tool, ...]) -> str:
    """Render functions as the TypeScript namespace the model is shown."""
    lines = ["namespace functions {", ""]
    for tool in tools:
        if tool.description:
            lines.append(f"// {tool.description}")
        parameters = tool.parameters or {}
        if isinstance(parameters.get("properties"), dict) and parameters["properties"]:
            lines += [f"type {tool.name} = (_: {{", *_members(parameters, 0), "}) => any;", ""]
        else:
            lines += [f"type {tool.name} = () => any;", ""]
    return "\n".join([*lines, "} // namespace functions"])


def _members(schema: dict[str, Any], indent: int) -> list[str]:
    required = schema.get("required")
    wanted = required if isinstance(required, list) else []
    lines = []
    for name, member in schema["properties"].items():
        if isinstance(member, dict) and member.get("description"):
            lines.append(f"{' ' * indent}// {member['description']}")
        mark = "" if name in wanted else "?"
        lines.append(f"{' ' * indent}{name}{mark}: {_type(member, indent)},")
    return lines


def _type(schema: Any, indent: int) -> str:
    if not isinstance(schema, dict):
        return "any"
    if isinstance(schema.get("enum"), list):
        return " | ".join(msgspec.json.encode(value).decode() for value in schema["enum"])
    kind = schema.get("type")
    if kind == "object" and isinstance(schema.get("properties"), dict) and indent < 40:
        return "\n".join(["{", *_members(schema, indent + 2), f"{' ' * indent}}}"])
    if kind == "array" and indent < 40:
        return f"{_type(schema.get('items'), indent + 2)}[]"
    return {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}.get(
        str(kind), "any"
    )
