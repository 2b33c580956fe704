"""The application beside the engine: answers requests for controls, and leaves all others alone.

In: whole requests. Out: whole answers with head and body, framed for the request's version and its wish to keep the connection;
None for a path that is no control's. Nothing here is meant for browsers of other sites: no answer allows them anything.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from understudy.control import _console
from understudy.control._guard import admit
from understudy.control._heads import whole
from understudy.control._nouns import PREFIX, Page
from understudy.control._sight import Sight
from understudy.errors import RequestError, ScriptError, UsageError
from understudy.model.http import Request
from understudy.model.plan import Plan
from understudy.model.reply import Failure

_JSON = "application/json"


class ControlApp:
    """Answers for the controls.

    Args:
        sight: what they see of the server.
        on_error: hears of exceptions that are bugs of ours.
    """

    def __init__(self, sight: Sight, on_error: Callable[[BaseException, Request], None] | None = None) -> None:
        self.sight = sight
        self._on_error = on_error

    def load(self) -> None:
        """Load all controls now (any thread), so that the first request for one does not stop all streams for that long."""
        from understudy.control._routing import all_routes

        all_routes()

    def respond(self, request: Request) -> bytes | Plan | None:
        """Answer a request, or return None when its path is no control's; never raises."""
        head = request.head
        if not is_control(head.path):
            return None
        try:
            answer = self._answer(request)
        except Exception as error:
            answer = self._refused(error, request)
        if isinstance(answer, Plan):
            answer.silent = True
            return answer
        return whole(head, self.sight.clock, answer if isinstance(answer, Page) else _page(answer))

    def _answer(self, request: Request) -> Any:
        from understudy.control._routing import asked, find  # with it come all controls, which most runs never need

        head, settings = request.head, self.sight.settings()
        is_page = _console.is_wanted(head)
        if not (is_page and settings.control_token):  # the page holds nothing, and asks for the token
            admit(head, settings)
        if is_page:
            return _console.page()
        route, params, allowed = find(head.method, head.path)
        if route is None:
            return Page(b"", "", 204, (("allow", allowed),))
        return route.answer(asked(request, route, params), self.sight)

    def _refused(self, error: Exception, request: Request) -> Page:
        """Say what was wrong; only a bug of ours keeps its words for the log."""
        if isinstance(error, RequestError):
            failure = error.failure
            return _problem(failure.status, failure.kind, failure.message or str(error), headers=failure.headers)
        if isinstance(error, ScriptError):
            return _problem(400, "invalid_request", str(error), [str(problem) for problem in error.problems])
        if isinstance(error, UsageError):
            return _problem(400, "invalid_request", str(error), str(error).splitlines())
        if self._on_error is not None:
            self._on_error(error, request)
        failure = Failure(500, "server_error")
        return _problem(500, failure.kind, "a bug of the server; its log has the stack trace.")


def is_control(path: str) -> bool:
    """Tell whether a path is one of the controls'."""
    return path == "/metrics" or path.startswith(PREFIX) or path == PREFIX[:-1]


def _page(value: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Page:
    return Page(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n", _JSON, status, headers)


def _problem(
    status: int, kind: str, message: str, problems: Sequence[str] = (), headers: tuple[tuple[str, str], ...] = ()
) -> Page:
    error = {"kind": kind, "message": message, **({"problems": problems} if problems else {})}
    return _page({"error": error}, status, headers)
