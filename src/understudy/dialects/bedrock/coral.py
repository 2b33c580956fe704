"""What AWS's framework says of a body of Converse that holds a value of another type: one table of members and their types.

In: a body. Out: nothing, or `RequestError`. Members are the service model's (botocore, November 2026). That Bedrock refuses so
is reported (karthink/gptel 1388, May 2026), which has the exception, its namespace and the document; other sentences are the
framework's, measured with Athena (September 2026). What it says of texts and truth values where a fraction is expected, and of
fractions for whole numbers, is not known: they are let pass.
"""

from __future__ import annotations

from typing import Any, NoReturn

from understudy.errors import RequestError
from understudy.model.reply import Failure

EXCEPTION = "SerializationException"
Shape = str | list[Any] | dict[str, Any]
_TEXT: Shape = "a String"
_WHOLE: Shape = "an Integer"
_FRACTION: Shape = "a Float"
_TAKEN: dict[Any, Any] = {_TEXT: str, _WHOLE: int | float, _FRACTION: object}
_BLOCK = {
    "text": _TEXT,
    **{name: {} for name in ("guardContent", "cachePoint", "reasoningContent", "video", "audio")},
    "image": {"format": _TEXT, "source": {}},
    "document": {"format": _TEXT, "name": _TEXT, "source": {}},
    "toolUse": {"toolUseId": _TEXT, "name": _TEXT},
    "toolResult": {"toolUseId": _TEXT, "content": [{"text": _TEXT}], "status": _TEXT},
}
_TOOL = {"toolSpec": {"name": _TEXT, "description": _TEXT, "inputSchema": {}}, "cachePoint": {}}
_CONVERSE: dict[str, Shape] = {
    "messages": [{"role": _TEXT, "content": [_BLOCK]}],
    "system": [{"text": _TEXT}],
    "inferenceConfig": {"maxTokens": _WHOLE, "temperature": _FRACTION, "topP": _FRACTION, "stopSequences": [_TEXT]},
    "toolConfig": {"tools": [_TOOL], "toolChoice": {"auto": {}, "any": {}, "tool": {"name": _TEXT}}},
    "guardrailConfig": {},
}


def fit(value: dict[str, Any]) -> None:
    """Refuse a body of Converse that the framework cannot read."""
    _look(value, _CONVERSE)


def _look(value: Any, shape: Shape) -> None:
    if value is None:
        return
    if isinstance(value, dict):
        if not isinstance(shape, dict):
            _refuse("Start of structure or map found where not expected")
        for name, member in value.items():
            if name in shape:
                _look(member, shape[name])
    elif isinstance(value, list):
        if not isinstance(shape, list):
            _refuse("Start of list found where not expected")
        for item in value:
            _look(item, shape[0])
    elif isinstance(shape, dict):
        _refuse("Expected null")
    elif isinstance(shape, list):
        _refuse("Expected list or null")
    elif not isinstance(value, _TAKEN[shape]) or (isinstance(value, bool) and shape != _FRACTION):
        _refuse(f"{_token(value)} can not be converted to {shape}")


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"


def _refuse(message: str) -> NoReturn:
    raise RequestError(Failure(400, "invalid_request", message, type=EXCEPTION))
