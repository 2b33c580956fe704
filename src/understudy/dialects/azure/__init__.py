"""Azure OpenAI (wire.md 10): OpenAI's endpoints below a resource's paths, with the service's own errors, fields and filter.

Azure hosts OpenAI's API instead of having one, and so does this dialect: it stands above the three of OpenAI, which know
nothing of it, and leads each of their endpoints below `/openai/deployments/{deployment}`, `/openai` and `/openai/v1`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from msgspec.structs import replace

from understudy.dialects import Endpoint, ErrorBody, Moment, ShapeError
from understudy.dialects._kept import Kept
from understudy.dialects._openai.limits import limit_fields
from understudy.dialects.azure import documents, streams
from understudy.dialects.azure.asking import NAME, Style, behind, decoder
from understudy.dialects.azure.errors import error_body
from understudy.dialects.openai import DIALECT as CHAT
from understudy.dialects.openai_platform import DIALECT as PLATFORM
from understudy.dialects.openai_responses import DIALECT as RESPONSES
from understudy.model.allowance import Allowance
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Failure, Reply

_FIELDS = (
    "x-request-id: {request_id}\r\n"
    "apim-request-id: {request_id}\r\n"
    "x-ms-region: East US 2\r\n"
    "x-content-type-options: nosniff\r\n"
)
_MODEL = (
    "x-ms-rai-invoked: true\r\n"
    "x-ms-is-spilled-over: false\r\n"
    "azureml-model-session: d001-20251101000000\r\n"
    "skip-error-remapping: true\r\n"
    "x-accel-buffering: no\r\n"
)
_LIMITS = (
    "x-ratelimit-limit-requests: 10000\r\n"
    "x-ratelimit-limit-tokens: 30000000\r\n"
    "x-ratelimit-remaining-requests: 9999\r\n"
    "x-ratelimit-remaining-tokens: {tokens_left}\r\n"
    "x-ratelimit-renewalperiod-requests: 60\r\n"
    "x-ratelimit-renewalperiod-tokens: 60\r\n"
    "x-ratelimit-reset-requests: 1\r\n"
    "x-ratelimit-reset-tokens: 1\r\n"
)
_UNLIMITED = frozenset({"models", "model", "health", "stored", "asset"})
# Of the paths that other dialects have, too, these requests are meant for Azure.
_WANTS = ("api-key", "?api-version")
_INSISTS = (("?api-version", "2024-10-21"),)  # where the service is not that of the new generation
_ECHOES = ("x-ms-client-request-id",)
_DEPLOYED = frozenset(
    {
        "/chat/completions",
        "/completions",
        "/embeddings",
        "/audio/speech",
        "/audio/transcriptions",
        "/audio/translations",
        "/images/generations",
        "/images/edits",
    }
)
_FRAMES = 50_000  # frames of amended streams kept
_FORMS = ("default", "asynchronous")
Amend = Callable[[Call, Body | Stream, Style, bool], Body | Stream]


def _chat(_call: Call, answer: Body | Stream, style: Style, fixed: bool) -> Body | Stream:
    if isinstance(answer, Stream):
        return streams.chat(answer, style.amended if fixed else None, asynchronous=style.asynchronous)
    return documents.chat(answer)


def _response(call: Call, answer: Body | Stream, _style: Style, _fixed: bool) -> Body | Stream:
    prompt = sum(len(message.text) for message in call.messages)
    return streams.responses(answer, prompt) if isinstance(answer, Stream) else documents.response(answer, prompt)


def _pictures(_call: Call, answer: Body | Stream, _style: Style, _fixed: bool) -> Body | Stream:
    return answer if isinstance(answer, Stream) else documents.pictures(answer)


_AMENDED: dict[tuple[str, str], Amend] = {
    ("POST", "/chat/completions"): _chat,
    ("POST", "/completions"): _chat,
    ("POST", "/images/generations"): _pictures,
    ("POST", "/images/edits"): _pictures,
    ("POST", "/responses"): _response,
    ("GET", "/responses/{path}"): _response,
    ("POST", "/responses/{path}"): _response,
}
_OWN = {("GET", "/models"): documents.models, ("GET", "/models/{id}"): documents.model}


def _encoder(endpoint: Endpoint, *, responds: bool) -> Callable[[Call, tuple[Reply, ...], Moment], Body | Stream]:
    amend, encode = _AMENDED.get((endpoint.method, endpoint.path)), endpoint.encode

    def encoded(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
        style: Style = moment.options.style
        within = replace(moment, options=behind(moment.options, responds=responds))
        answer = encode(call, replies, within)
        moment.afterwards = within.afterwards
        return answer if amend is None else amend(call, answer, style, bool(replies) and replies[0].fixed)

    return encoded


def _hosted(endpoint: Endpoint) -> list[Endpoint]:
    """Where an endpoint of OpenAI's stands: below a deployment or below the resource, and below the new generation's path."""
    responds = endpoint in RESPONSES.endpoints
    encode = _encoder(endpoint, responds=responds)
    endpoint, path = replace(endpoint, echoes=_ECHOES), endpoint.path
    is_dated = endpoint.operation != "asset"  # pictures are fetched by their bare address
    if endpoint.method == "POST" and path in _DEPLOYED:
        first = replace(endpoint, path="/deployments/{deployment}" + path, encode=encode)
    else:
        first = replace(endpoint, path=path, encode=_OWN.get((endpoint.method, path), encode), wants=_WANTS)
    first = replace(first, decode=decoder(endpoint.decode, dated=is_dated, responds=responds), insists=_INSISTS)
    undated = decoder(endpoint.decode, dated=False, responds=responds)
    return [first, replace(endpoint, path="/v1" + path, decode=undated, encode=encode, wants=_WANTS)]


_BEHIND = (*CHAT.endpoints, *RESPONSES.endpoints, *PLATFORM.endpoints)


class Azure:
    """The dialect; see the package."""

    name = NAME
    prefixes = ("/openai",)
    models: tuple[str, ...] = ()
    endpoints = tuple(found for endpoint in _BEHIND if endpoint.operation != "health" for found in _hosted(endpoint))

    def style(self, shapes: Mapping[str, Any]) -> Style:
        """Compile `shapes.azure`: its `filter` is `default` or `asynchronous`."""
        for name in shapes:
            if name != "filter":
                raise ShapeError((name,), f"unknown shape {name!r}: expected 'filter', the documents are the API's own.")
        kind = shapes.get("filter", "default")
        if kind not in _FORMS:
            raise ShapeError(("filter",), f"filter {kind!r}: expected one of {', '.join(_FORMS)}")
        return Style(CHAT.style({}), kind == "asynchronous", RESPONSES.style({}), Kept(_FRAMES))

    def failure(self, failure: Failure, _style: Style) -> ErrorBody:
        """Say an error as the service does, or as the model behind it."""
        return error_body(failure)

    def failure_event(self, failure: Failure, style: Style) -> bytes:
        """Say an error in a stream: as OpenAI does."""
        return CHAT.failure_event(failure, style.chat)

    def fields(self, operation: str, _style: Style) -> str:
        """Header fields of a good answer."""
        return _FIELDS if operation in _UNLIMITED else _FIELDS + _MODEL + _LIMITS

    def allowance(self, allowance: Allowance, _wall: float) -> tuple[tuple[str, str], ...]:
        """Spell what is left of the limits: as OpenAI does, but for moments, which are whole seconds."""
        found = dict(limit_fields(allowance))
        tokens = (allowance.tokens, allowance.input_tokens, allowance.output_tokens)
        for name, levels in (("requests", (allowance.requests,)), ("tokens", tokens)):
            if f"x-ratelimit-reset-{name}" in found:
                waits = [ceil(level.reset) for level in levels if level is not None]
                found[f"x-ratelimit-reset-{name}"] = str(waits[0] if levels[0] is not None else max(waits))
        return tuple(found.items())


DIALECT = Azure()
