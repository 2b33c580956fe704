"""Clients as what they leave in the journal: exchanges made by hand, on a clock of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from understudy.model.exchange import Context, Exchange, Particulars
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Delivery
from understudy.model.reply import Reply, Text
from understudy.verdict import Finding, History, Limits, Logical, Verdict, judge

CHAT = "/v1/chat/completions"


class Record:
    """What a client did; `ask` adds an exchange, `judge` gives the verdict."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.now = 0.0
        self._serial = count(1)

    def ask(
        self,
        text: str = "hello",
        *,
        after: float = 0.0,
        at: float | None = None,
        took: float = 0.1,
        messages: list[Any] | None = None,
        body: Any = None,
        number: int | None = None,
        key: str = "",
        headers: dict[str, str] | None = None,
        session: str = "default",
        dialect: str = "openai",
        operation: str = "chat",
        path: str = CHAT,
        query: str = "",
        failure: str = "",
        retry_after: float | None = None,
        faults: tuple[str, ...] = (),
        said: str = "",
        error_at: float | None = None,
        events: int | None = None,
        **fields: Any,
    ) -> Exchange:
        """One exchange, `after` seconds behind the last one, or at a moment."""
        model = fields.setdefault("model", "gpt-4o")
        asked = {"model": model, "messages": messages or [{"role": "user", "content": text}]} if body is None else body
        own = {"x-stainless-retry-count": str(number)} if number is not None else {}
        own |= {"authorization": f"Bearer {key}"} if key else {}
        head = RequestHead("POST", f"{path}?{query}" if query else path, path, query, {**own, **(headers or {})})
        start = self.now + after if at is None else at
        self.now = max(self.now, start + took)
        data = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        if said:
            fields.setdefault("reply", Reply((Text(said),)))
        delivery = None
        if events is not None:
            delivery = Delivery(fields.get("outcome", "done"), 100, events)
        exchange = Exchange(
            1_700_000_000.0 + start,
            Request(head, data, start),
            Context({}, dialect, operation, session),
            token=b"ab" * 8,
            serial=next(self._serial),
            duration=took,
            delivery=delivery,
            particulars=Particulars(faults, failure, retry_after, error_at=error_at),
            **{"sent": 100, **fields},
        )
        self.exchanges.append(exchange)
        return exchange

    def requests(self) -> list[Logical]:
        turns = History.read(self.exchanges)
        while True:
            try:
                next(turns)
            except StopIteration as over:
                return over.value.requests

    def judge(self, **limits: float) -> Verdict:
        return judge(self.exchanges, Limits(**limits), now=self.now)

    def ids(self, **limits: float) -> list[str]:
        return sorted(finding.id for finding in self.judge(**limits).findings)

    def finding(self, name: str, **limits: float) -> Finding:
        found = [finding for finding in self.judge(**limits).findings if finding.id == name]
        assert found, f"{name} was not found: {self.ids(**limits)}"
        return found[0]


@pytest.fixture
def client() -> Record:
    """A client that did nothing yet."""
    return Record()


@pytest.fixture
def talk() -> Callable[..., list[dict[str, Any]]]:
    """Messages by turns: of the user, of the assistant, of the user."""

    def made(*texts: str) -> list[dict[str, Any]]:
        return [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(texts)]

    return made
