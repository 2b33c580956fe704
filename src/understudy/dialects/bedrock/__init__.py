"""Bedrock's runtime: Converse and Invoke, whole and as binary event streams, and token counts.

Formats come from recorded traffic and the official client's service model (wire.md 14.3). Signatures are accepted and not
verified. Token counts are estimates, latencies a model of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, ShapeError
from understudy.dialects._asked import prompt_tokens
from understudy.dialects._fixed import Renderings
from understudy.dialects.bedrock import converse, decode, invoke
from understudy.dialects.bedrock.errors import error_body, error_frame
from understudy.dialects.bedrock.forms import CATALOGUE
from understudy.model.allowance import Allowance
from understudy.model.reply import Failure


class Bedrock:
    """The dialect; see the package."""

    name = "bedrock"
    prefixes = ("/model",)
    models = CATALOGUE
    endpoints = (
        Endpoint("POST", "/{model}/converse", "chat", decode.converse, converse.converse, prompt_tokens),
        Endpoint("POST", "/{model}/converse-stream", "chat", decode.converse_stream, converse.converse, prompt_tokens),
        Endpoint("POST", "/{model}/invoke", "chat", decode.invoke, invoke.invoke, prompt_tokens),
        Endpoint("POST", "/{model}/invoke-with-response-stream", "chat", decode.invoke_stream, invoke.invoke, prompt_tokens),
        Endpoint("POST", "/{model}/count-tokens", "stored", decode.count, converse.tokens, prompt_tokens),
    )

    def style(self, shapes: Mapping[str, Any]) -> Renderings:
        """Refuse shapes: this dialect has only the API's own; each generation of the script keeps its renderings."""
        for name in shapes:
            raise ShapeError((name,), f"unknown shape {name!r}: expected none, the bedrock dialect has only the API's own.")
        return Renderings()

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
