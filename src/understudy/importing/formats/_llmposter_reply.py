"""What an llmposter fixture answers, its `streaming` and its `failure`, as a reply (llmposter's docs of 0.4.4 to 0.5.0)."""

from __future__ import annotations

import re
from typing import Any, Final

from understudy.importing.answers import arguments
from understudy.importing.formats._llmposter_match import Warn
from understudy.importing.pace import cut, even, measured, shown, spread

Reply = dict[str, Any]

CHUNK: Final = 20
_FINISH: Final = {
    "end_turn": "stop",
    "stop": "stop",
    "stop_sequence": "stop",
    "completed": "stop",
    "max_tokens": "length",
    "length": "length",
    "incomplete": "length",
    "tool_use": "tool_calls",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "refusal": "content_filter",
    "safety": "content_filter",
}
_TAG: Final = re.compile(
    r"\{\{(?:[^{}]|\{(?!\{)|\}(?!\}))*\}\}|\{%(?:[^{%]|\{(?!%)|%(?!\}))*%\}"
)  # no tag holds the start of another
_STOPPED: Final = "here an answer ends by a stop sequence of the request that stands in its text. This one ends as usual."
_SAID: Final = frozenset({"content", "content_template", "tool_calls", "stop_reason", "finish_reason", "embedding"})
_FAILS: Final = {
    "latency_ms",
    "corrupt_body",
    "truncate_after_frames",
    "truncate_after_chunks",
    "disconnect_after_ms",
    "latency_jitter_ms",
    "duplicate_frames",
    "probability",
    "chaos_seed",
}


def reply_of(fixture: dict[str, Any], warn: Warn) -> Reply | None:
    """Say what a fixture answers; None when that cannot be said, and warn why."""
    if isinstance(fixture.get("error"), dict):
        return _error(fixture["error"])
    if isinstance(fixture.get("refusal"), dict):
        return {"refusal": str(fixture["refusal"].get("reason", ""))}
    response = fixture.get("response")
    if not isinstance(response, dict):
        warn((), "expected one of response, error or refusal, got none. The fixture is left out.")
        return None
    failure = fixture.get("failure") if isinstance(fixture.get("failure"), dict) else {}
    for name in response.keys() - _SAID:
        warn(("response", name), f"{name!r} of an answer has no counterpart here. It is left out.")
    for name in (failure or {}).keys() - _FAILS:
        warn(("failure", name), f"failure {name!r} has no counterpart here. It is left out.")
    return _broken(_paced(_said(response, warn), fixture.get("streaming") or {}, failure or {}), failure or {}, warn)


def _error(error: dict[str, Any]) -> Reply:
    headers = {str(name).lower(): str(value) for name, value in (error.get("headers") or {}).items()}
    found: Reply = {"status": error.get("status", 500)}
    if error.get("message"):
        found["message"] = error["message"]
    if headers.get("retry-after", "").isdecimal():
        found["retry-after"] = f"{headers.pop('retry-after')}s"
    return {"error": found | ({"headers": headers} if headers else {})}


def _said(response: dict[str, Any], warn: Warn) -> Reply:
    reply: Reply = {}
    if "embedding" in response:
        return {"embedding": response["embedding"]}
    if "content_template" in response:
        reply["template"] = _template(str(response["content_template"]))
    elif response.get("content") is not None:
        reply["text"] = str(response["content"])
    calls = [call for call in response.get("tool_calls") or () if isinstance(call, dict)]
    if calls:
        reply["tool_calls"] = [{"name": call.get("name"), "arguments": arguments(call.get("arguments"))} for call in calls]
    reason = response.get("stop_reason", response.get("finish_reason"))
    if reason is not None:
        if str(reason).lower() == "stop_sequence":
            warn(("response",), _STOPPED)
        finish = _FINISH.get(str(reason).lower())
        if finish is None:
            warn(("response",), f"reason {reason!r}: expected one of {', '.join(_FINISH)}. It is left out.")
        elif finish != ("tool_calls" if calls else "stop"):
            reply["finish"] = finish
    return reply or {"text": ""}


def _template(text: str) -> str:
    """Turn a template's names into ours; both are Jinja. A rule with one that has no counterpart is left out."""

    def translated(found: re.Match[str]) -> str:
        return re.sub(r"\brequest\.(model|messages)\b", r"\1", re.sub(r"\buser_message\b", "user", found[0]))

    return _TAG.sub(translated, text)


def _paced(reply: Reply, streaming: dict[str, Any], failure: dict[str, Any]) -> Reply:
    gap, size = streaming.get("latency") or 0, streaming.get("chunk_size")
    jitter = failure.get("latency_jitter_ms") or 0
    text = reply.get("text")
    found: Reply = {}
    timing: dict[str, Any] = {}
    if text and size:
        pieces = cut(text, size)
        found = {"pieces": pieces} if len(pieces) > 1 else {}
        timing = measured(pieces, [gap]) if gap else {}
    elif gap:
        timing = even(gap, CHUNK if text else 1)
    if gap and jitter:
        timing = {"ttft": spread(gap, min(1.0, jitter / gap)), "itl": spread(gap, min(1.0, jitter / gap))}
    if failure.get("latency_ms"):
        timing["latency"] = shown(failure["latency_ms"])
    kept = {name: value for name, value in reply.items() if not (name == "text" and "pieces" in found)}
    return kept | found | ({"timing": timing} if timing else {})


def _broken(reply: Reply, failure: dict[str, Any], warn: Warn) -> Reply:
    if failure.get("corrupt_body"):
        raw = {"headers": {"content-type": "text/plain"}, "chunks": [{"data": "overloaded"}]}
        latency = reply.get("timing", {}).get("latency")
        return {"raw": raw} | ({"timing": {"latency": latency}} if latency else {})
    faults: list[dict[str, Any]] = []
    count = failure.get("truncate_after_frames", failure.get("truncate_after_chunks"))
    if count is not None:
        faults.append({"kind": "early-end", "at": {"event": count + 1}})
    if failure.get("disconnect_after_ms") is not None:
        faults.append({"kind": "close", "at": {"time": shown(failure["disconnect_after_ms"])}, "when": {"stream": True}})
    if failure.get("duplicate_frames"):
        warn(("failure", "duplicate_frames"), "one event is sent twice here, the first with text, not every one.")
        share = failure.get("probability", 1)
        faults.append({"kind": "duplicate-event"} | ({"probability": share} if share < 1 else {}))
    if not faults:
        return reply
    return reply | {"fault": faults[0] if len(faults) == 1 else faults}
