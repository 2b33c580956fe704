"""Foreign answers as replies."""

from __future__ import annotations

import pytest

from understudy.importing.answers import arguments, in_one_mode, of_document
from understudy.model.call import Call


def test_a_completion_is_said_without_times():
    assert of_document({"choices": [{"message": {"content": "x"}, "finish_reason": "length"}]}) == {
        "text": "x",
        "finish": "length",
    }


def test_what_no_reply_can_say_is_kept_byte_by_byte():
    assert of_document({"odd": 1}) == {
        "raw": {"headers": {"content-type": "application/json"}, "chunks": [{"data": '{"odd":1}'}]}
    }


def test_vectors_and_errors():
    assert of_document({"data": [{"embedding": [1, 2]}]}, Call("embedding", "openai")) == {"embedding": [1, 2]}
    assert of_document({"error": {"message": "m"}}, status=503) == {"error": {"status": 503, "message": "m"}}


def test_arguments_are_a_mapping_where_that_is_sent_as_the_same_bytes():
    assert arguments('{"a":1}') == {"a": 1}
    assert arguments('{"a": 1}') == '{"a": 1}'
    assert arguments("broken {") == "broken {"
    assert arguments('{"a":"\ud800"}') == '{"a":"\ud800"}'
    assert arguments(["x"]) == '["x"]'
    assert arguments(None) == {}


def test_what_no_reply_can_say_is_told():
    told = []
    document = {"id": "x", "model": "m", "provider": "p", "choices": [{"message": {"content": "x"}, "finish_reason": "stop"}]}
    assert of_document(document, Call("chat", "openai", "m"), tell=told.append) == {"text": "x"}
    assert told == ["provider"]


DOCUMENT = {"raw": {"headers": {"content-type": "application/json"}, "chunks": [{"data": "{}"}]}}


@pytest.mark.parametrize("operation", [{}, {"operation": "chat"}, {"operation": {"equals": ["image", "completion"]}}])
def test_a_document_is_for_requests_that_are_not_streamed(operation):
    found = in_one_mode({"name": "n", "when": operation, "replies": ["a", DOCUMENT]})
    assert found == {"name": "n", "when": {**operation, "stream": False}, "replies": ["a", DOCUMENT]}


@pytest.mark.parametrize(
    "rule",
    [
        {"reply": "a"},
        {"when": {"stream": True}, "reply": DOCUMENT},
        {"when": {"operation": "image"}, "reply": DOCUMENT},
        {"reply": {"raw": {**DOCUMENT["raw"], "status": 500}}},
        {"reply": {"raw": {"headers": {"content-type": "text/plain"}}}},
    ],
)
def test_other_rules_are_for_both(rule):
    assert in_one_mode(rule) is rule
