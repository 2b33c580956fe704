"""What a control is made of. Values only.

A control answers by returning plain data (sent as JSON), a `Page`, or a `Plan` that is framed already. It refuses by raising
`RequestError`, `ScriptError` or `UsageError`; their sentences reach the client.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from understudy.control._sight import Sight
from understudy.errors import RequestError
from understudy.model.http import Request
from understudy.model.reply import Failure, FailureKind

PREFIX = "/_understudy/"
"""Below which every path is a control's."""


class Ask(Struct, frozen=True):
    """A request to a control: its query by name, the parameter of its path, its body decoded as the route says."""

    request: Request
    query: Mapping[str, str] = {}
    params: Mapping[str, str] = {}
    body: Any = None


class Page(Struct, frozen=True):
    """An answer that is not the JSON of a plain value."""

    data: bytes
    content_type: str
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def refused(message: str, status: int = 400, kind: FailureKind = "invalid_request") -> RequestError:
    """What a control raises that refuses."""
    return RequestError(Failure(status, kind, message))


class Route(Struct, frozen=True):
    """One method on one path.

    Args:
        method: GET (answers HEAD too), POST, PUT, PATCH or DELETE.
        path: below `PREFIX`, or absolute; may end in `{name}`, which takes the rest of the path.
        help: one sentence for the index and the reference.
        answer: what it does.
        query: the parameters it takes, each with its help; others are refused.
        body: the type its JSON body is decoded as, `Any` for free data; None = `answer` looks at the bytes itself, or has no
            body. An empty body is decoded as an empty object.
    """

    method: str
    path: str
    help: str
    answer: Callable[[Ask, Sight], Any]
    query: Mapping[str, str] = {}
    body: Any = None

    @property
    def whole_path(self) -> str:
        """The path from the root."""
        return self.path if self.path.startswith("/") else PREFIX + self.path


class Control(Struct, frozen=True):
    """One control: what its file holds."""

    name: str
    help: str
    routes: tuple[Route, ...]
