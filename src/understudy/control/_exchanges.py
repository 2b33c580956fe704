"""Finished exchanges as controls show them, and the query parameters that choose among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from understudy.errors import RequestError
from understudy.model.exchange import Exchange
from understudy.model.reply import Failure
from understudy.observe.journal import FILTERS
from understudy.observe.redact import mask

QUERY = {name: f"only exchanges with this {name.replace('_', ' ')}" for name in FILTERS}
"""The parameters that choose, each with its help."""


def wanted(query: Mapping[str, str]) -> dict[str, object]:
    """Read the values that exchanges must have.

    Raises:
        RequestError: 400 for a value that no exchange can have.
    """
    return {name: _wanted(name, value) for name, value in query.items()}


def chooser(query: Mapping[str, str]) -> Callable[[Exchange], bool]:
    """Make the test of whether an exchange has all these values.

    Raises:
        RequestError: 400 for a value that no exchange can have.
    """
    tests = [(FILTERS[name], value) for name, value in wanted(query).items()]
    return lambda exchange: all(read(exchange) == value for read, value in tests)


def _wanted(name: str, value: str) -> object:
    if name == "status":
        return whole_number(name, value)
    if name == "stream":
        if value not in ("true", "false"):
            raise _bad(name, value, "true or false")
        return value == "true"
    return value


def whole_number(name: str, value: str) -> int:
    """Read a parameter that is a whole number.

    Raises:
        RequestError: 400 when it is none.
    """
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise _bad(name, value, "a whole number")
    return int(value)


def _bad(name: str, value: str, expected: str) -> RequestError:
    return RequestError(Failure(400, "invalid_request", f"query parameter {name} {value!r}: expected {expected}."))


def shown(exchange: Exchange) -> Mapping[str, Any]:
    """An exchange as plain data, its secrets masked."""
    head = exchange.request.head
    told = {
        "started": exchange.started,
        "request": {
            "method": head.method,
            "path": head.path,
            "query": mask(head.query),
            "headers": exchange.secret_free,
            "body": exchange.request.body.decode("utf-8", "backslashreplace"),
        },
        "dialect": exchange.dialect,
        "operation": exchange.operation,
        "session": exchange.session,
        "model": exchange.model,
        "rule": exchange.rule,
        "decision": exchange.decision,
        "request_id": exchange.request_id,
        "status": exchange.status,
        "stream": exchange.stream,
        "prompt_tokens": exchange.prompt_tokens,
        "completion_tokens": exchange.completion_tokens,
        "duration_ms": round(exchange.duration * 1000, 3),
        "sent_bytes": exchange.sent,
        "finish": exchange.finish,
        "outcome": exchange.outcome,
    }
    rare = {"would_limit": exchange.would_limit, "faults": list(exchange.particulars.faults)}
    return told | {name: value for name, value in rare.items() if value}
