"""Items of input and output: how they are kept and listed, and the messages they come to for those who know no items.

In: items as clients send them, whatever they hold. Out: items with all their members, and `Call` messages, in which calls of
functions are an assistant's and their outputs a tool's.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable
from typing import Any

import msgspec

from understudy.dialects.openai_responses.names import Names
from understudy.dialects.openai_responses.wishes import Json
from understudy.model.call import Message

_CALLS = {"function_call": ("function", "arguments"), "custom_tool_call": ("custom", "input")}
_OUTPUTS = ("function_call_output", "custom_tool_call_output")
_SEALED = "gAAAAAB"  # what encrypted contents begin with
_HIDDEN = 24


def normalised(value: Any) -> list[Json]:
    """Read `input`: a text is a message of the user, contents of messages are parts."""
    if isinstance(value, str):
        value = [{"role": "user", "content": value}] if value else []
    return [_item(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def kind_of(item: Json) -> str:
    """The type of an item; those that do not say theirs are messages, or stand for the item of that name."""
    kind = item.get("type")
    if isinstance(kind, str):
        return kind
    return "item_reference" if "id" in item and "role" not in item else "message"


def _item(item: Json) -> Json:
    kind = kind_of(item)
    if kind != "message":
        return {**item, "type": kind}
    role = str(item.get("role") or "user")
    content = item.get("content")
    if not isinstance(content, list):
        content = [{"type": "input_text", "text": content if isinstance(content, str) else ""}]
    parts = [_part(part, role) for part in content if isinstance(part, dict)]
    return {**item, "type": "message", "role": role, "content": parts}


def _part(part: Json, role: str) -> Json:
    if role == "assistant" and part.get("type") in ("input_text", "output_text", "text"):
        return {"type": "output_text", "annotations": [], "logprobs": []} | part | {"type": "output_text"}
    return part | {"detail": part.get("detail") or "auto"} if part.get("type") == "input_image" else part


def kept(items: Iterable[Json], names: Names) -> list[Json]:
    """Give items that come from the client the identifiers and members that they are listed with."""
    return [_listed(item, names) for item in items]


def _listed(item: Json, names: Names) -> Json:
    kind = item["type"]
    named = item.get("id") or names.of(kind)
    if kind == "message":
        found = {"id": named, "type": kind, "status": item.get("status") or "completed"}
        for name in ("id", "role", "content", "phase"):
            if (value := item.get(name)) is not None:
                found[name] = value
        return found
    whole = {"id": named, "type": kind, **{k: v for k, v in item.items() if v is not None}}
    if kind in _CALLS or kind in _OUTPUTS:
        whole["status"] = item.get("status") or "completed"
    return whole


def messages(items: Iterable[Json]) -> list[Message]:
    """Say items as messages; what no message can say is left out."""
    found: list[Message] = []
    for item in items:
        kind = item["type"]
        if kind == "message":
            found.append(Message(str(item.get("role", "user")), _content(item.get("content"))))
        elif kind in _CALLS:
            _called(found, item, *_CALLS[kind])
        elif kind in _OUTPUTS:
            found.append(Message("tool", _output(item.get("output")), tool_call_id=str(item.get("call_id", ""))))
        elif kind == "compaction":
            found.append(Message("assistant", opened(item.get("encrypted_content"))))
    return found


def _called(found: list[Message], item: Json, kind: str, member: str) -> None:
    call = {"id": item.get("call_id"), "type": kind, kind: {"name": item.get("name"), member: item.get(member)}}
    last = found[-1] if found else None
    if last is not None and last.role == "assistant" and (last.tool_calls or not last.content):
        last.tool_calls = [*(last.tool_calls or ()), call]
    else:
        found.append(Message("assistant", None, tool_calls=[call]))


def _content(content: Any) -> str | list[Any] | None:
    if not isinstance(content, list):
        return content if isinstance(content, str) else None
    parts = [_neutral(part) for part in content if isinstance(part, dict)]
    return parts[0]["text"] if len(parts) == 1 and isinstance(parts[0].get("text"), str) else parts


def _output(output: Any) -> str | list[Any]:
    if isinstance(output, list):
        return _content(output) or ""
    return output if isinstance(output, str) else msgspec.json.encode(output).decode()


def _neutral(part: Json) -> Json:
    """Say a part as every dialect does."""
    kind = part.get("type")
    if isinstance(part.get("text"), str):
        return {"type": "text", "text": part["text"]}
    if kind == "refusal":
        return {"type": "text", "text": str(part.get("refusal", ""))}
    if kind == "input_image":
        return {"type": "image_url", "image_url": {"url": str(part.get("image_url") or ""), "detail": part.get("detail")}}
    if kind == "input_file":
        return {"type": "file", "file": {key: value for key, value in part.items() if key != "type"}}
    return part


def sealed(text: str, salt: str) -> str:
    """Write a text as encrypted content: nothing a client would read, and what `opened` finds again."""
    return _SEALED + salt[:_HIDDEN].ljust(_HIDDEN, "A") + urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).decode()


def half_sealed(content: str) -> str:
    """What stands for encrypted content before there is any: as long as that of nothing."""
    return _SEALED + content[len(_SEALED) :][:_HIDDEN][::-1]


def opened(content: Any) -> str:
    """Read what was sealed; contents of somebody else are empty."""
    try:
        data = str(content).removeprefix(_SEALED)[_HIDDEN:]
        return urlsafe_b64decode(data).decode("utf-8", "surrogatepass")
    except (Error, ValueError):
        return ""
