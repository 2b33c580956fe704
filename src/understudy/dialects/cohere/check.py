"""What Cohere refuses of chats, embeddings and rankings, in its own words.

They are those of the errors page of its documentation (llms-full.txt, November 2025) and of recorded traffic (maruel/genai:
pictures); stop sequences, `max_tokens` and modes are the samples of a client in C#. Bodies that are no JSON are refused in the
words of Go's parser. The longest answers are the documentation of the models.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from understudy.dialects._asked import objects, refuse, texts, whole

_MOST_STOPS, _MOST_TEXTS = 5, 96
_INPUTS = ("search_document", "search_query", "classification", "clustering", "image")
_MODES = ("CONTEXTUAL", "STRICT", "OFF", "NONE")
_OUTPUT = {
    "command-a-03-2025": 8192,
    "command-r-plus-08-2024": 4096,
    "command-r-08-2024": 4096,
    "command-r7b-12-2024": 4096,
}
_RANGES = {"temperature": "0 and 1.0", "presence_penalty": "0 and 1", "frequency_penalty": "0 and 1"}
_REASONS = (
    ("Expecting property name", "looking for beginning of object key string"),
    ("Expecting ':'", "after object key"),
    ("Expecting ','", "after object key:value pair"),
    ("Extra data", "after top-level value"),
    ("Invalid control character", "in string literal"),
    ("Invalid \\", "in string escape code"),
)


def syntax(body: bytes) -> str:
    """Say why a body is no JSON object."""
    text = body.decode("utf-8", "replace")
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        found = text[error.pos : error.pos + 1]
        if not found.strip() or error.msg.startswith("Unterminated"):
            return "invalid json syntax: unexpected end of JSON input"
        reason = next((ours for theirs, ours in _REASONS if error.msg.startswith(theirs)), "looking for beginning of value")
        return f"invalid json syntax: invalid character {found!r} {reason}"
    except RecursionError:
        return "invalid json syntax: exceeded max depth"
    except ValueError:  # an integer of thousands of digits
        pass
    return "invalid json syntax: json: cannot unmarshal value into Go value"


def model(value: Mapping[str, Any]) -> None:
    """Check that a model is named."""
    if not value.get("model"):
        refuse("a model parameter is required for this endpoint.")


def chat(value: Mapping[str, Any]) -> None:
    """Check a chat."""
    model(value)
    messages = objects(value.get("messages"))
    if not messages:
        refuse("invalid request: message must be at least 1 token long or tool results must be specified.")
    _check_numbers(value)
    stops = texts(value.get("stop_sequences"))
    if len(stops) > _MOST_STOPS:
        refuse(f"invalid request: too many stop sequences provided, maximum is {_MOST_STOPS}, received {len(stops)}.")
    mode = value.get("safety_mode")
    if mode is not None and mode not in _MODES:
        usage = "For proper usage, please refer to https://docs.cohere.com/reference/chat"
        refuse(f"unrecognized safety mode '{mode}'. {usage}")
    _check_turns(messages, sees="vision" in str(value["model"]) or not str(value["model"]).startswith("command"))


def _check_numbers(value: Mapping[str, Any]) -> None:
    for name, ends in _RANGES.items():
        given = value.get(name)
        if isinstance(given, int | float) and not 0 <= given <= 1:
            refuse(f"invalid request: {name} must be between {ends} inclusive.")
    if value.get("frequency_penalty") and value.get("presence_penalty"):
        refuse("invalid request: cannot specify both frequency_penalty and presence_penalty.")
    limit, most = value.get("max_tokens"), _OUTPUT.get(str(value["model"]))
    if isinstance(limit, int) and limit < 0:
        refuse("invalid request: max_tokens cannot be less than 0.")
    if most is not None and (whole(limit) or 0) > most:
        what = f"max tokens must be less than or equal to {most}, the maximum output for this model"
        refuse(f"too many tokens: {what} - received {limit}.")


def _check_turns(messages: Sequence[Mapping[str, Any]], *, sees: bool) -> None:
    called: list[Any] = []
    for message in messages:
        role, content = message.get("role"), message.get("content")
        if role in ("user", "system") and not content:
            refuse("message must not be empty in a turn")
        if not sees and any(part.get("type") == "image_url" for part in objects(content)):
            refuse("invalid request: image content is not supported for this model")
        for call in objects(message.get("tool_calls")):
            if call.get("type", "function") != "function":
                refuse("tool call must be of type function")
            if call.get("id") is not None and call["id"] in called:
                refuse("cannot have duplicate tool ids")
            called.append(call.get("id"))
        if role == "tool":
            if not message.get("tool_call_id"):
                refuse("tool call id must be provided with tool message")
            if message["tool_call_id"] not in called:
                refuse("tool call id not found in previous tool calls")


def embed(value: Mapping[str, Any], count: int) -> None:
    """Check an embedding of so many texts."""
    model(value)
    if value.get("input_type") not in _INPUTS:
        refuse("invalid request: valid input_type must be provided with the provided model")
    if count > _MOST_TEXTS:
        refuse(f"invalid request: total number of texts must be at most {_MOST_TEXTS} - received {count}")


def rerank(value: Mapping[str, Any], documents: Sequence[str]) -> None:
    """Check a ranking."""
    model(value)
    if not str(value.get("query") or "").strip():
        refuse("invalid request: query must not be empty or be only whitespace")
    if not documents:
        refuse("invalid request: list of documents must not be empty")
    empty = next((index for index, document in enumerate(documents) if not document), None)
    if empty is not None:
        refuse(f"invalid request: document at index {empty} cannot be empty")
    top = value.get("top_n")
    if top is not None and not whole(top):
        refuse(f"invalid request: return_top_n is invalid, value must be between 1 and {len(documents)}")
