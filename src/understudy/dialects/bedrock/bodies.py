"""Bodies in Anthropic's form (and Nova's, which hardly differs) respelled as Converse has them, so that one reader reads all.

In: a JSON object. Out: another. Knows no call.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import _asked as asked


def as_converse(value: dict[str, Any]) -> dict[str, Any]:
    """Spell a body of Anthropic's (or Nova's) form as Converse does; what is spelled so already stays."""
    system = value.get("system")
    found = dict(value)
    found["system"] = [{"text": system}] if isinstance(system, str) else system
    found["messages"] = [{**item, "content": _blocks(item.get("content"))} for item in asked.objects(value.get("messages"))]
    tools = asked.objects(value.get("tools"))
    if tools:
        specs = [{"toolSpec": {**tool, "inputSchema": {"json": tool.get("input_schema")}}} for tool in tools]
        choice = asked.mapping(value.get("tool_choice"))
        kind = choice.get("type")
        wanted = {str(kind): choice} if kind in ("any", "auto", "tool") else None
        found["toolConfig"] = {"tools": specs, "toolChoice": wanted}
    return found


def _blocks(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, str):
        return [{"text": content}]
    found: list[dict[str, Any]] = []
    for block in asked.objects(content):
        kind = block.get("type")
        if kind == "tool_use":
            found.append({"toolUse": {"toolUseId": block.get("id"), "name": block.get("name"), "input": block.get("input")}})
        elif kind == "tool_result":
            result = {"toolUseId": block.get("tool_use_id"), "content": _blocks(block.get("content"))}
            found.append({"toolResult": result})
        elif kind == "image":
            found.append({"image": block.get("source")})
        elif kind != "thinking":
            found.append(block)
    return found


def claudes_format(value: dict[str, Any]) -> dict[str, Any] | None:
    """Read the schema of Claude's own body: `output_config.format`, `output_format` in the beta before it."""
    form = asked.mapping(value.get("output_format") or asked.mapping(value.get("output_config")).get("format"))
    return asked.json_schema(form["schema"]) if isinstance(form.get("schema"), dict) else None
