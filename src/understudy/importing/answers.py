"""From a foreign answer to a reply: the recorder reads it, as if it had just gone by.

In: an answer as bytes, and the call that it answers. Out: a mapping for `reply`, without times. What no reply can say is kept
byte by byte.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from understudy.model.call import Call
from understudy.model.http import Request, RequestHead
from understudy.recorder.reply import hear, reply_of
from understudy.recorder.take import Take

Reply = dict[str, Any]

CHAT = Call("chat", "openai")
"""A chat completion, as most tools answer it."""

UNSENT: Final = (
    "reasoning: OpenAI's chat completions have no place for it, so clients of /v1 do not get it. Other protocols send it; "
    "as `reasoning_content` /vllm/v1 does."
)
"""What is to be told of replies that say what a model thought."""


def of_take(take: Take) -> Reply:
    """Say what a take answered."""
    return _untimed(reply_of(take, hear(take)))


def of_document(document: Any, call: Call = CHAT, status: int = 200) -> Reply:
    """Say what a document answers."""
    return of_take(take_of(msgspec.json.encode(document), call, status))


def take_of(body: bytes, call: Call, status: int = 200) -> Take:
    """Make a take of an answer that came at once."""
    head = RequestHead("POST", "/", "/", "", {})
    return Take(Request(head, b"", 0.0), status, {"content-type": "application/json"}, [(0.0, body)], call)


def arguments(given: Any) -> Any:
    """Write arguments as a mapping where they are one and are sent as the same bytes, else as the text they are."""
    if isinstance(given, dict):
        return given
    if not isinstance(given, str):
        return {} if given is None else msgspec.json.encode(given).decode()
    try:
        value = msgspec.json.decode(given)
    except msgspec.DecodeError:
        return given
    return value if isinstance(value, dict) and msgspec.json.encode(value).decode() == given else given


def thinks(reply: Any) -> bool:
    """Whether a reply, as a script writes it, says what a model thought."""
    return isinstance(reply, dict) and ("reasoning" in reply or any("reasoning" in block for block in reply.get("blocks", ())))


def _untimed(reply: Reply) -> Reply:
    """Leave the time out: nobody measured it."""
    kept = {name: value for name, value in reply.items() if name != "timing"}
    if "raw" in kept:
        chunks = [{name: value for name, value in chunk.items() if name != "after"} for chunk in kept["raw"].get("chunks", ())]
        kept["raw"] = kept["raw"] | ({"chunks": chunks} if chunks else {})
    return kept
