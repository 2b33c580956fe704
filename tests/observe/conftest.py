"""Finished exchanges."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.model.call import Call
from understudy.model.exchange import Context, Exchange
from understudy.model.http import Request, RequestHead


def build_exchange(**fields: Any) -> Exchange:
    path = fields.pop("path", "/v1/chat/completions")
    head = RequestHead(fields.pop("method", "POST"), path, path, "", {})
    context = Context(
        session=fields.pop("session", "default"),
        dialect=fields.pop("dialect", "openai_chat"),
        operation=fields.pop("operation", "chat"),
    )
    call = Call("chat", "openai_chat", model=fields.pop("model", "gpt-4o-mini"))
    return Exchange(fields.pop("started", 1.5), Request(head, fields.pop("body", b"{}"), 0.0), context, call, **fields)


@pytest.fixture
def make_exchange():
    return build_exchange
