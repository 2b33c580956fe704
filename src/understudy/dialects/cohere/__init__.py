"""Cohere, version 2 of its API: chat, embed, rerank, and the catalogue of version 1, which has no successor.

Formats come from recorded traffic and the official client (wire.md 14.1). Token counts are estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, ShapeError
from understudy.dialects._asked import prompt_tokens
from understudy.dialects.cohere import chat, decode, vectors
from understudy.dialects.cohere.errors import error_body, error_event
from understudy.model.allowance import Allowance
from understudy.model.reply import Failure

_OWN = ("x-client-name", "x-fern-language")  # what tells its client's question for models from one to OpenAI


class Cohere:
    """The dialect; see the package."""

    name = "cohere"
    prefixes = ("",)
    models = vectors.CATALOGUE
    endpoints = (
        Endpoint("POST", "/v2/chat", "chat", decode.chat, chat.chat, prompt_tokens),
        Endpoint("POST", "/v2/embed", "embedding", decode.embed, vectors.embed, prompt_tokens),
        Endpoint("POST", "/v2/rerank", "embedding", decode.rerank, vectors.rerank, prompt_tokens),
        Endpoint("GET", "/v1/models", "models", decode.catalogue, vectors.models, wants=_OWN),
        Endpoint("GET", "/v1/models/{id}", "model", decode.listed_model, vectors.model, wants=_OWN),
    )

    def style(self, shapes: Mapping[str, Any]) -> None:
        """Refuse shapes: this dialect has only the API's own."""
        for name in shapes:
            raise ShapeError((name,), f"unknown shape {name!r}: expected none, the cohere dialect has only the API's own.")

    def failure(self, failure: Failure, _style: None) -> ErrorBody:
        """Say an error as Cohere does."""
        return error_body(failure)

    def failure_event(self, failure: Failure, _style: None) -> bytes:
        """Say an error in a stream."""
        return error_event(failure)

    def fields(self, _operation: str, _style: None) -> str:
        """Header fields of a good answer."""
        return "x-debug-trace-id: {request_id}\r\nx-envoy-upstream-service-time: {processing_ms}\r\n"

    def allowance(self, allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """Spell what is left of the requests of a trial key."""
        level = allowance.requests
        if level is None:
            return ()
        return (
            ("x-trial-endpoint-call-limit", str(level.limit)),
            ("x-trial-endpoint-call-remaining", str(level.remaining)),
        )


DIALECT = Cohere()
