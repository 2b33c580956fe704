"""What Mistral refuses: all that its parser finds in a body, and turns out of order."""

from __future__ import annotations

import pytest

PATH = "/mistral/v1/chat/completions"
USER = {"role": "user", "content": "hi"}
RESULT = {"role": "tool", "content": "5", "tool_call_id": "abcdefgh1"}


def called(identifier="abcdefgh1"):
    function = {"name": "f", "arguments": "{}"}
    return {"role": "assistant", "content": "", "tool_calls": [{"id": identifier, "type": "function", "function": function}]}


def talk(*messages, **fields):
    return {"model": "mistral-large-latest", "messages": list(messages), **fields}


def found_in(answer):
    """What the parser found: its kinds, and where."""
    assert answer.status == 422
    error = answer.json
    assert (error["object"], error["type"], error["param"], error["raw_status_code"]) == (
        "error",
        "invalid_request_error",
        None,
        422,
    )
    return [(finding["type"], finding["loc"]) for finding in error["message"]["detail"]]


def test_all_that_the_parser_finds_is_told(ask):
    body = talk({**USER, "name": "me"}, store=False, max_completion_tokens=5, temperature=3)
    assert found_in(ask(body, PATH)) == [
        ("extra_forbidden", ["body", "store"]),
        ("extra_forbidden", ["body", "max_completion_tokens"]),
        ("less_than_equal", ["body", "temperature"]),
        ("extra_forbidden", ["body", "messages", 0, "user", "name"]),
    ]


def test_a_finding_is_told_as_recorded(ask):
    answer = ask(talk(USER, max_completion_tokens=32000), PATH)
    finding = {"type": "extra_forbidden", "loc": ["body", "max_completion_tokens"], "msg": "Extra inputs are not permitted"}
    assert answer.json["message"] == {"detail": [{**finding, "input": 32000}]}
    assert answer.headers["mistral-correlation-id"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", [("missing", ["body"])]),
        (b"{", [("json_invalid", ["body", 1])]),
        (b"[]", [("model_attributes_type", ["body"])]),
        ({}, [("missing", ["body", "messages"]), ("missing", ["body", "model"])]),
        ({"model": "m", "messages": "hi"}, [("list_type", ["body", "messages"])]),
        (talk("hi"), [("model_attributes_type", ["body", "messages", 0])]),
        (talk({"content": "hi"}), [("union_tag_not_found", ["body", "messages", 0])]),
        (talk({"role": "developer", "content": "hi"}), [("union_tag_invalid", ["body", "messages", 0])]),
        (talk({"role": ["user"], "content": "hi"}), [("union_tag_invalid", ["body", "messages", 0])]),
        (talk({"role": "user"}), [("missing", ["body", "messages", 0, "user", "content"])]),
        (b'{"a": "\\ud800"}', [("json_invalid", ["body", 0])]),
        (b'["\\ud800"]', [("json_invalid", ["body", 0])]),
        (b'{"a": NaN}', [("json_invalid", ["body", 0])]),
        (b'{"a": "\xff"}', [("json_invalid", ["body", 0])]),
        (b'{"a": %b}' % (b"9" * 5000), [("json_invalid", ["body", 0])]),
        ({"model": "m", "messages": None}, [("list_type", ["body", "messages"])]),
        (talk(USER, max_tokens="5"), [("int_type", ["body", "max_tokens"])]),
        (talk(USER) | {"model": 5}, [("string_type", ["body", "model"])]),
        (talk(USER, stream="x"), [("bool_parsing", ["body", "stream"])]),
        (talk(USER, stream=[]), [("bool_type", ["body", "stream"])]),
        (talk(USER, stop=5), [("string_type", ["body", "stop", "str"]), ("list_type", ["body", "stop", "list[str]"])]),
        (talk(USER, tools="x"), [("list_type", ["body", "tools"])]),
        (talk(USER, top_p=-0.5), [("greater_than_equal", ["body", "top_p"])]),
        (
            talk(USER, {"role": "assistant", "content": "a", "reasoning_content": "b"}, USER),
            [("extra_forbidden", ["body", "messages", 1, "assistant", "reasoning_content"])],
        ),
    ],
)
def test_every_kind_of_finding_has_its_place(ask, body, found):
    assert found_in(ask(body, PATH)) == found


EMPTY = "Assistant message must have either content or tool_calls, but not none."
LAST = "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant"
COUNT = "Not the same number of function calls and responses"


@pytest.mark.parametrize(
    ("messages", "kind", "code", "message"),
    [
        ([], "order", "3230", "Conversation must have at least one message"),
        ([RESULT], "order", "3230", "Conversation must start with a user message or system message"),
        ([USER, {"role": "assistant", "content": "hi"}], "order", "3230", LAST),
        ([USER, RESULT], "order", "3230", "Unexpected role 'tool' after role 'user'"),
        ([called(), RESULT, {"role": "system", "content": "s"}], "order", "3230", "Unexpected role 'system' after role 'tool'"),
        ([USER, called(), RESULT, RESULT], "order", "3230", COUNT),
        ([USER, called(), USER], "order", "3230", COUNT),
        ([USER, {"role": "assistant", "content": ""}, USER], "assistant", "3240", EMPTY),
        (
            [USER, called("call_1"), {**RESULT, "tool_call_id": "call_1"}],
            "call",
            "3280",
            "Tool call id was call_1 but must be a-z, A-Z, 0-9, with a length of 9.",
        ),
    ],
)
def test_turns_out_of_order_are_refused(ask, messages, kind, code, message):
    kinds = {
        "order": "invalid_request_message_order",
        "assistant": "invalid_request_assistant_message",
        "call": "invalid_function_call",
    }
    answer = ask(talk(*messages), PATH)
    told = {"object": "error", "message": message, "type": kinds[kind], "param": None, "code": code, "raw_status_code": 400}
    assert (answer.status, answer.json) == (400, told)


@pytest.mark.parametrize(
    "messages",
    [
        [USER, called(), RESULT],
        [USER, called(), RESULT, USER],
        [USER, {"role": "assistant", "content": "once upon", "prefix": True}],
        [{"role": "system", "content": "s"}, USER, {"role": "assistant", "content": "a"}, USER, USER],
    ],
)
def test_turns_in_order_are_answered(ask, messages):
    assert ask(talk(*messages), PATH).status == 200


@pytest.mark.parametrize("stream", [None, False, 0, "no", "False"])
def test_what_counts_as_a_boolean_is_one(ask, stream):
    assert ask(talk(USER, stream=stream, stop=None, tools=None), PATH).json["object"] == "chat.completion"


def test_lenient_reading_takes_them_all(ask, engine):
    body = talk({**USER, "name": "me"}, {"role": "assistant"}, RESULT, store=False, temperature="hot")
    assert ask(body, PATH, to=engine(validation="lenient")).status == 200


def test_an_embedding_is_parsed_too(ask):
    path = "/mistral/v1/embeddings"
    strange = ("extra_forbidden", ["body", "EmbeddingRequest", "user"])
    assert found_in(ask({"model": "mistral-embed", "input": "a", "user": "me"}, path)) == [strange]
    assert found_in(ask({"model": "mistral-embed"}, path)) == [("missing", ["body", "input"])]
    assert found_in(ask({"model": "mistral-embed", "input": 1}, path))[0] == ("string_type", ["body", "input", "str"])
