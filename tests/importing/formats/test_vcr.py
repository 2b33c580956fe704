"""Cassettes, imported and asked."""

from __future__ import annotations

import base64
import gzip
import json
import sys
import zlib

import pytest
import yaml

from understudy.importing.formats import FormatError
from understudy.importing.formats.vcr import READER

KEY = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyzABCD"
ASKED = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "capital of Norway?"}]}
ANSWER = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "model": "gpt-4o-mini",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Oslo."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 11, "completion_tokens": 2, "total_tokens": 13},
}
STREAM = "".join(
    f"data: {json.dumps({'choices': [{'index': 0, 'delta': delta, 'finish_reason': reason}]})}\n\n"
    for delta, reason in [({"role": "assistant"}, None), ({"content": "Os"}, None), ({"content": "lo."}, None), ({}, "stop")]
)
DONE = "data: [DONE]\n\n"


def interaction(asked=ASKED, said=None, *, uri="https://api.openai.com/v1/chat/completions", code=200, **heads):
    return {
        "request": {
            "method": "POST",
            "uri": uri,
            "body": asked if isinstance(asked, str | bytes) else json.dumps(asked),
            "headers": {"authorization": [f"Bearer {KEY}"], "content-type": ["application/json"]},
        },
        "response": {
            "status": {"code": code, "message": "x"},
            "headers": {"Content-Type": ["application/json"], **{name: [value] for name, value in heads.items()}},
            "body": {"string": json.dumps(ANSWER) if said is None else said},
        },
    }


@pytest.fixture
def cassette(bring):
    return lambda *found, **more: bring("tape.yaml", yaml.safe_dump({"interactions": list(found), "version": 1, **more}))


def test_an_answer_is_replayed(cassette):
    found = cassette(interaction())
    assert found.rules[0]["when"] == {"user": "capital of Norway?"}
    answer = found.ask("capital of Norway?").json
    assert answer["choices"][0]["message"]["content"] == "Oslo."
    assert answer["usage"]["prompt_tokens"] == 11
    assert found.say("capital of Sweden?") == 404
    assert KEY not in found.text
    assert "timing" not in found.text


@pytest.mark.parametrize(("how", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compressed_bytes_are_unpacked(cassette, how, pack):
    found = cassette(interaction(said=pack(json.dumps(ANSWER).encode()), **{"Content-Encoding": how}))
    assert "!!binary" in yaml.safe_dump({"a": b"\xff"})
    assert found.say("capital of Norway?") == "Oslo."


def test_a_stream_keeps_its_events(cassette):
    found = cassette(interaction({**ASKED, "stream": True}, STREAM + DONE, **{"Content-Type": "text/event-stream"}))
    streamed = found.ask("capital of Norway?", stream=True)
    texts = [c["choices"][0]["delta"].get("content") for c in streamed.chunks]
    assert [text for text in texts if text] == ["Os", "lo."]


def test_a_stream_that_was_cut_stays_so(cassette):
    cut = STREAM[: STREAM.index("lo.")].rpartition("data:")[0]
    found = cassette(interaction({**ASKED, "stream": True}, cut, **{"Content-Type": "text/event-stream"}))
    assert found.rules[0]["reply"] == {"text": "Os [...]", "fault": {"kind": "early-end", "at": {"token": 2}}}
    assert b"Os" in (streamed := found.ask("capital of Norway?", stream=True).body)
    assert not any(sign in streamed for sign in (b"[...]", b'"stop"', b"[DONE]"))


def test_equal_requests_are_a_sequence_and_turns_are_told_apart(cassette):
    other = json.loads(json.dumps(ANSWER).replace("Oslo.", "Bergen."))
    later = {
        **ASKED,
        "messages": [*ASKED["messages"], {"role": "assistant", "content": "Oslo."}, {"role": "user", "content": "Sure?"}],
    }
    sure = json.dumps(ANSWER).replace("Oslo.", "Yes.")
    found = cassette(interaction(), interaction(said=json.dumps(other)), interaction(later, sure))
    assert [found.say("capital of Norway?") for _ in range(2)] == ["Oslo.", "Bergen."]
    assert found.say(later["messages"]) == "Yes."
    assert len(found.rules) == 2


def test_errors_keep_their_words(cassette):
    error = json.dumps({"error": {"message": "Slow down.", "type": "requests", "param": None, "code": "rate_limit_exceeded"}})
    refused = cassette(interaction(said=error, code=429, **{"Retry-After": "4"})).ask("capital of Norway?")
    assert (refused.status, refused.json["error"]["message"], refused.headers["retry-after"]) == (429, "Slow down.", "4")


def test_other_providers_by_their_path(cassette):
    message = {"type": "message", "role": "assistant", "content": [{"type": "text", "text": "Oslo"}], "stop_reason": "end_turn"}
    asked = {**ASKED, "model": "claude-sonnet-4-5", "max_tokens": 9}
    found = cassette(
        interaction(asked, json.dumps(message), uri="https://api.anthropic.com/v1/messages"),
        interaction({**ASKED, "model": "far"}, uri="https://gateway.example/tenant/a/v1/chat/completions?x=1"),
    )
    answer = found.send(asked, "/v1/messages", headers={"anthropic-version": "2023-06-01"})
    assert answer.json["content"][0]["text"] == "Oslo"
    assert found.say("capital of Norway?", model="far") == "Oslo."


def test_bodies_that_were_parsed_and_those_in_base64(bring):
    parsed = {
        "request": {"method": "POST", "uri": "https://api.openai.com/v1/chat/completions", "headers": {}, "parsed_body": ASKED},
        "response": {"status": {"code": 200}, "headers": {}, "parsed_body": ANSWER},
    }
    assert bring("a.yaml", yaml.safe_dump({"interactions": [parsed]})).say("capital of Norway?") == "Oslo."
    ruby = {
        "request": {
            "method": "post",
            "uri": "https://api.openai.com/v1/chat/completions",
            "body": {"encoding": "UTF-8", "string": json.dumps(ASKED)},
            "headers": {},
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Content-Encoding": ["gzip"]},
            "body": {
                "encoding": "utf-8",
                "base64_string": base64.b64encode(gzip.compress(json.dumps(ANSWER).encode())).decode(),
            },
        },
    }
    assert bring("b.json", json.dumps({"http_interactions": [ruby]})).say("capital of Norway?") == "Oslo."


def test_what_no_rule_can_answer_is_named_with_its_line(cassette, monkeypatch):
    monkeypatch.setitem(sys.modules, "brotli", None)
    models = interaction("", uri="https://api.openai.com/v1/models")
    models["request"]["method"] = "GET"
    found = cassette(models, interaction(said=b"\x01\x02", **{"Content-Encoding": "br"}), {"request": {}}, interaction())
    assert found.warned[0].endswith("GET /v1/models: no rule can answer it. It is left out.")
    assert "content-encoding 'br' needs the package brotli, which is not installed." in found.warned[1]
    assert "interaction: expected another form" in found.warned[2]
    assert [int(line.split(":")[1]) for line in found.warned] == sorted(int(line.split(":")[1]) for line in found.warned)
    assert len({line.split(":")[1] for line in found.warned}) == 3
    assert len(found.rules) == 1


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("x.yaml", "interactions: [\n", "expected YAML"),
        ("x.yaml", "a: 1", "expected a mapping with 'interactions'"),
        ("x.yaml", "interactions: !!python/object:os.system {}\n", "expected YAML"),
        ("x.json", "{}", "expected an object with 'interactions'"),
        ("x.json", "{", "not JSON"),
    ],
)
def test_other_files_are_refused(source, name, text, said):
    with pytest.raises(FormatError, match=said):
        READER.read(source(name, text), None)
