"""From what was answered to the reply of a rule, as a script writes it.

In: a take. Out: a mapping for `reply`: a text where that is all, else contents with what goes with them, an error, or, where no
content can say it, the answer byte by byte. Times are milliseconds. Knows no conditions and no YAML.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from understudy.recorder.answers import Document, member, reader_of
from understudy.recorder.pieces import gaps, milliseconds, pieces
from understudy.recorder.take import Take
from understudy.recorder.utterance import Part, Utterance

Reply = dict[str, Any]

_UNSENT = frozenset({"date", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"})
_LEFT_OUT = (
    "x-understudy-",
    "set-cookie",
    "authorization",
    "openai-organization",
    "openai-project",
    "anthropic-organization-id",
)
_HELD_BACK = 0.002  # seconds by which a head came before its body that are worth a step of their own


def hear(take: Take) -> Utterance | None:
    """Listen to an answer; None when nobody can say it in neutral words."""
    call = take.call
    reader = reader_of(call.dialect, call.operation) if call is not None else None
    if reader is None or take.status != 200:
        return None
    heard = Utterance()
    if not take.is_events:
        document = _object(take.body)
        if document is None:
            return None
        reader.whole(document, take.lasted, heard)
    else:
        for at, _, data in take.events():
            document = _object(data.encode())
            if document is not None:
                reader.event(document, at, heard)
            elif data != "[DONE]":
                return None
    complete = all(part.name for part in heard.parts if part.kind == "tool_call")
    return heard if heard.parts and complete and not heard.unreadable else None


def reply_of(take: Take, heard: Utterance | None) -> Reply:
    """Write what was answered."""
    if heard is not None:
        return said(take, heard)
    if take.status >= 400 and (error := _error(take)) is not None:
        return error | _latency(take)
    vector = _vector(take)
    return verbatim(take) if vector is None else {"embedding": vector} | _latency(take)


def said(take: Take, heard: Utterance) -> Reply:
    """Write what a model said."""
    reply = _contents(heard)
    streamed = take.is_events
    if streamed and "text" in reply and (cut := pieces(heard)):
        reply["pieces"] = cut
    calls = any(part.kind == "tool_call" for part in heard.parts)
    if heard.finish not in (None, "tool_calls" if calls else "stop"):
        reply["finish"] = heard.finish
    usage = {name: heard.usage[name] for name in _USAGE if heard.usage.get(name) or name in _ALWAYS & heard.usage.keys()}
    if usage:
        reply["usage"] = usage
    if not streamed:
        return reply | _latency(take)
    first, waits = gaps(heard)
    timing: Document = {"ttft": f"{milliseconds(first):.12g}ms"}
    if any(waits):
        timing["itl"] = {"trace": {"gaps": waits}}
    return reply | {"timing": timing}


_USAGE = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens")
_ALWAYS = {"prompt_tokens", "completion_tokens"}
_ORDER = ("reasoning", "text", "refusal", "tool_call")


def _contents(heard: Utterance) -> Reply:
    """Write the blocks: under keys of their own where they stand in the usual order, once each; else as they came."""
    kinds = [part.kind for part in heard.parts]
    others = [kind for kind in kinds if kind != "tool_call"]
    usual = kinds == sorted(kinds, key=_ORDER.index) and len(others) == len(set(others))
    if not usual or ("refusal" in kinds and ("text" in kinds or "tool_call" in kinds)):
        return {"blocks": [{part.kind: _call(part) if part.kind == "tool_call" else part.text} for part in heard.parts]}
    reply: Reply = {part.kind: part.text for part in heard.parts if part.kind != "tool_call"}
    calls = [_call(part) for part in heard.parts if part.kind == "tool_call"]
    return reply | ({"tool_calls": calls} if calls else {})


def _call(part: Part) -> Document:
    """Write a call; its arguments as a mapping where that is sent as the same bytes."""
    found: Document = {"name": part.name, "arguments": part.text}
    value = _object(part.text.encode())
    if value is not None and msgspec.json.encode(value).decode() == part.text:
        found["arguments"] = value
    elif not part.text:
        del found["arguments"]
    return found | ({"id": part.id} if part.id else {})


def _error(take: Take) -> Reply | None:
    """Write an error in the provider's words; None when its document has another form."""
    document = _object(take.body)
    inner = document.get("error", document) if document is not None else None
    message = inner if isinstance(inner, str) else member(inner, "message")
    if not isinstance(message, str):
        return None
    error: Document = {"status": take.status, "message": message}
    for name in ("type", "code", "param"):
        if isinstance(value := member(inner, name), str):
            error[name] = value
    wait = take.fields.get("retry-after", "")
    if wait.replace(".", "", 1).isdecimal():
        error["retry-after"] = f"{wait}s"
    return {"error": error}


def _vector(take: Take) -> list[float] | None:
    """The vector of the only input of an embedding."""
    if take.call is None or take.call.operation != "embedding" or take.status != 200:
        return None
    rows = member(_object(take.body), "data")
    vector = member(rows[0], "embedding") if isinstance(rows, list) and len(rows) == 1 else None
    return vector if isinstance(vector, list) and all(isinstance(x, int | float) for x in vector) and vector else None


def _latency(take: Take) -> Reply:
    return {"timing": {"latency": f"{milliseconds(take.lasted):.12g}ms"}}


def verbatim(take: Take) -> Reply:
    """Write an answer byte by byte."""
    chunks: list[Document] = []
    before = 0.0
    parts = take.chunks if take.is_events or len(take.chunks) < 2 else [(take.lasted, take.body)]
    if parts and parts[0][0] - take.begun > _HELD_BACK and take.is_events:
        parts = [(take.begun, b""), *parts]
    for at, data in parts:
        chunks.append({"after": milliseconds(at - before), **_bytes(data)})
        before = at
    raw: Document = {}
    if take.status != 200:
        raw["status"] = take.status
    kept = {name: value for name, value in take.fields.items() if name not in _UNSENT and not name.startswith(_LEFT_OUT)}
    return {"raw": raw | ({"headers": kept} if kept else {}) | ({"chunks": chunks} if chunks else {})}


def _bytes(data: bytes) -> Document:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
    return {"data": text}


def _object(data: bytes) -> Document | None:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return found if isinstance(found, dict) else None
