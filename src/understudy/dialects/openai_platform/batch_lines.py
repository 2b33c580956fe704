"""The input of a batch: what makes a line a request, and the first mistake that makes a batch fail (wire.md 9.5).

In: the bytes of a file. Out: lines, or a mistake as the API says it. Bodies are looked into as far as needed and no further.
How many requests, and inputs of embeddings, a batch takes is of the API's reference; the words of a refusal are a guess.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Raw, Struct

from understudy.untrusted import NOT_JSON

ENDPOINTS = (
    "/v1/chat/completions",
    "/v1/completions",
    "/v1/embeddings",
    "/v1/responses",
    "/v1/moderations",
    "/v1/images/generations",
    "/v1/images/edits",
)
_MOST = 50_000  # requests, or inputs of embeddings
_EMBEDDINGS = "/v1/embeddings"
_ANY_MODEL = ("/v1/moderations", "/v1/images/generations", "/v1/images/edits")  # have a usual one


class Line(Struct, frozen=True):
    """A request of a batch."""

    number: int
    custom_id: str
    url: str
    body: bytes
    model: str | None


class Mistake(Struct, frozen=True):
    """Why a batch fails."""

    code: str
    message: str
    param: str | None = None
    line: int | None = None


class _Body(Struct, gc=False):
    model: Any = None
    stream: Any = None
    input: Raw = Raw()


class _Line(Struct, gc=False):
    custom_id: Any = None
    method: Any = None
    url: Any = None
    body: Raw = Raw()


_line = msgspec.json.Decoder(_Line).decode
_body = msgspec.json.Decoder(_Body).decode


class Judge:
    """Reads the lines of one file, in order; `models` are all there are, None when any will do.

    `inputs` counts what is to be embedded: a request may bring many texts.
    """

    def __init__(self, endpoint: str, models: tuple[str, ...] | None = None) -> None:
        self._endpoint = endpoint
        self._models = models
        self._seen: set[str] = set()
        self.model: str | None = None
        self.inputs = 0

    def read(self, data: bytes, number: int) -> Line | Mistake:
        """Read a line."""
        try:
            line = _line(data)
        except NOT_JSON:
            return Mistake("invalid_json_line", "This line is not parseable as valid JSON.", None, number)
        for name in ("custom_id", "method", "url", "body"):
            if getattr(line, name) in (None, Raw()):
                return Mistake("missing_required_parameter", f"Missing required parameter: '{name}'.", name, number)
        name = line.custom_id
        if not isinstance(name, str):
            return Mistake("invalid_type", "Invalid type for 'custom_id': expected a string.", "custom_id", number)
        if name in self._seen:
            words = (
                f"The custom_id '{name}' for this request is a duplicate of another request. The custom_id parameter must be "
            )
            return Mistake("duplicate_custom_id", words + "unique for each request in a batch.", "custom_id", number)
        self._seen.add(name)
        if line.method != "POST":
            return Mistake(
                "invalid_method", f"Invalid method: '{line.method}'. Supported values are: 'POST'.", "method", number
            )
        if line.url != self._endpoint:
            words = f"The URL provided for this request does not match the batch endpoint '{self._endpoint}'."
            return Mistake("invalid_url", words, "url", number)
        return self._request(line, name, number)

    def _request(self, line: _Line, name: str, number: int) -> Line | Mistake:
        raw = bytes(line.body)
        try:
            body = _body(raw)
            self.inputs += _inputs(body.input) if line.url == _EMBEDDINGS else 0
        except NOT_JSON:
            return Mistake("invalid_request", "The body of this request is not a JSON object.", "body", number)
        if not isinstance(body.model, str) and line.url not in _ANY_MODEL:
            return Mistake("invalid_request", "The request has no model.", "body.model", number)
        if body.stream is True:
            return Mistake("streaming_unsupported", "Streaming is not supported in the Batch API.", "body.stream", number)
        model = body.model if isinstance(body.model, str) else None
        if self._seen and len(self._seen) > 1 and model != self.model:
            words = f"The provided model '{model}' does not match the model '{self.model}' of the batch's first request."
            return Mistake("mismatched_model", words, "body.model", number)
        if model is not None and self._models is not None and model not in self._models:
            words = f"The provided model '{model}' is not supported by the Batch API."
            return Mistake("model_not_found", words, "body.model", number)
        self.model = model
        return Line(number, name, self._endpoint, raw, model)


def numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, and their numbers."""
    at, number = 0, 0
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        number += 1
        line = data[at:end].strip()
        if line:
            yield number, line
        at = end + 1


def too_many(count: int, inputs: int) -> Mistake | None:
    """The mistake of a file with no line, or with more requests or inputs of embeddings than a batch takes."""
    if not count:
        return Mistake("empty_file", "The input file has no requests.")
    if count > _MOST:
        return Mistake("too_many_tasks", f"The input file has more than {_MOST} requests.")
    if inputs > _MOST:
        return Mistake("too_many_tasks", f"The requests of the input file have more than {_MOST} embedding inputs.")
    return None


def _inputs(value: Raw) -> int:
    """Count what a request for embeddings brings: a text, a list of tokens, or a list of either."""
    found = msgspec.json.decode(value) if bytes(value) else None
    return len(found) if isinstance(found, list) and found and isinstance(found[0], str | list) else 1
