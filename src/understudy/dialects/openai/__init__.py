"""The OpenAI API: chat completions, new and kept, legacy completions, embeddings, models; the same paths without `/v1`.

Formats come from recorded traffic and the official clients' own parsers (wire.md 2 to 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, Moment, always
from understudy.dialects._cut import streamed
from understudy.dialects._openai.caching import begins
from understudy.dialects._openai.errors import error_body, error_event
from understudy.dialects._openai.limits import limit_fields
from understudy.dialects._openai.prompt import chat_tokens
from understudy.dialects.openai import catalogue, check_completion, completions, decode, embeddings, inputs, stored
from understudy.dialects.openai.check_family import fit, within_window
from understudy.dialects.openai.press import Press
from understudy.dialects.openai.styles import compile_style
from understudy.model.allowance import Allowance
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Failure, Reply

_FIELDS = (
    "x-request-id: {request_id}\r\n"
    "openai-organization: user-understudy\r\n"
    "openai-processing-ms: {processing_ms}\r\n"
    "openai-version: 2020-10-01\r\n"
)
# An idle key's allowance (wire.md 2.3): 10,000 requests and 30,000,000 tokens a minute.
_LIMITS = (
    "x-ratelimit-limit-requests: 10000\r\n"
    "x-ratelimit-limit-tokens: 30000000\r\n"
    "x-ratelimit-remaining-requests: 9999\r\n"
    "x-ratelimit-remaining-tokens: {tokens_left}\r\n"
    "x-ratelimit-reset-requests: 6ms\r\n"
    "x-ratelimit-reset-tokens: {tokens_reset}\r\n"
)


def _chat(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    press: Press = moment.options.style
    if moment.options.strict and press.is_own:
        within_window(call, moment.prompt_tokens)
    if call.extra.store:
        stored.claim(moment)
        kept = press.body(call, tuple(map(streamed, replies)) if call.stream else replies, moment)
        stream = press.stream(call, replies, moment) if call.stream else None
        stored.keep(call, kept, stream, moment)
        return stream or kept
    return press.stream(call, replies, moment) if call.stream else press.body(call, replies, moment)


class OpenAI:
    """The dialect; see the package."""

    name = "openai"
    prefixes = ("/v1", "")
    models: tuple[str, ...] = ()
    endpoints = (
        Endpoint(
            "POST", "/chat/completions", "chat", decode.chat, _chat, chat_tokens, begins=begins, keeps=stored.keeps, fit=fit
        ),
        Endpoint("GET", "/chat/completions", "stored", stored.looked_up, stored.listed, keeps=always),
        Endpoint("GET", "/chat/completions/{path}", "stored", stored.looked_up, stored.retrieve, keeps=always),
        Endpoint("POST", "/chat/completions/{path}", "stored", stored.looked_up, stored.update, keeps=always),
        Endpoint("DELETE", "/chat/completions/{path}", "stored", stored.looked_up, stored.delete, keeps=always),
        Endpoint(
            "POST",
            "/completions",
            "completion",
            inputs.completion,
            completions.encode,
            completions.prompt_tokens,
            fit=check_completion.fit,
        ),
        Endpoint("POST", "/embeddings", "embedding", inputs.embedding, embeddings.encode, embeddings.prompt_tokens),
        Endpoint("GET", "/models", "models", inputs.catalogue, catalogue.models, keeps=always),
        Endpoint("GET", "/models/{id}", "model", inputs.listed_model, catalogue.model, keeps=always),
        Endpoint("GET", "/health", "health", inputs.health, catalogue.health),
    )

    def style(self, shapes: Mapping[str, Any]) -> Press:
        """Compile `shapes.openai`; each generation of the script gets a press of its own."""
        return Press(compile_style(shapes))

    def failure(self, failure: Failure, style: Press) -> ErrorBody:
        """Say an error as the OpenAI API does, or as the style does."""
        return error_body(failure, style.style.errors, limits=style.style.headers)

    def failure_event(self, failure: Failure, style: Press) -> bytes:
        """Say an error in a stream (wire.md 3.3)."""
        return error_event(failure, style.style.errors)

    def fields(self, operation: str, style: Press) -> str:
        """Header fields of a good answer; only what costs tokens counts against the limits (wire.md 2.2)."""
        if not style.style.headers:
            return "x-request-id: {request_id}\r\n"
        return _FIELDS if operation in ("models", "model", "health", "stored") else _FIELDS + _LIMITS

    def allowance(self, allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """Spell what is left of the limits as header fields."""
        return limit_fields(allowance)


DIALECT = OpenAI()
