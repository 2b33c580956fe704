"""Logs of requests and answers, imported and asked."""

from __future__ import annotations

import json

import pytest

from understudy.importing.answers import KEPT
from understudy.importing.formats import FormatError
from understudy.importing.formats.jsonl import READER
from understudy.recorder.losses import told


def chat(text, **more):
    return {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}], **more}


def completion(text):
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}]}


@pytest.fixture
def log(bring):
    return lambda *rows: bring("log.jsonl", "".join(json.dumps(row) + "\n" for row in rows))


def test_bodies_with_an_address_and_fields(log):
    found = log(
        {
            "request": {
                "method": "POST",
                "url": "https://api.openai.com/v1/chat/completions",
                "headers": {},
                "body": chat("a"),
            },
            "response": {"status": 200, "headers": {}, "body": completion("A")},
            "duration_ms": 120,
        },
        {
            "request": {"path": "/v1/messages", "body": json.dumps({**chat("b"), "max_tokens": 5})},
            "response": {
                "status_code": 529,
                "body": {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}},
            },
        },
    )
    answer = found.ask("a")
    assert answer.json["choices"][0]["message"]["content"] == "A"
    assert [step for step in answer.steps if isinstance(step, float)] == [0.12]
    refused = found.send({**chat("b"), "max_tokens": 5}, "/v1/messages", headers={"anthropic-version": "2023-06-01"})
    assert (refused.status, refused.json["error"]["message"]) == (529, "Busy")


def test_bare_bodies(log):
    found = log(
        {"request": chat("a"), "response": completion("A")},
        {"request": {"model": "text-embedding-3-small", "input": "v"}, "response": {"data": [{"embedding": [1, 0]}]}},
        {
            "request": {"model": "gpt-4o", "input": "r"},
            "response": {
                "id": "resp_1",
                "status": "completed",
                "output": [{"type": "message", "id": "m", "content": [{"type": "output_text", "text": "R"}]}],
            },
        },
        {"request": {"contents": [{"role": "user", "parts": [{"text": "g"}]}]}, "response": "G"},
    )
    assert found.say("a") == "A"
    vector = found.send({"model": "text-embedding-3-small", "input": "v"}, "/v1/embeddings").json["data"][0]["embedding"]
    assert vector == [1, 0]
    assert found.send({"model": "gpt-4o", "input": "r"}, "/v1/responses").json["output"][0]["content"][0]["text"] == "R"
    body = {"contents": [{"role": "user", "parts": [{"text": "g"}]}]}
    answer = found.send(body, "/v1beta/models/gemini-2.0-flash:generateContent").json
    assert answer["candidates"][0]["content"]["parts"][0]["text"] == "G"


def test_texts_and_conversations(log):
    found = log(
        {"messages": chat("a")["messages"], "model": "gpt-4o-mini", "response": "A"},
        {"messages": [*chat("b")["messages"], {"role": "assistant", "content": "B"}]},
        {"prompt": "c", "model": "gpt-3.5-turbo-instruct", "completion": "C"},
    )
    assert [found.say("a"), found.say("b")] == ["A", "B"]
    assert found.send({"prompt": "c", "model": "gpt-3.5-turbo-instruct"}, "/v1/completions").json["choices"][0]["text"] == "C"


def test_streams_as_text_and_as_events(log):
    events = [{"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]} for text in ("Fr", "iday")]
    text = "".join(
        f"data: {json.dumps(event)}\n\n" for event in [*events, {"choices": [{"index": 0, "finish_reason": "stop"}]}]
    )
    found = log(
        {"request": chat("a", stream=True), "response": f"{text}data: [DONE]\n\n"},
        {"request": chat("b", stream=True), "response": events},
    )
    for user in "ab":
        assert found.ask(user, stream=True).text() == "Friday"
        assert found.say(user) == "Friday"
    ends = [found.ask(user, stream=True).chunks[-1]["choices"][0]["finish_reason"] for user in "ab"]
    assert ends == ["stop", None], "what the log does not tell did not come"


def test_the_files_of_a_batch_belong_together(bring):
    asked = [{"custom_id": n, "method": "POST", "url": "/v1/chat/completions", "body": chat(n)} for n in ("x", "y", "z")]
    answered = [{"custom_id": n, "response": {"status_code": 200, "body": completion(n * 2)}} for n in ("y", "x")]
    files = {
        name: "".join(json.dumps(row) + "\n" for row in rows) for name, rows in (("in.jsonl", asked), ("out.jsonl", answered))
    }
    found = bring(files)
    assert [found.say("x"), found.say("y")] == ["xx", "yy"]
    assert found.warned == ["in.jsonl:3: custom_id 'z': expected a request and its answer, got one of them. It is left out."]


def test_lines_that_say_too_little_are_named(log):
    found = log(
        {"request": chat("a"), "response": completion("A")},
        {"request": chat("b")},
        {"request": {"url": "https://example.com/other", "body": {"a": 1}}, "response": {}},
        {"request": {"body": "text"}, "response": "x"},
    )
    assert [line.split(":")[1] for line in found.warned] == ["2", "3", "4"]
    assert len(found.rules) == 1


def test_a_line_that_is_no_request_costs_only_itself(source, log):
    assert READER.recognises(source("x.jsonl", '{"messages": []}\n{"foo": 1}\n'))
    assert READER.recognises(source("x.jsonl", '{"foo": 1}\n{"messages": []}\n'))
    assert not READER.recognises(source("x.jsonl", '{"foo": 1}\n{"bar": 1}\n'))
    found = log({"request": chat("a"), "response": completion("A")}, {"foo": 1})
    assert len(found.rules) == 1


def test_a_broken_line_costs_only_itself_and_is_named(bring):
    good = json.dumps({"request": chat("a"), "response": completion("A")})
    found = bring("log.jsonl", f'{{"request": {{"model": \n{good}\n\n[1]\n')
    assert found.say("a") == "A"
    assert found.warned == [
        "log.jsonl:1: expected a JSON object, got something else: expecting value at column 23. The line is left out.",
        "log.jsonl:4: expected a JSON object, got something else: a list. The line is left out.",
    ]


def test_a_log_of_no_object_is_refused_with_its_first_line(source):
    with pytest.raises(
        FormatError, match=r"x\.jsonl:2: expected JSON objects, one a line, got something else: expecting value"
    ):
        READER.read(source("x.jsonl", "\nno\n"), None)
    with pytest.raises(FormatError, match=r"x2\.jsonl:1: .* nothing"):
        READER.read(source("x2.jsonl", "\n"), None)


def test_other_files_are_refused(source):
    with pytest.raises(FormatError, match="one a line"):
        READER.read(source("x.jsonl", "hello"), None)
    assert not READER.recognises(source("y.yaml", 'text: |\n{"messages": []}\n'))


def test_what_no_reply_can_say_is_told_once_for_each_kind(bring):
    def line(user, **more):
        answer = {"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}], "usage": {"cost": 0.1}, **more}
        return json.dumps({"request": {"model": "m", "messages": [{"role": "user", "content": user}]}, "response": answer})

    got = bring("log.jsonl", "\n".join([line("a", model="m"), line("b", model="m-2026"), line("c", model="m-2026")]))
    assert got.warned == [f"log.jsonl:1: {told('usage.cost')}", f"log.jsonl:2: {told('model')}"]


def test_what_is_kept_byte_by_byte_does_not_answer_streams(bring):
    choices = [{"index": at, "message": {"content": f"a{at}"}, "finish_reason": "stop"} for at in (0, 1)]
    asked = {"model": "m", "messages": [{"role": "user", "content": "two"}], "n": 2}
    got = bring("log.jsonl", json.dumps({"request": asked, "response": {"choices": choices}}))
    assert got.say("two", n=2) == "a0"
    assert got.ask("two", n=2, stream=True).status == 404
    assert got.warned == [f"log.jsonl:1: {KEPT}"]
