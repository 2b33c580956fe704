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


CHAT = "/v1/chat/completions"
LIMITED = {"error": {"message": "m", "type": "requests", "param": None, "code": "rate_limit_exceeded"}}
SAID = {"status": 429, "message": "m"}
CLAUDE = {"type": "error", "error": {"type": "rate_limit_error", "message": "m"}}


@pytest.mark.parametrize(
    ("path", "document", "fields", "error"),
    [
        (CHAT, LIMITED, {"retry-after": "2"}, {"retry-after": "2s"}),
        (CHAT, LIMITED, {"retry-after": "2", "retry-after-ms": "1200"}, {"retry-after": "1.2s"}),
        (
            CHAT,
            LIMITED,
            {"retry-after": "3", "retry-after-ms": "1200"},
            {"headers": {"retry-after": "3", "retry-after-ms": "1200"}},
        ),
        (CHAT, LIMITED, {"retry-after-ms": "1500"}, {"retry-after": "1.5s"}),
        (CHAT, LIMITED, {"retry-after": "0"}, {"headers": {"retry-after": "0"}}),
        (CHAT, LIMITED, {"retry-after": "soon"}, {}),
        (
            CHAT,
            LIMITED,
            {"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "Wed, 21 Oct 2026 07:28:00 GMT"},
            {"retry-after": "30s"},
        ),
        (CHAT, LIMITED, {"x-should-retry": "false", "x-other": "1"}, {"headers": {"x-should-retry": "false"}}),
        (
            CHAT,
            LIMITED,
            {"retry-after": "2", "x-ratelimit-remaining-requests": "0", "x-ratelimit-remaining-tokens": "7"},
            {"retry-after": "2s", "headers": {"x-ratelimit-remaining-tokens": "7"}},
        ),
        (
            "/v1/messages",
            CLAUDE,
            {"retry-after": "2", "retry-after-ms": "1500", "x-should-retry": "true"},
            {"retry-after": "1.5s", "headers": {"retry-after-ms": "1500", "x-should-retry": "true"}},
        ),
        (
            "/v1/messages",
            CLAUDE,
            {"anthropic-ratelimit-tokens-remaining": "5", "anthropic-ratelimit-tokens-reset": "2026-10-21T07:28:00Z"},
            {"headers": {"anthropic-ratelimit-tokens-remaining": "5"}},
        ),
    ],
)
def test_what_clients_go_by_who_ask_again(take, path, document, fields, error):
    asked = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}]}
    found = take(asked, (0.1, json.dumps(document).encode()), path=path, status=429, **fields)
    assert error_of(found) == SAID | error


@pytest.mark.parametrize(
    ("status", "told", "kept"),
    [
        (429, {"type": "requests", "code": "rate_limit_exceeded"}, {}),
        (429, {"type": "tokens", "code": "rate_limit_exceeded"}, {"type": "tokens", "code": "rate_limit_exceeded"}),
        (429, {"type": "requests", "code": None}, {"type": "requests"}),
        (400, {"type": "invalid_request_error", "param": "n", "code": None}, {"param": "n"}),
        (500, {"type": "server_error", "param": None, "code": None}, {}),
    ],
)
def test_what_the_provider_calls_it_anyway_is_left_to_whoever_is_asked(take, chat, status, told, kept):
    found = take(chat("a"), (0.1, json.dumps({"error": {"message": "m", **told}}).encode()), status=status)
    assert error_of(found) == {"status": status, "message": "m"} | kept
