"""The OpenAI Responses API and its conversations: stateful, item by item.

What is kept between requests is in the session's store, behind a port. Formats come from recorded traffic and the official
clients' own parsers (wire.md 7 and 8).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from understudy.dialects import Endpoint, ErrorBody, ShapeError, always
from understudy.dialects._openai.caching import begins
from understudy.dialects._openai.errors import error_body, words
from understudy.dialects._openai.limits import limit_fields
from understudy.dialects._openai.prompt import chat_tokens
from understudy.dialects.openai_responses import conversations, counting, create, decode, stored
from understudy.dialects.openai_responses.events import event
from understudy.dialects.openai_responses.meant import meant
from understudy.dialects.openai_responses.press import Press
from understudy.dialects.openai_responses.recall import recall
from understudy.model.allowance import Allowance
from understudy.model.reply import Failure

_FIELDS = (
    "x-request-id: {request_id}\r\n"
    "openai-organization: user-understudy\r\n"
    "openai-processing-ms: {processing_ms}\r\n"
    "openai-version: 2020-10-01\r\n"
)
_KEPT = "/responses/{path}"
_TALK = "/conversations/{path}"


class OpenAIResponses:
    """The dialect; see the package."""

    name = decode.NAME
    models: tuple[str, ...] = ()
    prefixes = ("/v1", "", "/openai/v1", "/openai")
    endpoints = (
        Endpoint(
            "POST",
            "/responses",
            "chat",
            decode.created,
            create.create,
            chat_tokens,
            recall=recall,
            keeps=always,
            tells=create.fails_inside,
            begins=begins,
            fit=decode.fit,
            meant=meant,
        ),
        Endpoint(
            "POST", "/responses/input_tokens", "stored", decode.counted, counting.input_tokens, chat_tokens, recall, always
        ),
        Endpoint("POST", "/responses/compact", "stored", decode.compacted, counting.compact, chat_tokens, recall, always),
        Endpoint("GET", _KEPT, "stored", decode.looked_up, stored.retrieve, keeps=always),
        Endpoint("DELETE", _KEPT, "stored", decode.looked_up, stored.delete, keeps=always),
        Endpoint("POST", _KEPT, "stored", decode.looked_up, stored.cancel, keeps=always),
        Endpoint("POST", "/conversations", "stored", decode.looked_up, conversations.create, keeps=always),
        Endpoint("GET", _TALK, "stored", decode.looked_up, conversations.retrieve, keeps=always),
        Endpoint("POST", _TALK, "stored", decode.looked_up, conversations.change, keeps=always),
        Endpoint("DELETE", _TALK, "stored", decode.looked_up, conversations.delete, keeps=always),
    )

    def style(self, shapes: Mapping[str, Any]) -> Press:
        """Refuse shapes: this API has one form; each generation of the script gets a press of its own."""
        for name in shapes:
            raise ShapeError((name,), f"{name!r} has no meaning here: expected no shapes for {self.name!r}. Remove it.")
        return Press()

    def failure(self, failure: Failure, _style: Any) -> ErrorBody:
        """Say an error as the API does."""
        return error_body(_said_here(failure), {})

    def failure_event(self, failure: Failure, _style: Any) -> bytes:
        """Say an error in a stream as the service does (wire.md 7.3); it does not know which event it follows."""
        kind, code, message = words(_said_here(failure))
        error = {"type": kind, "code": code, "message": message, "param": failure.param}
        return event("error", {"error": error, "sequence_number": 0})

    def fields(self, _operation: str, _style: Any) -> str:
        """Header fields of a good answer; those of limits are mostly not there (wire.md 2.2)."""
        return _FIELDS

    def allowance(self, allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """Spell the limits as chat does."""
        return limit_fields(allowance)


def _said_here(failure: Failure) -> Failure:
    """The failure with the words that differ from chat's."""
    if failure.kind == "context_length" and failure.param is None:
        return replace(failure, param="input")
    return failure


DIALECT = OpenAIResponses()
