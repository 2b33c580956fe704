"""From the blocks of a Messages body to messages, tools and choices in no provider's words; wrong types count as absent.

A system prompt becomes a first message of role system. Results of tools stand in user messages on this wire; here each becomes
a message of role tool, before what the user says beside them. Calls of tools become `tool_calls` of the assistant's message.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from understudy.dialects._asked import objects, schema
from understudy.dialects.anthropic.attached import blocks_with_files
from understudy.dialects.anthropic.pages import Page
from understudy.model.call import Message, Tool

Thinking = Literal["shown", "blank", "hidden"]


class Extra(Struct, gc=False):
    """What only this dialect asks, and the encoder needs.

    `stops` are the stop sequences, `tools` the definitions of the tools as text (for counting), `served` the names of the
    tools the API itself runs, with their types. `thinking` says how much of what the model thought is shown: all, a block
    without its text, or nothing; `thinks` that it is told to. `long` widens the window by a beta, `fills` lets an answer fill
    it by another, `window` is what a script leaves of it, `edits` asks for what was cleared of the conversation. `page` is what
    part of a catalogue is wanted. `files` are the blocks whose content is a file that was uploaded before.
    """

    stops: tuple[str, ...] = ()
    tools: str = ""
    served: tuple[tuple[str, str], ...] = ()
    thinking: Thinking = "shown"
    long: bool = False
    fills: bool = False
    window: int | None = None
    thinks: bool = False
    edits: bool = False
    page: Page = Page()
    files: tuple[dict[str, Any], ...] = ()

    @property
    def marks(self) -> tuple[Any, ...]:
        """What makes another rendering of an answer."""
        return self.stops, self.served, self.thinking, self.thinks, self.edits


def messages(value: dict[str, Any]) -> list[Message]:
    """Read the system prompt and the conversation."""
    found = [Message("system", _texts(value["system"]))] if value.get("system") else []
    given = value.get("messages")
    for item in given if isinstance(given, list) else ():
        if isinstance(item, dict):
            found += _messages(str(item.get("role", "user")), item.get("content"))
    return found


def _texts(value: Any) -> str | list[Any]:
    return value if isinstance(value, str | list) else ""


def _messages(role: str, content: Any) -> list[Message]:
    if not isinstance(content, list):
        return [Message(role, content if isinstance(content, str) else "")]
    blocks = [block for block in content if isinstance(block, dict)]
    if role == "assistant":
        calls = [_call(block) for block in blocks if block.get("type") == "tool_use"]
        rest = [block for block in blocks if block.get("type") != "tool_use"]
        return [Message("assistant", rest, tool_calls=calls or None)]
    results = [_result(block) for block in blocks if block.get("type") == "tool_result"]
    rest = [block for block in blocks if block.get("type") != "tool_result"]
    return [*results, Message(role, rest)] if rest or not results else results


def _call(block: dict[str, Any]) -> dict[str, Any]:
    arguments = msgspec.json.encode(block.get("input") or {}).decode()
    body = {"name": str(block.get("name") or ""), "arguments": arguments}
    return {"id": str(block.get("id") or ""), "type": "function", "function": body}


def _result(block: dict[str, Any]) -> Message:
    content, name = block.get("content"), block.get("tool_use_id")
    return Message("tool", _texts(content), tool_call_id=name if isinstance(name, str) else None)


def tools(value: dict[str, Any]) -> tuple[Tool, ...]:
    """Read the tools the client runs itself."""
    return tuple(
        Tool(item["name"], str(item.get("description") or ""), schema(item.get("input_schema")))
        for item in objects(value.get("tools"))
        if is_own(item) and isinstance(item.get("name"), str)
    )


def served(value: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Read the tools the API runs: (name, type)."""
    return tuple((str(item.get("name")), str(item["type"])) for item in objects(value.get("tools")) if not is_own(item))


def is_own(tool: dict[str, Any]) -> bool:
    """Say whether the client runs a tool itself; those the API runs carry a dated type and no schema."""
    return str(tool.get("type") or "custom").startswith(("custom", "bash_", "text_editor_", "computer_", "memory_", "browser_"))


def tool_choice(value: dict[str, Any]) -> Any:
    """Read which tool is wanted."""
    choice = value.get("tool_choice")
    kind = choice.get("type") if isinstance(choice, dict) else None
    if kind == "tool":
        return {"type": "function", "function": {"name": choice.get("name")}} if isinstance(choice, dict) else None
    return {"auto": "auto", "any": "required", "none": "none"}.get(str(kind))


def parallel(value: dict[str, Any]) -> bool:
    """Say whether several tools may be called at once."""
    choice = value.get("tool_choice")
    return not (isinstance(choice, dict) and choice.get("disable_parallel_tool_use") is True)


def response_format(value: dict[str, Any]) -> Any:
    """Read the schema the answer must follow."""
    config = value.get("output_config")
    form = config.get("format") if isinstance(config, dict) else None
    form = value.get("output_format") or form  # as the betas of 2025 had it
    if not isinstance(form, dict) or not isinstance(form.get("schema"), dict):
        return None
    return {"type": "json_schema", "json_schema": {"name": "output", "schema": form["schema"]}}


def own_wishes(value: dict[str, Any], beta: Extra, *, files: bool = False) -> Extra:
    """Read what only this dialect asks."""
    listed, stops = objects(value.get("tools")), value.get("stop_sequences")
    return Extra(
        stops=tuple(stop for stop in stops if isinstance(stop, str) and stop) if isinstance(stops, list) else (),
        tools=msgspec.json.encode(listed).decode() if listed else "",
        served=served(value),
        thinking=_thinking(value.get("thinking")),
        long=beta.long,
        fills=beta.fills,
        thinks=_kind(value.get("thinking")) == "enabled",
        edits=isinstance(value.get("context_management"), dict),
        files=blocks_with_files(value) if files else (),
    )


def _kind(value: Any) -> Any:
    return value.get("type") if isinstance(value, dict) else None


def _thinking(value: Any) -> Thinking:
    if not isinstance(value, dict):
        return "shown"
    if value.get("type") == "disabled":
        return "hidden"
    return "blank" if value.get("display") == "omitted" else "shown"
