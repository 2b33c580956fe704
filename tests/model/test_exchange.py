from __future__ import annotations

import pytest

from understudy.model.exchange import Context, Exchange, Particulars, request_id
from understudy.model.http import Request, RequestHead
from understudy.model.reply import Reply, Text

REQUEST = Request(RequestHead("GET", "/", "/", "", {}), b"", 0.0)


def test_request_ids_are_32_hexadecimal_digits():
    assert request_id(b"0123456789abcdef0123456789abcdef", 255) == b"req_0123456789abcdef00000000000000ff"
    assert request_id(b"", 1) == b"req_" + b"0" * 31 + b"1"


def test_an_exchange_tells_what_its_context_knows():
    context = Context({"authorization": "***"}, "openai", "chat", "mine")
    exchange = Exchange(1.0, REQUEST, context, "gpt-4o", token=b"ab" * 16, serial=2)
    told = (exchange.secret_free, exchange.dialect, exchange.operation, exchange.session, exchange.model, exchange.decision)
    assert told == ({"authorization": "***"}, "openai", "chat", "mine", "gpt-4o", "ab" * 16)
    assert exchange.request_id == "req_abababababababab0000000000000002"


def test_an_exchange_of_nothing_decided_is_empty():
    exchange = Exchange(1.0, REQUEST, Context())
    assert (exchange.model, exchange.operation, exchange.session, exchange.decision) == ("", "none", "default", "")


def test_what_was_to_be_said_is_what_a_stream_says_instead():
    reply = Reply((Text("one thing"),), stream_text="another")
    told = [Exchange(1.0, REQUEST, Context(), reply=reply, stream=stream).said for stream in (False, True)]
    assert told == ["one thing", "another"]
    assert Exchange(1.0, REQUEST, Context(), reply=Reply((Text("one thing"),)), stream=True).said == "one thing"
    assert Exchange(1.0, REQUEST, Context()).said == ""


@pytest.mark.parametrize(
    ("outcome", "faults", "whole"),
    [
        ("done", (), True),
        ("done", ("early-end",), True),
        ("closed", (), True),
        ("closed", ("close;event=2",), False),
        ("aborted", (), False),
        ("client_gone", (), False),
        ("server_stopped", (), False),
    ],
)
def test_an_answer_is_whole_when_nothing_broke_it_off(outcome, faults, whole):
    exchange = Exchange(1.0, REQUEST, Context(), outcome=outcome, particulars=Particulars(faults))
    assert exchange.is_whole is whole
