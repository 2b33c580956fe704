"""The official client with its defaults is found no fault with; careless programs around it, and bad clients, are.

The server's time is moved by what the client would sleep, so nobody waits.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from types import SimpleNamespace
from typing import Any

import openai
import pytest
from openai import _base_client

from understudy import Understudy
from understudy.verdict import Verdict, assert_resilient

pytestmark = pytest.mark.sdk


@pytest.fixture
def serve(tmp_path, monkeypatch) -> Iterator[Callable[..., Understudy]]:
    """Start a server with the text of a script; its clock is moved when the official client sleeps."""
    servers: list[Understudy] = []

    def start(script: str = "{}") -> Understudy:
        path = tmp_path / "script.yaml"
        path.write_text(script, encoding="utf-8")
        server = Understudy(path, clock="virtual").start()
        servers.append(server)
        monkeypatch.setattr(_base_client, "time", SimpleNamespace(sleep=server.clock.advance, time=time.time))
        return server

    yield start
    for server in servers:
        server.stop()


def official(server: Understudy, **options: Any) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.openai_url, api_key="sk-any", **options)


def asked(client: openai.OpenAI, text: str = "hello", **wishes: Any) -> Any:
    messages = wishes.pop("messages", [{"role": "user", "content": text}])
    return client.chat.completions.create(model=wishes.pop("model", "gpt-4o"), messages=messages, **wishes)


def verdict(server: Understudy) -> Verdict:
    found: Verdict = assert_resilient(server)
    assert found.findings == ()
    return found


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        ("{kind: rate_limit, retry-after: 2s, first: 2}", 3),
        ("{kind: rate_limit, retry-after: 2s, first: 1}", 2),
        ("{kind: server_error, first: 2}", 3),
        ("{kind: overloaded, first: 1}", 2),
        ("{kind: reset, at: before-headers, first: 2}", 3),
        ("{kind: close, at: before-headers, first: 1}", 2),
    ],
)
def test_failures_that_pass(serve, fault, tries):
    with serve(f"faults: [{fault}]") as server, official(server) as client:
        assert asked(client).choices[0].message.content
        assert verdict(server).exchanges == tries
        assert verdict(server).requests == 1


@pytest.mark.parametrize(
    "kind", ["rate_limit, retry-after: 2s", "rate_limit, retry-after: 10m", "server_error", "insufficient_quota"]
)
def test_failures_that_stay(serve, kind):
    with serve(f"faults: [{{kind: {kind}}}]") as server, official(server) as client:
        for at in range(3):
            with pytest.raises(openai.APIStatusError):
                asked(client, f"question {at}")
        verdict(server)


@pytest.mark.parametrize(
    ("fault", "tries"),
    [
        ("rate_limit, headers: {retry-after-ms: 1}, first: 2", 3),
        ("rate_limit, headers: {retry-after: 3}, first: 1", 2),
        ("status, status: 400, headers: {x-should-retry: 'true'}, first: 1", 2),
        ("server_error, headers: {x-should-retry: 'false'}, first: 1", 1),
    ],
)
def test_what_the_headers_of_a_failure_say(serve, fault, tries):
    with serve(f"faults: [{{kind: {fault}}}]") as server, official(server) as client:
        with contextlib.suppress(openai.InternalServerError):
            asked(client)
        found = verdict(server)
        assert (found.exchanges, found.requests) == (tries, 1)


def test_forms(serve):
    with serve("faults: [{kind: overloaded, first: 1}]") as server, official(server) as client:
        assert client.files.create(purpose="batch", file=("a.jsonl", b"{}"))
        found = verdict(server)
        assert (found.exchanges, found.requests) == (2, 1)


def test_time_outs(serve):
    with serve("faults: [{kind: hang, first: 2}]") as server, official(server, timeout=0.1) as client:
        assert asked(client)
        found = verdict(server)
        assert (found.exchanges, found.requests) == (3, 1)


@pytest.mark.parametrize("fault", ["reset", "bad-chunk", "error-event", "early-end", "close"])
def test_streams_that_break(serve, fault):
    with serve(f"faults: [{{kind: {fault}, at: {{event: 4}}}}]") as server, official(server) as client:
        with contextlib.suppress(Exception):  # whichever it raises: the program around it does not go on
            for _ in asked(client, stream=True):
                pass
        verdict(server)


def test_mistakes(serve):
    with serve() as server, official(server) as client:
        for wishes in ({"model": ""}, {"messages": []}, {"text": "[404]"}, {"text": "[401]"}):
            with pytest.raises(openai.APIStatusError):
                asked(client, **wishes)
        verdict(server)


def test_good_traffic(serve, talk):
    script = "rules: [{when: {user: sky}, reply: blue}, {when: {user: long}, reply: {text: one two three, finish: length}}]"
    with serve(script) as server, official(server) as client:
        for at in range(12):
            first = asked(client, f"question {at}", max_tokens=5).choices[0].message.content
            asked(client, messages=talk(f"question {at}", first, "Please continue."))
            asked(client, "sky")
            assert "".join(chunk.choices[0].delta.content or "" for chunk in asked(client, "sky", stream=True)) == "blue"
            client.embeddings.create(model="text-embedding-3-small", input="sky")
            client.responses.create(model="gpt-4o", input="sky")
        client.models.list()
        assert verdict(server).exchanges == 12 * 6


def test_many_requests_in_an_outage(serve):
    with serve("faults: [{kind: server_error, probability: 0.4}]") as server, official(server) as client:
        for at in range(40):
            with contextlib.suppress(openai.InternalServerError):
                asked(client, f"question {at % 8}")
        assert verdict(server).measures["attempts_per_request"] > 1


def found(server: Understudy) -> list[str]:
    with pytest.raises(AssertionError) as failed:
        assert_resilient(server)
    return sorted(line.rpartition("[")[2].rstrip("]") for line in str(failed.value).splitlines() if line.endswith("]"))


def test_half_an_answer_taken_for_whole(serve, talk):
    script = 'rules: [{when: {user: sky}, reply: "the sky is blue", fault: {kind: early-end, event: 4}}]'.replace(
        "event: 4", "at: {event: 4}"
    )
    with serve(script) as server, official(server) as client:
        half = "".join(chunk.choices[0].delta.content or "" for chunk in asked(client, "sky", stream=True))
        assert "the sky is blue".startswith(half)
        asked(client, messages=talk("sky", half, "and now?"))
        assert found(server) == ["broken-answer-accepted"]


@pytest.mark.parametrize("is_plain", [True, False])
def test_a_cut_answer_taken_for_whole(serve, talk, is_plain):
    script = "rules: [{when: {user: list}, reply: {text: one two three, finish: length}}]"
    with serve(script) as server, official(server) as client:
        for _ in range(2):  # the second of two plain answers may come from the shelf
            cut = asked(client, "list", **({} if is_plain else {"temperature": 0.5})).choices[0]
        assert cut.finish_reason == "length"
        asked(client, messages=talk("list", cut.message.content, "thanks"), temperature=0.5)
        assert found(server) == ["length-ignored"]


@pytest.mark.parametrize(("kind", "names"), [("error-event, then: go-on", ["read-on-after-error"]), ("missing-usage", [])])
def test_reading_on_after_an_error(tmp_path, kind, names):
    path = tmp_path / "script.yaml"
    path.write_text(
        f"timing: {{itl: 500ms}}\nfaults: [{{kind: {kind}}}]\nrules: [{{reply: one two three four five six seven}}]"
    )
    with Understudy(path, clock="auto") as server:
        post(server, stream=True)
        assert (found(server) if names else list(verdict(server).findings)) == names


def test_no_retries(serve):
    with serve("faults: [{kind: server_error}]") as server, official(server, max_retries=0) as client:
        with pytest.raises(openai.InternalServerError):
            asked(client)
        assert found(server) == ["gave-up-early"]


@pytest.mark.parametrize(
    ("fault", "max_retries", "calls", "pause", "names"),
    [
        ("rate_limit, retry-after: 5s, first: 4", 0, 5, 0.0, ["no-backoff", "retry-after-ignored"]),
        ("unauthorized", 0, 8, 0.0, ["pointless-retry"]),
        ("server_error", 2, 10, 0.0, ["no-backoff", "retry-storm"]),
        ("server_error", 0, 4, 0.5, []),
        ("rate_limit, retry-after: 5s", 0, 4, 5.0, []),
        ("server_error", 2, 2, 2.0, []),
    ],
)
def test_loops_around_it(serve, fault, max_retries, calls, pause, names):
    with serve(f"faults: [{{kind: {fault}}}]") as server, official(server, max_retries=max_retries) as client:
        for at in range(calls):
            with contextlib.suppress(openai.APIStatusError):
                asked(client)
            server.clock.advance(pause * 2**at)
        assert (found(server) if names else list(verdict(server).findings)) == names


def post(server: Understudy, times: int = 1, pause: float = 0.0, **body: Any) -> None:
    """A client without manners."""
    line = HTTPConnection("127.0.0.1", server.port)
    data = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "hello"}]} | body)
    for _ in range(times):
        line.request("POST", "/v1/chat/completions", data)
        line.getresponse().read()
        if pause:
            server.clock.advance(pause)
    line.close()


@pytest.mark.parametrize(
    ("fault", "times", "pause", "names"),
    [
        ("rate_limit, retry-after: 2s", 2, 0.5, ["retry-after-ignored"]),
        ("server_error", 4, 0.0, ["no-backoff"]),
        ("server_error", 12, 8.0, ["retry-storm"]),
        ("content_filter", 3, 1.0, ["pointless-retry"]),
        ("insufficient_quota", 3, 1.0, ["pointless-retry"]),
        ("unprocessable", 2, 1.0, ["pointless-retry"]),
    ],
)
def test_clients_without_manners(serve, fault, times, pause, names):
    with serve(f"faults: [{{kind: {fault}}}]") as server:
        post(server, times, pause)
        assert found(server) == names
