"""`match` of an aimock fixture as conditions (aimock's types.ts and router.ts, 1.43).

Texts are parts of the last user message, letter by letter; `inputText` is a part of all inputs of an embedding, joined.
`turnIndex` is how many assistant messages there are: among fixtures that match otherwise, the highest that is not above the
count answers (`turns`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from understudy.importing.words import containing, exactly, literal, meant

Conditions = dict[str, Any]
Warn = Callable[[str, str], None]

_ENDPOINTS: Final = {
    "chat": "chat",
    "image": "image",
    "speech": "speech",
    "transcription": "transcription",
    "translation": "translation",
    "embedding": "embedding",
}
_READ: Final = frozenset(
    {
        "userMessage",
        "systemMessage",
        "inputText",
        "toolCallId",
        "toolResultContains",
        "toolName",
        "model",
        "responseFormat",
        "sequenceIndex",
        "turnIndex",
        "hasToolResult",
        "endpoint",
        "context",
    }
)
_CALL_ID: Final = "messages[-1].tool_call_id || messages[-1].content[-1].tool_use_id || input[-1].call_id"

_INPUTS: Final = "join(' ', [input, texts, prompt, content.parts[].text][])"


def conditions(match: dict[str, Any], warn: Warn) -> Conditions | None:
    """Say what a fixture matches; None when that cannot be said, and warn why.

    `warn` is called with the member of `match` and what is wrong with it.
    """
    for name in match.keys() - _READ:
        warn(name, f"condition {name!r} has no counterpart here. The fixture is left out.{meant(name, _READ)}")
    endpoint = match.get("endpoint")
    if endpoint is not None and endpoint not in _ENDPOINTS:
        hint = meant(str(endpoint), _ENDPOINTS)
        warn("endpoint", f"endpoint {endpoint!r} is not served here. The fixture is left out.{hint}")
        return None
    if match.keys() - _READ:
        return None
    found: Conditions = {}
    _put(found, "user", _text(match, "userMessage"))
    _put(found, "system", _system(match.get("systemMessage")))
    _put(found, "model", _model(match.get("model")))
    _put(found, "operation", "embedding" if "inputText" in match else _ENDPOINTS.get(str(endpoint)))
    _put(found, "tools", match.get("toolName"))
    _put(found, "response_format", match.get("responseFormat"))
    _put(found, "tool_result", _result(match))
    if "context" in match:
        found["header"] = {"x-aimock-context": exactly(str(match["context"]))}
    if "toolCallId" in match:
        found["json"] = {_CALL_ID: str(match["toolCallId"])}
    if (vectors := _text(match, "inputText")) is not None:
        found["json"] = found.get("json", {}) | {_INPUTS: vectors}
    return found


def _put(found: Conditions, name: str, value: Any) -> None:
    if value is not None:
        found[name] = value


def _text(match: dict[str, Any], name: str) -> Any:
    value = match.get(name)
    return containing(value) if isinstance(value, str) else None


def _system(value: Any) -> Any:
    wanted = [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str) and part]
    if len(wanted) < 2:
        return containing(wanted[0]) if wanted else None
    return {"all": [containing(part) for part in wanted]}


def _model(value: Any) -> Any:
    """A name, or one with a dash and a digit behind it: the dated versions of a model."""
    return {"any": [value, {"regex": rf"\A{literal(value)}-[0-9]"}]} if isinstance(value, str) and value else None


def _result(match: dict[str, Any]) -> Any:
    part = match.get("toolResultContains")
    if isinstance(part, str):
        return containing(part) or True
    present = match.get("hasToolResult")
    return present if isinstance(present, bool) else None
