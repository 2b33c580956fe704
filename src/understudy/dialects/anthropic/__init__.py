"""The Anthropic API: messages, token counts, message batches, files, models, legacy completions.

Formats come from recorded traffic and the official clients' own types (wire.md 11 and A.5). Token counts are estimates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from understudy.dialects import Endpoint, ErrorBody, Moment, ShapeError, always
from understudy.dialects._anthropic_limits import limit_fields
from understudy.dialects._window import fitted
from understudy.dialects.anthropic import batches, catalogue, complete, decode, files
from understudy.dialects.anthropic.attached import shows_files, weighed
from understudy.dialects.anthropic.errors import error_body, error_event
from understudy.dialects.anthropic.families import CATALOGUE, family
from understudy.dialects.anthropic.press import Press
from understudy.dialects.anthropic.prompt import prompt_tokens, window_of
from understudy.errors import RequestError
from understudy.model.allowance import Allowance
from understudy.model.call import Call
from understudy.model.frame import Body, Stream
from understudy.model.reply import Failure, Reply

_INSISTS = (("anthropic-version", "2023-06-01"),)
_OWN = ("anthropic-version", "x-api-key")  # what tells a request to this API from one to another under the same path
_FIELDS = "request-id: {request_id}\r\nanthropic-organization-id: 00000000-0000-4000-8000-000000000000\r\n"
# An idle organisation's allowance of a minute.
_LIMITS = (
    "anthropic-ratelimit-requests-limit: 4000\r\n"
    "anthropic-ratelimit-requests-remaining: 3999\r\n"
    "anthropic-ratelimit-requests-reset: {reset_at}\r\n"
    "anthropic-ratelimit-input-tokens-limit: 2000000\r\n"
    "anthropic-ratelimit-input-tokens-remaining: 2000000\r\n"
    "anthropic-ratelimit-input-tokens-reset: {reset_at}\r\n"
    "anthropic-ratelimit-output-tokens-limit: 400000\r\n"
    "anthropic-ratelimit-output-tokens-remaining: 400000\r\n"
    "anthropic-ratelimit-output-tokens-reset: {reset_at}\r\n"
    "anthropic-ratelimit-tokens-limit: 2400000\r\n"
    "anthropic-ratelimit-tokens-remaining: 2400000\r\n"
    "anthropic-ratelimit-tokens-reset: {reset_at}\r\n"
)


def _message(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    press: Press = moment.options.style
    if call.extra.files:
        moment = weighed(call, moment)
    window, prompt = window_of(call), moment.prompt_tokens
    if moment.options.strict and prompt + (call.max_tokens or 0) > window:
        _fit(call, prompt, window)
    return press.stream(call, replies[0], moment) if call.stream else press.body(call, replies[0], moment)


def _fit(call: Call, prompt: int, window: int) -> None:
    """Refuse a prompt that the window has no room for; of models that do not fill it also one without room for its answer."""
    if prompt > window:
        raise RequestError(Failure(400, "context_length", counts=(window, prompt)))
    if not (family(call.model).fills or call.extra.fills):
        message = (
            f"input length and `max_tokens` exceed context limit: {prompt} + {call.max_tokens} > {window}, "
            "decrease input length or `max_tokens` and try again"
        )
        raise RequestError(Failure(400, "context_length", message))


def _narrowed(call: Call, prompt: int, window: int) -> Call:
    """Fit a call into a window, which its answer may fill as it may that of the model."""
    if prompt + (call.max_tokens or 0) > window:
        _fit(call, prompt, window)
    cut = fitted(call, prompt, window)
    return replace(cut, max_tokens=call.max_tokens, extra=replace(call.extra, window=window))


def _count(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    return catalogue.tokens(call, weighed(call, moment) if call.extra.files else moment)


def _kept(method: str, path: str, encode: Any, decode: Any, wants: tuple[str, ...] = ()) -> Endpoint:
    return Endpoint(method, path, "stored", decode, encode, keeps=always, wants=wants)


def _batches(method: str, path: str, encode: Any, decode: Any = batches.looked_up) -> Endpoint:
    return _kept(method, f"/messages/batches{path}", encode, decode)


def _files(method: str, path: str, encode: Any, decode: Any = files.looked_up) -> Endpoint:
    return _kept(method, f"/files{path}", encode, decode, _OWN)


_COUNTED = Endpoint(
    "POST", "/messages/count_tokens", "stored", decode.count, _count, prompt_tokens, keeps=shows_files, insists=_INSISTS
)


class Anthropic:
    """The dialect; see the package."""

    name = "anthropic"
    prefixes = ("/v1",)
    models = CATALOGUE
    endpoints = (
        Endpoint(
            "POST",
            "/messages",
            "chat",
            decode.create,
            _message,
            prompt_tokens,
            keeps=shows_files,
            insists=_INSISTS,
            fit=_narrowed,
        ),
        _COUNTED,
        Endpoint("POST", "/complete", "completion", complete.decode, complete.encode, prompt_tokens, insists=_INSISTS),
        _batches("POST", "", batches.create, batches.created),
        _batches("GET", "", batches.listed),
        _batches("GET", "/{path}", batches.retrieve),
        _batches("POST", "/{path}", batches.cancel),
        _batches("DELETE", "/{path}", batches.delete),
        _files("POST", "", files.upload, files.uploaded),
        _files("GET", "", files.listed),
        _files("GET", "/{path}", files.retrieve),
        _files("DELETE", "/{path}", files.delete),
        Endpoint("GET", "/models", "models", decode.catalogue, catalogue.models, wants=_OWN),
        Endpoint("GET", "/models/{id}", "model", decode.listed_model, catalogue.model, wants=_OWN),
    )

    def style(self, shapes: Mapping[str, Any]) -> Press:
        """Make a press for a generation of the script; this dialect has no shapes but the API's own."""
        for name in shapes:
            raise ShapeError((name,), f"unknown shape {name!r}: expected none, the anthropic dialect has only the API's own.")
        return Press()

    def failure(self, failure: Failure, _style: Press) -> ErrorBody:
        """Say an error as the Anthropic API does."""
        return error_body(failure)

    def failure_event(self, failure: Failure, _style: Press) -> bytes:
        """Say an error in a stream (wire.md 11.4)."""
        return error_event(failure)

    def fields(self, operation: str, _style: Press) -> str:
        """Header fields of a good answer; only what costs tokens counts against the limits (wire.md 11.5)."""
        return _FIELDS + _LIMITS if operation in ("chat", "completion") else _FIELDS

    def allowance(self, allowance: Allowance, wall: float) -> tuple[tuple[str, str], ...]:
        """Spell what is left of the limits (wire.md 11.5)."""
        return limit_fields(allowance, wall)


DIALECT = Anthropic()
