"""One session of a server: rules, calls and state of its own, beside others on the same socket."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import Any, Self

from understudy.engine.sessions import HEADER, PREFIX, checked_name
from understudy.testing._bench import Bench
from understudy.testing._house import House


class Session(Bench):
    """A session of a server under test: `server.session("a")` makes it.

    A client belongs to it by its base URL, or by sending `headers`. When its block ends its rules go, and what was expected
    of it must have come; without a block that is checked with the server.
    """

    def __init__(self, house: House, name: str, url: Callable[[], str], numbers: count[int]) -> None:
        super().__init__()
        self._house = house
        self._numbers = numbers
        self._session = self.name = checked_name(name)
        self._root = url

    @property
    def headers(self) -> dict[str, str]:
        """The header that makes a request belong to it, for clients that can send one."""
        return {HEADER: self.name}

    @property
    def url(self) -> str:
        """The root of the session: every path of the server below it."""
        return f"{self._root()}{PREFIX}{self.name}"

    @property
    def openai_url(self) -> str:
        """The base URL for OpenAI clients."""
        return f"{self.url}/v1"

    def reset(self) -> None:
        """Forget its sequences, counters, calls and journal, and how often rules answered it; rules and expectations stay."""
        self._house.in_turn(self._house.forget, self.name)

    def close(self) -> None:
        """Take back its rules; what was expected of it is checked with the server."""
        self._house.drop(self._rules)
        self._rules.clear()
        if not self._expectations:
            self._house.expecting.pop(self, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        unmet = self.unmet()
        self._house.expecting.pop(self, None)
        self._expectations.clear()
        self.close()
        if unmet and error is None:
            raise AssertionError("\n\n".join(unmet))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, trace)

    def _own(self, conditions: dict[str, Any]) -> dict[str, Any]:
        header = {**conditions.get("header", {}), HEADER: {"regex": f"^{self.name.replace('.', '[.]')}$"}}
        return {**conditions, "header": header}
