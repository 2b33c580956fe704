"""What an aimock fixture answers, how it is streamed and how it breaks, as a reply (types.ts and sse-writer.ts, 1.38)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from understudy.importing.answers import arguments
from understudy.importing.pace import cut, even, measured, shown, spread
from understudy.importing.words import meant

Reply = dict[str, Any]
Warn = Callable[[str, str], None]

CHUNK: Final = 20
"""Characters of a piece when nobody says otherwise."""

_FINISH: Final = ("stop", "length", "tool_calls", "content_filter")
_SOUND: Final = {"mp3": "audio/mpeg", "wav": "audio/wav", "opus": "audio/ogg", "aac": "audio/aac", "flac": "audio/flac"}
_SAID: Final = frozenset({"content", "toolCalls", "blocks", "reasoning", "finishReason", "usage", "role"})
_USAGE: Final = {
    "prompt_tokens": ("prompt_tokens", "input_tokens", "promptTokenCount"),
    "completion_tokens": ("completion_tokens", "output_tokens", "candidatesTokenCount"),
}


def content(response: dict[str, Any], warn: Warn) -> tuple[Reply | None, str | list[str] | None]:
    """Say what is answered, and which operation it is an answer to where it is but one; None when it cannot be said.

    `warn` is called with the member of `response` and what is wrong with it.
    """
    for name, (operation, way) in _KINDS.items():
        if name in response:
            _leftovers(response, {name, "status", "format", "retryAfter", "role"}, warn)
            return way(response, warn), operation
    if not response.keys() & {"content", "toolCalls", "blocks"}:
        hint = next(filter(None, (meant(name, _MEMBERS) for name in response)), "")
        warn("", f"an answer with {', '.join(response) or 'nothing'} has no counterpart here. The fixture is left out.{hint}")
        return None, None
    _leftovers(response, _SAID, warn)
    return _said(response, warn), None


def _leftovers(response: dict[str, Any], known: set[str] | frozenset[str], warn: Warn) -> None:
    for name in response.keys() - known:
        warn(name, f"{name!r} of an answer has no counterpart here. It is left out.{meant(name, _MEMBERS)}")


def _said(response: dict[str, Any], warn: Warn) -> Reply:
    reply: Reply = {}
    if response.get("reasoning"):
        reply["reasoning"] = response["reasoning"]
    blocks = [_block(block) for block in response.get("blocks") or () if isinstance(block, dict)]
    said = response.get("content")
    if blocks:
        head = [{"reasoning": reply["reasoning"]}] if reply else []
        reply = {"blocks": [*head, *blocks]}
    else:
        if said is not None:
            reply |= {"text": said} if isinstance(said, str) else {"json": said}
        if response.get("toolCalls"):
            reply["tool_calls"] = [_call(call) for call in response["toolCalls"] if isinstance(call, dict)]
        if not reply.keys() - {"reasoning"}:
            reply["text"] = ""
    return reply | _around(response, warn)


def _around(response: dict[str, Any], warn: Warn) -> Reply:
    found: Reply = {}
    finish = response.get("finishReason")
    if finish in _FINISH:
        found["finish"] = finish
    elif finish is not None:
        warn("finishReason", f"finish reason {finish!r}: expected one of {', '.join(_FINISH)}. It is left out.")
    usage = response.get("usage")
    if isinstance(usage, dict):
        for name in sorted(_unread(usage)):
            warn("usage", f"{name!r} of a usage has no counterpart here. It is left out.")
        counts = {ours: usage[name] for ours, names in _USAGE.items() for name in names if isinstance(usage.get(name), int)}
        for member, inner, ours in _DETAILS:
            count = (usage.get(member) or {}).get(inner)
            if isinstance(count, int):
                counts[ours] = count
        found |= {"usage": counts} if counts else {}
    return found


_TOTALS: Final = {"total_tokens", "totalTokenCount"}
_DETAILS: Final = (
    ("completion_tokens_details", "reasoning_tokens", "reasoning_tokens"),
    ("prompt_tokens_details", "cached_tokens", "cached_tokens"),
)


def _unread(usage: dict[str, Any]) -> set[str]:
    """The counts that nobody reads; totals are sums here."""
    read = {name for names in _USAGE.values() for name in names} | _TOTALS
    read |= {member for member, _, _ in _DETAILS}
    details = {f"{member}.{name}" for member, inner, _ in _DETAILS for name in usage.get(member) or () if name != inner}
    return (usage.keys() - read) | details


def _block(block: dict[str, Any]) -> Reply:
    return {"tool_call": _call(block)} if block.get("type") == "toolCall" else {"text": str(block.get("text", ""))}


def _call(call: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": call.get("name"),
        "arguments": arguments(call.get("arguments")),
        **({"id": call["id"]} if call.get("id") else {}),
    }


def _error(response: dict[str, Any], warn: Warn) -> Reply:
    said = response["error"] if isinstance(response["error"], dict) else {}
    for name in sorted(said.keys() - {"message", "type", "code", "param"}):
        warn("error", f"{name!r} of an error has no counterpart here. It is left out.")
    status = response.get("status") or 500
    error = {"status": status, **{name: said[name] for name in ("message", "type", "code", "param") if said.get(name)}}
    wait = response.get("retryAfter", 1 if status == 429 else None)
    return {"error": error | ({"retry-after": f"{wait:g}s"} if isinstance(wait, int | float) else {})}


def _vector(response: dict[str, Any], _warn: Warn) -> Reply:
    return {"embedding": response["embedding"]}


def _picture(response: dict[str, Any], _warn: Warn) -> Reply:
    items = response["images"] if "images" in response else [response["image"]]
    names = {"url": "url", "b64Json": "b64_json", "revisedPrompt": "revised_prompt"}
    data = [{ours: item[theirs] for theirs, ours in names.items() if item.get(theirs)} for item in items]
    if len(data) == 1 and "url" not in data[0]:  # an address is for some models only: others send the picture
        return {"json": data[0]}
    return _raw("application/json", {"data": msgspec.json.encode({"created": 0, "data": data}).decode()})


def _sound(response: dict[str, Any], _warn: Warn) -> Reply:
    audio = response["audio"]
    said = audio if isinstance(audio, dict) else {"b64Json": audio}
    kind = said.get("contentType") or _SOUND.get(str(response.get("format", "mp3")), "audio/mpeg")
    return _raw(kind, {"base64": said.get("b64Json", "")})


def _raw(kind: str, data: dict[str, str]) -> Reply:
    return {"raw": {"headers": {"content-type": kind}, "chunks": [data]}}


def _transcript(response: dict[str, Any], warn: Warn) -> Reply:
    said = response["transcription"]
    for name in said.keys() - {"text"}:
        warn("transcription", f"{name!r} of a transcription is made up here. It is left out.")
    return {"text": str(said.get("text", ""))}


_KINDS: Final[dict[str, tuple[str | list[str] | None, Callable[[dict[str, Any], Warn], Reply]]]] = {
    "error": (None, _error),
    "embedding": ("embedding", _vector),
    "image": ("image", _picture),
    "images": ("image", _picture),
    "audio": ("speech", _sound),
    "transcription": (["transcription", "translation"], _transcript),
}


_MEMBERS: Final = {*_KINDS, *_SAID, "status", "format", "retryAfter"}


def timed(reply: Reply, fixture: dict[str, Any], latency: float = 0.0) -> Reply:
    """Say how an answer is streamed; `latency` is the server's, in milliseconds between pieces."""
    profile, recorded = fixture.get("streamingProfile"), fixture.get("recordedTimings")
    size = fixture.get("chunkSize")
    gap = fixture.get("latency", latency)
    speed = fixture.get("replaySpeed") or 1
    found: Reply = {}
    said = reply.get("text")
    if isinstance(said, str) and said and (size or (recorded and not profile)):
        pieces = cut(said, size or CHUNK)
        found = {"pieces": pieces} if len(pieces) > 1 else {}
        waits = [recorded.get("ttftMs", 0), *recorded.get("interChunkDelaysMs", ())] if recorded else [gap]
        timing = measured(pieces, [wait / speed for wait in waits]) if not profile else {}
    else:
        timing = even(gap / speed, size or CHUNK) if gap else {}
    if profile:
        timing = _profiled(profile, gap)
    if "error" in reply:
        timing = {}
    pieces_alone = {name: value for name, value in reply.items() if not (name == "text" and "pieces" in found)}
    return pieces_alone | found | ({"timing": timing} if timing else {})


def _profiled(profile: dict[str, Any], gap: float) -> dict[str, Any]:
    share = min(1.0, max(0.0, profile.get("jitter") or 0))
    tps = profile.get("tps")
    between = 1000 / tps if tps else None
    first = profile.get("ttft", between)
    timing = {"ttft": spread(first, share)} if first is not None else {"ttft": shown(gap)} if gap else {}
    return timing | ({"itl": spread(between, share)} if between else {"itl": shown(gap)} if gap else {})
