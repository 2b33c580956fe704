"""From a foreign answer to a reply: the recorder reads it, as if it had just gone by.

In: an answer as bytes, and the call that it answers. Out: a mapping for `reply`, without times. What no reply can say is kept
byte by byte.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from understudy.model.call import GENERATING, Call
from understudy.model.http import Request, RequestHead
from understudy.recorder.reply import hear, reply_of
from understudy.recorder.take import Take
from understudy.untrusted import NOT_JSON

Reply = dict[str, Any]

_GOOD: Final = 200
CHAT = Call("chat", "openai")
"""A chat completion, as most tools answer it."""

UNSENT: Final = (
    "reasoning: OpenAI's chat completions have no place for it, so clients of /v1 do not get it. Other protocols send it; "
    "as `reasoning_content` /vllm/v1 does."
)
"""What is to be told of replies that say what a model thought."""

KEPT: Final = (
    "an answer that no reply can say is kept byte by byte (`raw`), for clients of its own API; it answers only requests that "
    "are streamed, or not, as the recorded one was. So do all others of this kind."
)
BOUND: Final = (
    "an answer that no reply can say is kept byte by byte (`raw`); it answers only requests that are not streamed, for it is a "
    "document."
)


def of_take(take: Take) -> Reply:
    """Say what a take answered."""
    return _untimed(reply_of(take, hear(take)))


def of_document(document: Any, call: Call = CHAT, status: int = 200, tell: Callable[[str], None] = lambda _: None) -> Reply:
    """Say what a document answers; `tell` is called with each member that no reply can say."""
    take = take_of(msgspec.json.encode(document), call, status)
    heard = hear(take)
    for path in heard.lost if heard is not None else ():
        tell(path)
    return _untimed(reply_of(take, heard))


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
    except NOT_JSON:
        return given
    return value if isinstance(value, dict) and msgspec.json.encode(value).decode() == given else given


def thinks(reply: Any) -> bool:
    """Whether a reply, as a script writes it, says what a model thought."""
    return isinstance(reply, dict) and ("reasoning" in reply or any("reasoning" in block for block in reply.get("blocks", ())))


def in_one_mode(rule: dict[str, Any]) -> dict[str, Any]:
    """Keep a rule that answers a document byte by byte from requests that are streamed; the same one where it is none."""
    when, replies = rule.get("when", {}), rule.get("replies", [rule.get("reply")])
    wanted = when.get("operation", "chat")
    operations = [wanted] if isinstance(wanted, str) else wanted.get("equals", GENERATING)
    if "stream" in when or not set(operations) & set(GENERATING) or not any(map(_is_document, replies)):
        return rule
    rest = {name: value for name, value in rule.items() if name not in ("name", "when")}
    return {**({"name": rule["name"]} if "name" in rule else {}), "when": when | {"stream": False}, **rest}


def _is_document(reply: Any) -> bool:
    raw: dict[str, Any] = reply.get("raw", {}) if isinstance(reply, dict) else {}
    is_good = raw.get("status", _GOOD) == _GOOD
    return is_good and bool(raw.get("headers", {}).get("content-type") == "application/json")


def _untimed(reply: Reply) -> Reply:
    """Leave the time out: nobody measured it."""
    kept = {name: value for name, value in reply.items() if name != "timing"}
    if "raw" in kept:
        chunks = [{name: value for name, value in chunk.items() if name != "after"} for chunk in kept["raw"].get("chunks", ())]
        kept["raw"] = kept["raw"] | ({"chunks": chunks} if chunks else {})
    return kept
