"""Requests that came in one turn of the loop are answered together: all are thought about, then all answers are written.

To go back and forth between Python and the kernel for each of them costs up to twice as much: each finds the processor's memory
full of the other's. Whoever is alone waits for nobody. Knows connections and the application; what an answer is, is theirs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from understudy.errors import Interrupted, TakesLong
from understudy.model.http import Request
from understudy.model.plan import Plan
from understudy.runtime.outlet import write_together

TOGETHER: Final = 32
"""Most requests whose answers wait for each other, which takes less than a millisecond."""


class Asking(Protocol):
    """Somebody who waits for the answer to one request."""

    def socket_for(self, request: Request) -> int | None:
        """Give the socket that an answer may be written to directly, `NO_FILE` for none; None when nobody waits any more."""
        ...

    def answered(self, request: Request, rest: bytes) -> None:
        """Go on: the answer is written but for the rest."""
        ...

    def perform(self, request: Request, plan: Plan) -> None:
        """Play the answer."""
        ...

    def prepare(self, request: Request, *, alone: bool) -> None:
        """Have the costly part of the answer done first; `alone` all of it."""
        ...

    def broken(self, error: Exception) -> None:
        """Answer for an application that raised."""
        ...


class Turn:
    """What was asked in this turn of the loop.

    Args:
        loop: whose turns.
        respond: the application.
    """

    __slots__ = ("_asked", "_respond", "_soon")

    def __init__(self, loop: asyncio.AbstractEventLoop, respond: Callable[[Request], bytes | Plan]) -> None:
        self._soon = loop.call_soon
        self._respond = respond
        self._asked: list[tuple[Asking, Request]] = []

    def ask(self, asking: Asking, request: Request) -> None:
        """Answer a request once everybody else was heard."""
        self._asked.append((asking, request))
        if len(self._asked) == 1:
            self._soon(self._answer)

    def _answer(self) -> None:
        asked, self._asked = self._asked, []
        for at in range(0, len(asked), TOGETHER):
            self._answer_together(asked[at : at + TOGETHER])

    def _answer_together(self, asked: list[tuple[Asking, Request]]) -> None:
        respond = self._respond
        files: list[int] = []
        answers: list[bytes] = []
        direct: list[tuple[Asking, Request]] = []
        others: list[tuple[Asking, Request, bytes | Plan | Exception]] = []
        for asking, request in asked:
            file = asking.socket_for(request)
            if file is None:
                continue
            try:
                answer: bytes | Plan | Exception = respond(request)
            except Interrupted as stopped:
                asking.prepare(request, alone=isinstance(stopped, TakesLong))
                continue
            except Exception as error:
                answer = error
            if type(answer) is bytes and file >= 0:
                files.append(file)
                answers.append(answer)
                direct.append((asking, request))
            else:
                others.append((asking, request, answer))
        taken = write_together(files, answers)
        for (asking, request), answer, size in zip(direct, answers, taken, strict=True):
            asking.answered(request, b"" if size == len(answer) else answer[size:])
        for asking, request, answer in others:
            if isinstance(answer, bytes):
                asking.answered(request, answer)
            elif isinstance(answer, Exception):
                asking.broken(answer)
            else:
                asking.perform(request, answer)
