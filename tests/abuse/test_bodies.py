"""Bodies of every wrong kind, over the wire: refused in the provider's shape, never a server error, never a stack trace."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest

GOOD = b'{"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}'
ZOO = {
    "nothing": b"",
    "space": b" \n",
    "no json": b"hello",
    "half": GOOD[:-1],
    "two": GOOD + GOOD,
    "trailing": GOOD + b",",
    "number": b"5",
    "text": b'"hi"',
    "list": b"[]",
    "null": b"null",
    "empty": b"{}",
    "bom": b"\xef\xbb\xbf" + GOOD,
    "utf-16": GOOD.decode().encode("utf-16"),
    "latin-1": '{"model": "é"}'.encode("latin-1"),
    "nul": b"\x00",
    "deep lists": b"[" * 100_000,
    "deep closed": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
    "deep inside": GOOD[:-1] + b', "metadata": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "deep content": b'{"model":"m","messages":[{"role":"user","content":' + b"[" * 5_000 + b"]" * 5_000 + b"}]}",
    "deep schema": GOOD[:-1]
    + b',"tools":[{"type":"function","function":{"name":"t","parameters":'
    + b'{"properties":{"a":' * 3_000
    + b"{}"
    + b"}}" * 3_000
    + b"}}]}",
    "long integer": b'{"model":"m","messages":[],"seed":' + b"9" * 5_000 + b"}",
    "long max_tokens": GOOD[:-1] + b', "max_tokens": ' + b"9" * 400 + b"}",
    "huge number": GOOD[:-1] + b', "temperature": 1e999}',
    "nan": GOOD[:-1] + b', "temperature": NaN}',
    "infinity": GOOD[:-1] + b', "temperature": -Infinity}',
    "lone surrogate": b'{"model": "m", "messages": [{"role": "user", "content": "\\ud800"}]}',
    "surrogate key": GOOD[:-1] + b', "\\ud800": 1}',
    "control character": b'{"model": "a\nb", "messages": []}',
    "twice": b'{"model": "a", "model": 5, "messages": []}',
    "comment": b"/* hi */" + GOOD,
    "single quotes": b"{'model': 'm'}",
    "recursive schema": GOOD[:-1]
    + b',"tool_choice":"required","tools":[{"type":"function","function":{"name":"t","parameters":'
    b'{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}}}]}',
    "endless pattern": GOOD[:-1] + b',"tool_choice":"required","tools":[{"type":"function","function":{"name":"t","parameters":'
    b'{"type":"object","properties":{"a":{"type":"string","pattern":"(a+)+$"}},"required":["a"]}}}]}',
    "huge minimum": GOOD[:-1] + b',"tool_choice":"required","tools":[{"type":"function","function":{"name":"t","parameters":'
    b'{"type":"object","properties":{"a":{"type":"array","minItems":1000000000,"items":{"minLength":1000000000}}},"required":["a"]}}}]}',
}
WRONG = [None, True, 0, -1, 1.5, "", "x", "é" * 1000, [], [None], [[]], {}, {"a": {}}, 10**30, [5, "a", {}], {"type": "x"}]
FIELDS = [
    *("model", "messages", "stream", "stream_options", "n", "stop", "max_tokens", "max_completion_tokens", "temperature"),
    *("top_p", "tools", "tool_choice", "response_format", "logprobs", "top_logprobs", "seed", "user", "metadata"),
    *("functions", "function_call", "logit_bias", "modalities", "audio", "prediction", "reasoning_effort", "store"),
    *("parallel_tool_calls", "presence_penalty", "frequency_penalty", "service_tier", "web_search_options"),
]


def judged(answer):
    """Whether an answer is one a client can make sense of."""
    if answer.status == 200:
        return True
    return 400 <= answer.status < 500 and bool(answer.error)


@pytest.fixture(params=["strict", "lenient"])
def client(arena, request):
    return arena(validation=request.param).client()


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions", "/v1/embeddings"])
def test_the_zoo(client, path):
    odd = {}
    for name, body in ZOO.items():
        answer = client.post(body, path).answer()
        if not judged(answer):
            odd[name] = answer.status
    assert odd == {}
    assert client.post(GOOD).answer().status == 200


def test_what_is_no_json_is_told_so(arena):
    client = arena().client()
    for name in ("no json", "half", "two", "utf-16", "nan", "single quotes"):
        answer = client.post(ZOO[name]).answer()
        assert (name, answer.status) == (name, 400)
        assert "JSON" in answer.error["message"]


def test_every_field_of_every_wrong_type(client):
    odd = []
    for field in FIELDS:
        for value in WRONG:
            answer = client.post(json.loads(GOOD) | {field: value}).answer()
            if not judged(answer):
                odd.append((field, value, answer.status))
    assert odd == []


def test_every_field_of_a_message_of_every_wrong_type(client):
    odd = []
    for field in ("role", "content", "name", "tool_calls", "tool_call_id", "refusal", "audio", "function_call"):
        for value in WRONG:
            for role in ("user", "assistant", "tool"):
                message = {"role": role, "content": "hi", field: value}
                answer = client.post({"model": "gpt-4o", "messages": [message]}).answer()
                if not judged(answer):
                    odd.append((field, value, answer.status))
    assert odd == []


@pytest.mark.parametrize("path", ["/v1/completions", "/v1/embeddings"])
def test_every_input_of_every_wrong_type(client, path):
    odd = []
    for field in ("prompt", "input", "dimensions", "encoding_format", "best_of", "echo", "suffix", "n", "stop", "logprobs"):
        for value in WRONG:
            body = {"model": "text-embedding-3-small", "input": "x", "prompt": "x", field: value}
            answer = client.post(body, path).answer()
            if not judged(answer):
                odd.append((field, value, answer.status))
    assert odd == []


@pytest.mark.parametrize(
    "content", [[{"type": "text"}], [{"text": 5, "type": "text"}], [{"type": "image_url", "image_url": 5}], [5]]
)
def test_odd_parts(client, content, chat):
    assert judged(client.post(chat(content)).answer())


def test_a_compressed_bomb_is_refused(arena):
    bomb = gzip.compress(b" " * (8 << 20))
    client = arena(max_body="1MB").client()
    answer = client.post(bomb, "/v1/chat/completions", "Content-Encoding: gzip").answer()
    assert answer.status == 413
    assert answer.error


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip", "x"])
def test_odd_codings_are_never_a_server_error(arena, coding):
    for data in (b"nonsense", zlib.compress(GOOD), gzip.compress(GOOD)[:-3], gzip.compress(gzip.compress(GOOD))):
        answer = arena().client().post(data, "/v1/chat/completions", f"Content-Encoding: {coding}").answer()
        assert judged(answer) or answer.status == 415


def test_an_announced_body_that_is_too_large_is_refused_before_it_comes(arena):
    client = arena(max_body="1MB").client()
    client.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\nExpect: 100-continue\r\n\r\n")
    answer = client.answer()
    assert answer.status == 413
    assert answer.error


def test_thirty_megabytes_are_a_prompt(arena, chat):
    server = arena()
    large = server.client().post(chat("word " * (6 << 20), model="no-window"))
    small = server.client()
    assert all(small.post(chat()).answer().status == 200 for _ in range(20))
    answer = large.answer()
    assert answer.status == 200
    assert json.loads(answer.body)["usage"]["prompt_tokens"] > 6 << 20


def test_every_method_on_every_path(arena):
    server = arena(header_timeout="1h")
    paths = [
        *("/", "/*", "/v1", "/v1/", "/health", "/v1/health", "/v1/models", "/v1/models/", "/v1/models/gpt-4o", "/v1/nothing"),
        *("/v1/chat/completions", "/chat/completions", "/v1/completions", "/v1/embeddings", "/_understudy/", "/metrics"),
    ]
    odd = []
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY"):
        for path in paths:
            client = server.client().send(f"{method} {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{{}}".encode())
            answer = client.answer(bodiless=method == "HEAD")
            if answer.status >= 500 and answer.status != 501:
                odd.append((method, path, answer.status))
            client.close()
    assert odd == []
