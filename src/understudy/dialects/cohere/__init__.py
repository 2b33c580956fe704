"""Cohere, version 2 of its API: chat, embed, rerank; of version 1 the catalogue, embed and rerank.

Formats come from recorded traffic and the official client (wire.md 14.1). Token counts are estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, ShapeError
from understudy.dialects._asked import prompt_tokens
from understudy.dialects._fixed import Renderings
from understudy.dialects.cohere import chat, decode, earlier, vectors
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
        Endpoint("POST", "/v1/embed", "embedding", decode.embed, earlier.embed, prompt_tokens),
        Endpoint("POST", "/v1/rerank", "embedding", decode.rerank, earlier.rerank, prompt_tokens),
        Endpoint("GET", "/v1/models", "models", decode.catalogue, vectors.models, wants=_OWN),
        Endpoint("GET", "/v1/models/{id}", "model", decode.listed_model, vectors.model, wants=_OWN),
    )

    def style(self, shapes: Mapping[str, Any]) -> Renderings:
        """Refuse shapes: this dialect has only the API's own; each generation of the script keeps its renderings."""
        for name in shapes:
            raise ShapeError((name,), f"unknown shape {name!r}: expected none, the cohere dialect has only the API's own.")
        return Renderings()

    def failure(self, failure: Failure, _style: Any) -> ErrorBody:
        """Say an error as Cohere does."""
        return error_body(failure)

    def failure_event(self, failure: Failure, _style: Any) -> bytes:
        """Say an error in a stream."""
        return error_event(failure)

    def fields(self, _operation: str, _style: Any) -> str:
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
