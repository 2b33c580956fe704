"""From what was answered to the reply of a rule, as a script writes it.

In: a take. Out: a mapping for `reply`: a text where that is all, else contents with what goes with them, an error, or, where no
content can say it, the answer byte by byte. Times are milliseconds. Knows no conditions and no YAML.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from understudy.recorder.answers import member, reader_of
from understudy.recorder.breaks import before_the_head, in_events, in_raw, shortfall
from understudy.recorder.documents import Document, object_of
from understudy.recorder.failures import error_of
from understudy.recorder.losses import lost
from understudy.recorder.pieces import gaps, milliseconds, pieces
from understudy.recorder.stops import goes_on
from understudy.recorder.take import Take
from understudy.recorder.utterance import Part, Utterance
from understudy.recorder.vectors import vectors_of

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
    call, asked = take.call, object_of(take.request.body) or {}
    reader = reader_of(call.dialect, call.operation) if call is not None else None
    documents = take.documents() if reader is not None and take.status == 200 else None
    if call is None or reader is None or documents is None or (take.broken and not take.is_stream):
        return None
    heard = Utterance()
    for at, document in documents:
        if take.is_stream:
            reader.event(document, at, heard)
        else:
            reader.whole(document, take.lasted, heard)
        if heard.failure is None:
            heard.events, heard.at = heard.events + 1, at
        else:
            heard.failed_at = heard.failed_at or at
        heard.lost |= dict.fromkeys(lost(document, reader.known, asked, call.model) if heard.failure is None else ())
    if _echoes(asked) and not heard.leave_out(call.user):
        heard.give_up()
    complete = all(part.name for part in heard.parts if part.kind == "tool_call")
    is_something = heard.is_something or take.broken is not None
    is_cut = shortfall(take, heard) == "early-end" and not (heard.parts and heard.parts[-1].kind == "text")
    is_said = not heard.unreadable and (not heard.odds or _is_scored(heard))
    if not (is_something and complete and is_said) or is_cut:
        return None
    return heard if heard.stop is None or goes_on(heard, take.request.body) else None


def _echoes(asked: Document) -> bool:
    """Whether a request wants its prompt in front of the text, where a replay puts it, too."""
    return ("prompt" in asked and asked.get("echo") is True) or member(asked, "parameters", "return_full_text") is True


def _is_scored(heard: Utterance) -> bool:
    """Whether the tokens of which it is told how likely they were are the text, and a reply can have them."""
    return "".join(odds["token"] for odds in heard.odds) == heard.text and "text" in _contents(heard)


def reply_of(take: Take, heard: Utterance | None) -> Reply:
    """Write what was answered."""
    if take.broken is not None and not take.status:
        return before_the_head(take)
    if heard is not None:
        return said(take, heard)
    if take.broken is None:
        error = error_of(take) if take.status >= 400 else None
        vectors = vectors_of(take.body) if _is_vector(take) else []
        if error is not None or len(vectors) == 1:
            return ({"embedding": vectors[0]} if error is None else {"error": error}) | _latency(take)
    return verbatim(take)


def replies_of(take: Take) -> list[tuple[str, Reply]]:
    """Write the vectors of several texts one by one: (text, reply); none where an answer is no such thing."""
    texts = take.call.inputs if take.call is not None else ()
    if len(texts) < 2 or not _is_vector(take) or take.broken or not all(isinstance(text, str) and text for text in texts):
        return []
    vectors = vectors_of(take.body)
    if len(vectors) != len(texts):
        return []
    return [(text, {"embedding": vector} | _latency(take)) for text, vector in zip(texts, vectors, strict=True)]


def said(take: Take, heard: Utterance) -> Reply:
    """Write what a model said, and what broke it off."""
    if heard.failure is not None and not (take.is_stream and heard.events):
        return {"error": _failed(heard.failure)} | _latency(take)
    broke = in_events(take, heard)
    reply = _contents(heard)
    if take.is_stream and "text" in reply and (cut := pieces(heard)):
        reply["pieces"] = cut
    if heard.odds:
        reply["logprobs"] = heard.odds
    calls = any(part.kind == "tool_call" for part in heard.parts)
    if heard.finish not in (None, "tool_calls" if calls else "stop"):
        reply["finish"] = heard.finish
    usage = {name: heard.usage[name] for name in _USAGE if heard.usage.get(name) or name in _ALWAYS & heard.usage.keys()}
    if usage:
        reply["usage"] = usage
    if not take.is_stream:
        return reply | _latency(take)
    first, waits = gaps(heard)
    timing: Document = {"ttft": f"{milliseconds(first or take.lasted):.12g}ms"}
    if any(waits):
        timing["itl"] = {"trace": {"gaps": waits}}
    return reply | {"timing": timing} | ({"fault": broke[0] if len(broke) == 1 else broke} if broke else {})


def _failed(failure: Document) -> Any:
    """An error in a good answer, which has no status of its own."""
    return failure["error"] if failure.keys() == {"error"} else {"status": 500} | failure


_USAGE = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens")
_ALWAYS = {"prompt_tokens", "completion_tokens"}
_ORDER = ("reasoning", "text", "refusal", "tool_call")


def _contents(heard: Utterance) -> Reply:
    """Write the blocks: under keys of their own where they stand in the usual order, once each; else as they came."""
    kinds = [part.kind for part in heard.parts]
    if not kinds:
        return {"text": ""}
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
    value = object_of(part.text)
    if value is not None and msgspec.json.encode(value).decode() == part.text:
        found["arguments"] = value
    elif not part.text:
        del found["arguments"]
    return found | ({"id": part.id} if part.id else {})


def _is_vector(take: Take) -> bool:
    return take.call is not None and take.call.operation == "embedding" and take.status == 200


def _latency(take: Take) -> Reply:
    return {"timing": {"latency": f"{milliseconds(take.lasted):.12g}ms"}}


def verbatim(take: Take) -> Reply:
    """Write an answer byte by byte."""
    chunks: list[Document] = []
    before = 0.0
    parts = take.chunks if take.is_stream or len(take.chunks) < 2 else [(take.lasted, take.body)]
    if parts and parts[0][0] - take.begun > _HELD_BACK and take.is_stream:
        parts = [(take.begun, b""), *parts]
    if take.broken is not None and take.broke - take.lasted > _HELD_BACK and take.is_stream:
        parts = [*parts, (take.broke, b"")]
    for at, data in parts:
        chunks.append({"after": milliseconds(at - before), **_bytes(data)})
        before = at
    raw: Document = {}
    if take.status != 200:
        raw["status"] = take.status
    kept = {name: value for name, value in take.fields.items() if name not in _UNSENT and not name.startswith(_LEFT_OUT)}
    raw |= ({"headers": kept} if kept else {}) | ({"chunks": chunks} if chunks else {})
    return {"raw": raw} | ({"fault": in_raw(take, len(chunks))} if take.broken is not None else {})


def _bytes(data: bytes) -> Document:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}
    return {"data": text}
