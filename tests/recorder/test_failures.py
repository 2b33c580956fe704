"""Errors of every provider as a script says them."""

from __future__ import annotations

import json

import pytest

from understudy.recorder.failures import error_of

CONVERSE = "/model/amazon.nova-pro-v1:0/converse"
GEMINI = "/v1beta/models/gemini-2.5-flash:generateContent"


@pytest.mark.parametrize(
    ("path", "status", "document", "fields", "error"),
    [
        (GEMINI, 404, {"error": {"code": 404, "message": "m", "status": "NOT_FOUND"}}, {}, {}),
        (
            GEMINI,
            400,
            {"error": {"code": 400, "message": "m", "status": "FAILED_PRECONDITION"}},
            {},
            {"type": "FAILED_PRECONDITION"},
        ),
        (GEMINI, 503, [{"error": {"code": 503, "message": "m", "status": "UNAVAILABLE"}}], {}, {}),
        (
            GEMINI,
            429,
            {"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "36s"}]}},
            {},
            {"retry-after": "36s"},
        ),
        (CONVERSE, 429, {"message": "m"}, {"x_amzn_errortype": "ThrottlingException:http://x"}, {}),
        (
            CONVERSE,
            400,
            {"message": "m"},
            {"x_amzn_errortype": "ServiceQuotaExceededException"},
            {"type": "ServiceQuotaExceededException"},
        ),
        ("/api/chat", 404, {"error": "m"}, {}, {}),
        ("/v2/chat", 422, {"id": "i", "message": "m"}, {}, {}),
        ("/nowhere", 500, {"error": {"message": "m", "status": "ODD"}}, {}, {"type": "ODD"}),
    ],
)
def test_errors(take, path, status, document, fields, error):
    asked = {"model": "m", "messages": [{"role": "user", "content": "x"}]}
    asked = {"contents": [{"parts": [{"text": "x"}]}]} if path == GEMINI else asked
    asked = {"messages": [{"role": "user", "content": [{"text": "x"}]}]} if path == CONVERSE else asked
    found = take(asked, (0.1, json.dumps(document).encode()), path=path, status=status, **fields)
    assert error_of(found) == {"status": status, "message": "m"} | error


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"error":{"message":1}}', b"[[]]"])
def test_what_no_dialect_writes(take, chat, body):
    assert error_of(take(chat("a"), (0.1, body), status=500)) is None
