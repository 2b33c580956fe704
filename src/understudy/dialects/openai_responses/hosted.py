"""Items that the provider makes itself: searches, code it runs, images it draws, calls of its connectors. Said by scripts.

In: the item of a script. Out: the item with the members that its type always has, as it is at its end and at its beginning,
and what happens to it in between (wire.md 7.3).
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable

from understudy.dialects.openai_responses.includes import PARTIAL
from understudy.dialects.openai_responses.items import half_sealed
from understudy.dialects.openai_responses.meant import meant
from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.model.call import Call

_STATELESS = ("mcp_list_tools", "mcp_approval_request", "reasoning", "compaction")
_PARTIALS = (1, 2, 3)  # images that may be asked for before the one
STAGES: dict[str, tuple[str, ...]] = {
    "web_search_call": ("in_progress", "searching"),
    "file_search_call": ("in_progress", "searching"),
    "code_interpreter_call": ("in_progress",),
    "image_generation_call": ("in_progress", "generating"),
    "mcp_list_tools": ("in_progress",),
    "mcp_call": ("in_progress",),
}
"""What is told of such an item while it is made, before its text."""

BUILT_IN = (*(kind for kind in STAGES if kind != "mcp_list_tools"), "computer_call", "local_shell_call", "shell_call")
"""Calls of tools that the provider runs, or has the client run, itself."""

TEXTS = {
    "code_interpreter_call": ("code", "code_interpreter_call_code"),
    "mcp_call": ("arguments", "mcp_call_arguments"),
    "function_call": ("arguments", "function_call_arguments"),
    "custom_tool_call": ("input", "custom_tool_call_input"),
}
"""The member of an item that is streamed, and what its events are called."""


def completed(data: Json, call: Call, names: Names) -> Json:
    """Fill in what an item always has and its script left out.

    Raises:
        ShapeError: for a member that no item can have so.
    """
    kind = data["type"]
    wish: Wish = call.extra
    filled = {**_DEFAULTS.get(kind, _nothing)(call, wish, names), **meant(data)}
    if kind == "message":
        content = [_part(part) for part in filled.get("content", ())]
        filled |= {"content": content, "role": "assistant"}
    if kind == "image_generation_call":
        count = wish.tool("image_generation").get(PARTIAL)
        if count in _PARTIALS:
            filled.setdefault(PARTIAL, [filled["result"]] * count)
    if kind not in _STATELESS:
        filled.setdefault("status", _outcome(filled))
    head = {"id": filled.get("id") or names.of(kind), "type": kind}
    if "status" in filled:
        head["status"] = filled["status"]
    return head | {name: filled[name] for name in sorted(filled) if name not in head}


def begun(item: Json) -> Json:
    """The item as it is added: nothing of what it will say is there yet."""
    kind = item["type"]
    empty: Json = {"status": "in_progress", "arguments": "", "input": "", "code": "", "result": None, "results": None}
    empty |= {"outputs": None, "output": None, "content": [], "tools": [], "error": None}
    if kind == "reasoning":
        empty = {"summary": [], "content": []}
        if "encrypted_content" in item:
            empty["encrypted_content"] = half_sealed(item["encrypted_content"])
    elif kind == "mcp_approval_request":
        return item
    return {name: empty.get(name, value) for name, value in item.items()}


def ending(item: Json) -> tuple[str, ...]:
    """What is told of such an item after its text."""
    kind = item["type"]
    if kind not in STAGES:
        return ()
    last = "failed" if item.get("status") == "failed" and kind.startswith("mcp_") else _outcome(item)
    return ("interpreting", last) if kind == "code_interpreter_call" else (last,)


def _outcome(item: Json) -> str:
    """How an item ended that does not say so itself: tools of others may fail."""
    return "failed" if item["type"].startswith("mcp_") and item.get("error") else "completed"


def _part(part: Json) -> Json:
    if part.get("type", "output_text") != "output_text":
        return part
    return {"type": "output_text", "annotations": [], "logprobs": [], "text": "", **part}


def _nothing(_call: Call, _wish: Wish, _names: Names) -> Json:
    return {}


def _web_search(call: Call, _wish: Wish, _names: Names) -> Json:
    return {"action": {"type": "search", "queries": [call.user], "query": call.user}}


def _reasoning(_call: Call, _wish: Wish, _names: Names) -> Json:
    return {"summary": []}


def _function(_call: Call, _wish: Wish, names: Names) -> Json:
    return {"arguments": "{}", "call_id": names.call(), "name": "tool"}


def _custom(_call: Call, _wish: Wish, names: Names) -> Json:
    return {"call_id": names.call(), "input": "", "name": "tool"}


def _file_search(call: Call, _wish: Wish, _names: Names) -> Json:
    return {"queries": [call.user], "results": None}


def _code(_call: Call, _wish: Wish, names: Names) -> Json:
    return {"code": "", "container_id": f"cntr_{names.digits(32)}", "outputs": None}


def _image(call: Call, wish: Wish, _names: Names) -> Json:
    asked = wish.tool("image_generation")
    return {
        "action": "generate",
        "background": asked.get("background") or "opaque",
        "output_format": asked.get("output_format") or "png",
        "quality": asked.get("quality") or "medium",
        "result": b64encode(_dot()).decode(),
        "revised_prompt": call.user,
        "size": asked.get("size") or "1024x1024",
    }


def _mcp(_call: Call, wish: Wish, _names: Names) -> Json:
    server = wish.tool("mcp").get("server_label") or "server"
    return {
        "approval_request_id": None,
        "arguments": "{}",
        "error": None,
        "name": "tool",
        "output": None,
        "server_label": server,
    }


def _mcp_tools(_call: Call, wish: Wish, _names: Names) -> Json:
    return {"error": None, "server_label": wish.tool("mcp").get("server_label") or "server", "tools": []}


def _approval(_call: Call, wish: Wish, _names: Names) -> Json:
    return {"arguments": "{}", "name": "tool", "server_label": wish.tool("mcp").get("server_label") or "server"}


_DEFAULTS: dict[str, Callable[[Call, Wish, Names], Json]] = {
    "reasoning": _reasoning,
    "function_call": _function,
    "custom_tool_call": _custom,
    "web_search_call": _web_search,
    "file_search_call": _file_search,
    "code_interpreter_call": _code,
    "image_generation_call": _image,
    "mcp_call": _mcp,
    "mcp_list_tools": _mcp_tools,
    "mcp_approval_request": _approval,
}


def _dot() -> bytes:
    """A PNG image of one grey pixel."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\x00\x80")) + part(b"IEND", b"")
