"""The Gemini API and its spelling on Vertex AI: contents generated, whole or streamed, token counts, vectors, models.

Formats come from recorded traffic and the official client's own types (wire.md 12). Token counts are estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, Moment, ShapeError
from understudy.dialects.gemini import catalogue, compatible, decode, embeddings
from understudy.dialects.gemini.errors import error_body, error_event, in_stream
from understudy.dialects.gemini.families import CATALOGUE, family
from understudy.dialects.gemini.press import Press
from understudy.dialects.gemini.prompt import input_tokens, prompt_tokens
from understudy.errors import RequestError
from understudy.model.allowance import Allowance
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Failure, Reply

# What tells a request to this API from one to another under the same path.
_OWN = ("x-goog-api-key", "x-goog-api-client", "?key")
_FIELDS = (
    "x-request-id: {request_id}\r\n"
    "vary: Origin\r\n"
    "vary: X-Origin\r\n"
    "vary: Referer\r\n"
    "server: scaffolding on HTTPServer2\r\n"
    "x-xss-protection: 0\r\n"
    "x-frame-options: SAMEORIGIN\r\n"
    "x-content-type-options: nosniff\r\n"
    "server-timing: gfet4t7; dur={processing_ms}\r\n"
)


def _content(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    press: Press = moment.options.style
    window = family(call.model).window
    if moment.options.strict and moment.prompt_tokens > window:
        raise RequestError(Failure(400, "context_length", counts=(window, moment.prompt_tokens)))
    return press.stream(call, replies, moment) if call.stream else press.body(call, replies, moment)


def _methods(path: str) -> tuple[Endpoint, ...]:
    """What may be asked of the models under a path."""
    return (
        Endpoint("POST", f"{path}:generateContent", "chat", decode.generate, _content, prompt_tokens),
        Endpoint("POST", f"{path}:streamGenerateContent", "chat", decode.stream, _content, prompt_tokens, refuses=in_stream),
        Endpoint("POST", f"{path}:countTokens", "stored", decode.count, catalogue.tokens, prompt_tokens),
        Endpoint("POST", f"{path}:embedContent", "embedding", embeddings.one, embeddings.encode, input_tokens),
        Endpoint("POST", f"{path}:batchEmbedContents", "embedding", embeddings.batch, embeddings.encode, input_tokens),
        Endpoint("POST", f"{path}:predict", "embedding", embeddings.predict, embeddings.encode, input_tokens),
    )


class Gemini:
    """The dialect; see the package."""

    name = "gemini"
    prefixes = ("/v1beta", "/v1", "/v1beta1", "/v1alpha")
    models = CATALOGUE
    endpoints = (
        Endpoint("GET", "/models", "models", decode.catalogue, catalogue.models, wants=_OWN),
        Endpoint("GET", "/models/{id}", "model", decode.listed_model, catalogue.model, wants=_OWN),
        *_methods("/models/{model}"),
        *_methods("/tunedModels/{model}"),
        *_methods("/projects/{model}"),  # Vertex AI: the rest of the path, whose last word is the model
        *_methods("/publishers/{model}"),
        *compatible.ENDPOINTS,
    )

    def style(self, shapes: Mapping[str, Any]) -> Press:
        """Make a press for a generation of the script; this dialect has no shapes but the API's own."""
        for name in shapes:
            raise ShapeError((name,), f"unknown shape {name!r}: expected none, the gemini dialect has only the API's own.")
        return Press()

    def failure(self, failure: Failure, _style: Press) -> ErrorBody:
        """Say an error as the Gemini API does."""
        return error_body(failure)

    def failure_event(self, failure: Failure, _style: Press) -> bytes:
        """Say an error in a stream."""
        return error_event(failure)

    def fields(self, operation: str, _style: Press) -> str:  # noqa: ARG002 - every dialect's
        """Header fields of a good answer; the API tells no limits in them."""
        return _FIELDS

    def allowance(self, allowance: Allowance, wall: float) -> tuple[tuple[str, str], ...]:  # noqa: ARG002 - every dialect's
        """The API tells nobody what is left of the limits."""
        return ()


DIALECT = Gemini()
