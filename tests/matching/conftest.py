"""Calls and requests to match, and one way to ask that checks that all answers agree."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.matching import ConditionErrors, When
from understudy.model.call import Call, Message
from understudy.model.http import Request, RequestHead


def build_call(user: str = "", **fields: Any) -> Call:
    messages = fields.pop("messages", None) or ([Message("user", user)] if user else [])
    return Call(fields.pop("operation", "chat"), fields.pop("dialect", "openai_chat"), messages=messages, user=user, **fields)


def build_request(headers: dict[str, str] | None = None, body: bytes = b"{}") -> Request:
    return Request(RequestHead("POST", "/v1/chat/completions", "/v1/chat/completions", "", headers or {}), body, 0.0)


@pytest.fixture
def make_call():
    return build_call


@pytest.fixture
def make_request():
    return build_request


@pytest.fixture
def ask():
    """Ask a `when` about a call: the groups or None. Test, distance and explanation have to agree."""

    def ask(when: object, user: str = "", *, headers: dict[str, str] | None = None, body: bytes = b"{}", **fields: Any):
        built = when if isinstance(when, When) else When.build(when)
        call, request = build_call(user, **fields), build_request(headers, body)
        groups = built.test(call, request)
        distance, reasons = built.explain(call, request)
        assert (groups is not None) == (distance == 0) == (reasons == [])
        assert 0 <= distance <= 1
        return groups

    return ask


@pytest.fixture
def reasons():
    """The lines that say why a call does not match."""

    def reasons(when: object, user: str = "", *, headers: dict[str, str] | None = None, body: bytes = b"{}", **fields: Any):
        return When.build(when).explain(build_call(user, **fields), build_request(headers, body))[1]

    return reasons


@pytest.fixture
def refused():
    """The mistakes in a `when`."""

    def refused(when: object):
        with pytest.raises(ConditionErrors) as caught:
            When.build(when)
        return caught.value.errors

    return refused
