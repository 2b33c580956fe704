"""The request that `explain` asks: a body, and the endpoint it is meant for.

In: the body, and what the user says of the rest. Out: a whole request. What is not said is guessed: the first of a dialect's
endpoints that can read the body, those of the operation it looks like before all others. Knows what a dialect insists on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from understudy.dialects import Dialect, Endpoint
from understudy.engine.keeping import recalled
from understudy.engine.route import Router
from understudy.engine.state import MemoryState
from understudy.engine.world import World
from understudy.errors import RequestError, UsageError
from understudy.kinds import nearest
from understudy.model.call import UNRULED, Call
from understudy.model.exchange import DEFAULT_SESSION
from understudy.model.http import Request, RequestHead

_OPENAI = ("openai", "openai_responses")  # one API in two dialects: looked at when none is named

_OPERATIONS = {"messages": "chat", "prompt": "completion", "input": "embedding"}


class Question(Struct, frozen=True):
    """A request; `is_guess` says that its endpoint is none that anybody could be sure of."""

    request: Request
    is_guess: bool = False


def question(body: bytes, world: World, headers: Mapping[str, str], dialect: str | None, path: str | None) -> Question:
    """Make the request.

    Args:
        body: JSON.
        world: whose router and dialects are asked.
        headers: what the user sends, by lower-case names.
        dialect: the one that is meant; None means OpenAI's, or the first that is served.
        path: the path that is asked, with its query; None has an endpoint looked for.

    Raises:
        UsageError: for a dialect that is not served, a path that is none, and when no endpoint is like the body.
    """
    if path is not None:
        return Question(_at_path(body, world.router, headers, path))
    asked = _asked(world.dialects, dialect)
    value = msgspec.json.decode(body)
    wanted = _operation(value)
    found = sorted(_endpoints(asked, world.router, headers, _models(value, world)), key=lambda one: one[0] != wanted)
    requests = [(operation, Request(head, body, 0.0)) for operation, head in found]
    # strictly, for leniently almost any body can be read
    readable = [(request, call) for _, request in requests if (call := read(request, world, strict=True)) is not None]
    for request, call in readable:
        if call.user or call.messages or call.inputs:
            usual = dialect is not None or (call.operation == "chat" and call.dialect == asked[0].name)
            return Question(request, is_guess=not usual)
    likely = [request for request, _ in readable] or [request for operation, request in requests if operation == wanted]
    if not likely:
        paths = ", ".join(dict.fromkeys(request.head.path for _, request in requests))
        raise UsageError(f"request: expected the body of {paths}, got one that none of them reads. Name the path by --path.")
    return Question(likely[0], is_guess=True)


def read(request: Request, world: World, *, strict: bool | None = None) -> Call | None:
    """Read a request, and make it whole by what a server keeps that was never asked before.

    Args:
        request: the request.
        world: whose router and dialects are asked.
        strict: whether what the real API refuses is refused; None means as the settings say.

    Returns:
        None when it is refused.
    """
    head = request.head
    route = world.router.find(head.method, head.path, head.headers, head.query)
    if route.endpoint is None:
        return None
    options = world.options[route.dialect.name]
    if strict is not None:
        options = replace(options, strict=strict, only_listed=False)
    try:
        call = route.endpoint.decode(request, route.params, options)
        return recalled(route.endpoint, call, 0, MemoryState(), DEFAULT_SESSION, lambda: 0.0)[0]
    except RequestError:
        return None


def _at_path(body: bytes, router: Router, headers: Mapping[str, str], target: str) -> Request:
    path, _, query = target.partition("?")
    if not path.startswith("/"):
        raise UsageError(f"--path {target!r}: expected a path such as /v1/chat/completions, got no slash at its beginning.")
    path = unquote(path)
    route = router.find("POST", path, headers, query)
    fields, _ = _insisted(route.endpoint)
    return Request(_head(path, query, {**fields, **headers}), body, 0.0)


def _asked(served: Sequence[Dialect], name: str | None) -> Sequence[Dialect]:
    """The dialects whose endpoints are looked at."""
    names = [dialect.name for dialect in served]
    if name is None:
        return [dialect for dialect in served if dialect.name in _OPENAI and names[0] in _OPENAI] or served[:1]
    if name not in names:
        raise UsageError(f"--dialect {name!r}: expected one of {', '.join(sorted(names))}.{nearest(name, names)}")
    return [served[names.index(name)]]


def _operation(value: Any) -> str:
    """What a body looks like. An input goes to a model that embeds, or to one that answers (the Responses API)."""
    members = value if isinstance(value, dict) else {}
    operation = next((operation for key, operation in _OPERATIONS.items() if key in members), "chat")
    model = members.get("model")
    return "chat" if operation == "embedding" and isinstance(model, str) and "embed" not in model.lower() else operation


def _models(value: Any, world: World) -> Mapping[str, Sequence[str]]:
    """The names that a path may give to the model, by dialect."""
    said = value.get("model") if isinstance(value, dict) else None
    if isinstance(said, str) and said:
        return {dialect.name: (said.removeprefix("models/"),) for dialect in world.dialects}
    return {dialect.name: dialect.models or (world.settings.default_model,) for dialect in world.dialects}


def _endpoints(
    dialects: Sequence[Dialect], router: Router, headers: Mapping[str, str], models: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, RequestHead]]:
    """The endpoints whose answers rules give, each with its operation; once for each model that its path may name."""
    for dialect in dialects:
        for endpoint in dialect.endpoints:
            if endpoint.method == "POST" and endpoint.operation not in UNRULED:
                for model in models[dialect.name] if "{" in endpoint.path else ("",):
                    yield endpoint.operation, _meant(dialect, endpoint, router, headers, model)


def _meant(dialect: Dialect, endpoint: Endpoint, router: Router, headers: Mapping[str, str], model: str) -> RequestHead:
    """The head of a request that is for this endpoint: on its own path, or below its dialect's name where that is another's."""
    path = dialect.prefixes[0] + re.sub(r"\{\w+\}", lambda _: model, endpoint.path)
    fields, query = _insisted(endpoint)
    fields.update(headers)
    route = router.find("POST", path, fields, query)
    if route.dialect is not dialect or route.endpoint is None or route.endpoint.path != endpoint.path:
        path = f"/{dialect.name}{path}"
    return _head(path, query, fields)


def _insisted(endpoint: Endpoint | None) -> tuple[dict[str, str], str]:
    """The header fields and the query without which the real API refuses a request."""
    insists = dict(endpoint.insists) if endpoint is not None else {}
    query = "&".join(f"{name[1:]}={value}" for name, value in insists.items() if name.startswith("?"))
    return {name: value for name, value in insists.items() if not name.startswith("?")}, query


def _head(path: str, query: str, fields: Mapping[str, str]) -> RequestHead:
    target = quote(path, safe="/:@!$&'()*+,;=") + (f"?{query}" if query else "")
    return RequestHead("POST", target, path, query, {"host": "explain", **fields})
