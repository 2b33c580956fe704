"""Foreign answers as replies."""

from __future__ import annotations

from understudy.importing.answers import arguments, of_document
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
    assert arguments(["x"]) == '["x"]'
    assert arguments(None) == {}
