"""The Gemini API and its spelling on Vertex AI: contents generated, whole or streamed, token counts, vectors, models.

Formats come from recorded traffic and the official client's own types (wire.md 12). Token counts are estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.dialects import Endpoint, ErrorBody, Moment, ShapeError, always
from understudy.dialects.gemini import attached, caches, catalogue, compatible, decode, embeddings, files, kept, uploads
from understudy.dialects.gemini.errors import error_body, error_event, in_stream, in_vertex_stream, on_vertex
from understudy.dialects.gemini.families import CATALOGUE, family
from understudy.dialects.gemini.press import Press
from understudy.dialects.gemini.prompt import input_tokens, prompt_tokens
from understudy.errors import RequestError
from understudy.model.allowance import Allowance
from understudy.model.call import Call, Operation
from understudy.model.frame import Body, Stream
from understudy.model.http import RequestHead
from understudy.model.reply import Failure, Reply

Refuses = Callable[[ErrorBody, RequestHead], ErrorBody]

# What tells a request to this API from one to another under the same path.
_OWN = ("x-goog-api-key", "x-goog-api-client", "?key")
_VERSIONS = ("v1beta", "v1", "v1alpha")  # that files are uploaded to
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


def _methods(path: str, refuses: Refuses | None = None, before_stream: Refuses = in_stream) -> tuple[Endpoint, ...]:
    """What may be asked of the models under a path; errors may have a form of their own there."""

    def prompted(name: str, operation: Operation, decoder: Any, encoder: Any, form: Refuses | None) -> Endpoint:
        recall = attached.recall
        return Endpoint("POST", f"{path}:{name}", operation, decoder, encoder, prompt_tokens, recall, always, refuses=form)

    def embedded(name: str, decoder: Any) -> Endpoint:
        return Endpoint("POST", f"{path}:{name}", "embedding", decoder, embeddings.encode, input_tokens, refuses=refuses)

    return (
        prompted("generateContent", "chat", decode.generate, _content, refuses),
        prompted("streamGenerateContent", "chat", decode.stream, _content, before_stream),
        prompted("countTokens", "stored", decode.count, catalogue.tokens, refuses),
        embedded("embedContent", embeddings.one),
        embedded("batchEmbedContents", embeddings.batch),
        embedded("predict", embeddings.predict),
    )


def _kept(method: str, path: str, encode: Any, decoder: Any = kept.looked_up) -> Endpoint:
    """An endpoint that is answered from the store."""
    return Endpoint(method, path, "stored", decoder, encode, keeps=always, wants=_OWN)


def _caches(base: str) -> tuple[Endpoint, ...]:
    """The caches: below a project on Vertex AI, where the name of one ends the path."""
    one = "/projects/{id}" if base else "/cachedContents/{id}"
    return (
        _kept("POST", f"{base}/cachedContents", caches.create, caches.decode),
        _kept("GET", f"{base}/cachedContents", caches.listed),
        _kept("GET", one, caches.retrieve),
        _kept("PATCH", one, caches.change, caches.decode),
        _kept("DELETE", one, caches.delete),
    )


class Gemini:
    """The dialect; see the package."""

    name = "gemini"
    prefixes = ("/v1beta", "/v1", "/v1beta1", "/v1alpha", "/upload")
    models = CATALOGUE
    endpoints = (
        Endpoint("GET", "/models", "models", decode.catalogue, catalogue.models, wants=_OWN),
        Endpoint("GET", "/models/{id}", "model", decode.listed_model, catalogue.model, wants=_OWN),
        *_methods("/models/{model}"),
        *_methods("/tunedModels/{model}"),
        *_methods("/projects/{model}", on_vertex, in_vertex_stream),  # the rest of the path, whose last word is the model
        *_methods("/publishers/{model}", on_vertex, in_vertex_stream),
        *_caches(""),
        *_caches("/projects/{parent}"),
        *(_kept("POST", f"/{version}/files", uploads.upload, uploads.decode) for version in _VERSIONS),  # below /upload
        _kept("GET", "/files", files.listed),
        _kept("GET", "/files/{id}", files.retrieve),
        _kept("GET", "/files/{id}:download", files.download),
        _kept("DELETE", "/files/{id}", files.delete),
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

    def fields(self, _operation: str, _style: Press) -> str:
        """Header fields of a good answer; the API tells no limits in them."""
        return _FIELDS

    def allowance(self, _allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """The API tells nobody what is left of the limits."""
        return ()


DIALECT = Gemini()
