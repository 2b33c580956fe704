"""Finished exchanges."""

from __future__ import annotations

from typing import Any

import pytest

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
    request = Request(head, fields.pop("body", b"{}"), 0.0)
    return Exchange(fields.pop("started", 1.5), request, context, fields.pop("model", "gpt-4o-mini"), **fields)


@pytest.fixture
def make_exchange():
    return build_exchange
