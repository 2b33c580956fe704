"""vLLM behind SageMaker: `/invocations` takes whatever the server's own paths take, and tells them apart by their members."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from understudy.dialects import Endpoint, Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects.vllm import pooling
from understudy.dialects.vllm.check import unread
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply

_MEMBERS = (
    ("/v1/chat/completions", {"messages"}),
    ("/v1/completions", {"prompt"}),
    ("/v1/embeddings", {"input"}),
    ("/rerank", {"query", "documents"}),
    *(("/score", set(pair)) for pair in pooling.PAIRS),
)
_NOBODY = (
    "Cannot find suitable handler for request. Expected one of: ['ChatCompletionRequest', 'CompletionRequest', "
    "'EmbeddingRequest', 'RerankRequest', 'ScoreRequest']"
)


def endpoint(others: tuple[Endpoint, ...]) -> Endpoint:
    """Make the endpoint of those that it stands for."""
    known = {each.path: each for each in others if each.method == "POST"}

    def meant(body: bytes) -> Endpoint:
        try:
            value = asked.object_of(body, strict=False, missing="")
        except RequestError:
            raise RequestError(unread(body)) from None
        path = next((path for path, members in _MEMBERS if members <= value.keys()), None)
        if path is None:
            raise RequestError(Failure(400, "invalid_request", _NOBODY))
        return known[path]

    def decode(request: Request, params: Mapping[str, str], options: Options) -> Call:
        return meant(request.body).decode(request, params, options)

    def encode(call: Call, replies: tuple[Reply, ...], moment: Moment) -> Any:
        return meant(call.body).encode(call, replies, moment)

    def count(call: Call) -> int:
        return meant(call.body).count(call)

    def fit(call: Call, prompt: int, window: int) -> Call:
        return meant(call.body).fit(call, prompt, window)

    return Endpoint("POST", "/invocations", "chat", decode, encode, count, yields=True, fit=fit)
