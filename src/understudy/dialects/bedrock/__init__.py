"""Bedrock: Converse and Invoke, whole and as binary event streams, token counts, guardrails; its models and their profiles.

Formats come from recorded traffic and the official client's service model (wire.md 14.3). Signatures are accepted and not
verified. Token counts are estimates, latencies a model of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, ShapeError
from understudy.dialects._asked import prompt_tokens
from understudy.dialects._kin.style import Style
from understudy.dialects.bedrock import catalogue, converse, decode, guardrails, invoke
from understudy.dialects.bedrock.errors import error_body, error_frame
from understudy.dialects.bedrock.forms import CATALOGUE
from understudy.model.allowance import Allowance
from understudy.model.reply import Failure


class Bedrock:
    """The dialect; see the package."""

    name = "bedrock"
    prefixes = ("",)
    models = CATALOGUE
    endpoints = (
        Endpoint("POST", "/model/{model}/converse", "chat", decode.converse, converse.converse, prompt_tokens),
        Endpoint("POST", "/model/{model}/converse-stream", "chat", decode.converse_stream, converse.converse, prompt_tokens),
        Endpoint("POST", "/model/{model}/invoke", "chat", decode.invoke, invoke.invoke, prompt_tokens),
        Endpoint(
            "POST", "/model/{model}/invoke-with-response-stream", "chat", decode.invoke_stream, invoke.invoke, prompt_tokens
        ),
        Endpoint("POST", "/model/{model}/count-tokens", "stored", decode.count, converse.tokens, prompt_tokens),
        Endpoint("POST", "/guardrail/{path}/apply", "moderation", guardrails.asks, guardrails.verdict, prompt_tokens),
        Endpoint("GET", "/foundation-models", "models", catalogue.asks_models, catalogue.models),
        Endpoint("GET", "/foundation-models/{id}", "model", catalogue.asks_model, catalogue.model),
        Endpoint("GET", "/inference-profiles", "models", catalogue.asks_models, catalogue.profiles),
        Endpoint("GET", "/inference-profiles/{id}", "model", catalogue.asks_profile, catalogue.profile),
    )

    def style(self, shapes: Mapping[str, Any]) -> Style:
        """Refuse shapes: this dialect has only the API's own; each generation of the script keeps its renderings."""
        for name in shapes:
            raise ShapeError((name,), f"unknown shape {name!r}: expected none, the bedrock dialect has only the API's own.")
        return Style()

    def failure(self, failure: Failure, _style: Any) -> ErrorBody:
        """Say an error as Bedrock does."""
        return error_body(failure)

    def failure_event(self, failure: Failure, _style: Any) -> bytes:
        """Say an error in a stream: an exception as a frame."""
        return error_frame(failure)

    def fields(self, _operation: str, _style: Any) -> str:
        """Header fields of a good answer."""
        return "x-amzn-requestid: {request_id}\r\n"

    def allowance(self, _allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """Spell nothing: Bedrock tells no limits."""
        return ()


DIALECT = Bedrock()
