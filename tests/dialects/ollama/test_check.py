"""Bodies that do not fit, in the words of Go's decoder; measured with the server's types of August 2026 and Go 1.26."""

from __future__ import annotations

import pytest

CHAT = "json: cannot unmarshal {} into Go struct field ChatRequest.{} of type {}"
THINK = '"high", "medium", "low", "max", true, or false'
ORDERED = "Value looks like object, but can't find closing '}' symbol"


def said(**message):
    return {"messages": [{"role": "user", **message}]}


def called(**function):
    return said(tool_calls=[{"function": function}])


def offered(**function):
    return {"tools": [{"type": "function", "function": function}]}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"model": 5}, CHAT.format("number", "model", "string")),
        ({"messages": "x"}, CHAT.format("string", "messages", "[]api.Message")),
        ({"messages": {"a": 1}}, CHAT.format("object", "messages", "[]api.Message")),
        ({"messages": [5]}, CHAT.format("number", "messages", "api.Alias")),
        (said(content=5), CHAT.format("number", "messages.content", "string")),
        (said(content=[{"type": "text", "text": "x"}]), CHAT.format("array", "messages.content", "string")),
        (said(content=True), CHAT.format("bool", "messages.content", "string")),
        (said(images="x"), CHAT.format("string", "messages.images", "[]api.ImageData")),
        (said(tool_calls="x"), CHAT.format("string", "messages.tool_calls", "[]api.ToolCall")),
        (called(name=5), CHAT.format("number", "messages.tool_calls.function.name", "string")),
        (called(index=1.5), CHAT.format("number 1.5", "messages.tool_calls.function.index", "int")),
        (called(name="f", arguments='{"a": 1}'), ORDERED),
        (called(name="f", arguments=[]), ORDERED),
        ({"options": "x"}, CHAT.format("string", "options", "map[string]interface {}")),
        ({"stream": "x"}, CHAT.format("string", "stream", "bool")),
        ({"tools": "x"}, CHAT.format("string", "tools", "api.Tools")),
        ({"tools": [5]}, CHAT.format("number", "tools", "api.Tool")),
        (offered(name=5), "json: cannot unmarshal number into Go struct field ToolFunction.tools.function.name of type string"),
        (
            offered(parameters={"required": [1]}),
            (
                "json: cannot unmarshal number into Go struct field ToolFunctionParameters.tools.function.parameters.required "
                "of type string"
            ),
        ),
        (offered(parameters={"properties": []}), ORDERED),
        (
            offered(parameters={"properties": {"a": {"type": 5}}}),
            (
                "json: cannot unmarshal number into Go struct field ToolFunctionParameters.tools.function.parameters.properties"
                ".type of type []string"
            ),
        ),
        ({"top_logprobs": 1.5}, CHAT.format("number 1.5", "top_logprobs", "int")),
        ({"think": "bogus"}, f'invalid think value: "bogus" (must be {THINK})'),
        ({"think": 5}, f"think must be a boolean or string ({THINK})"),
    ],
)
def test_a_value_of_another_type_is_refused(ask, fields, message):
    answer = ask({"model": "llama3.2", **fields}, "/api/chat")
    assert (answer.status, answer.json) == (400, {"error": message})


@pytest.mark.parametrize(
    ("path", "fields", "message"),
    [
        ("generate", {"prompt": ["a"]}, "array into Go struct field GenerateRequest.prompt of type string"),
        ("generate", {"context": [1.5]}, "number 1.5 into Go struct field GenerateRequest.context of type int"),
        ("embed", {"dimensions": "x"}, "string into Go struct field EmbedRequest.dimensions of type int"),
        ("embeddings", {"prompt": 5}, "number into Go struct field EmbeddingRequest.prompt of type string"),
    ],
)
def test_each_request_has_its_own_fields(ask, path, fields, message):
    assert ask({"model": "llama3.2", **fields}, f"/api/{path}").json == {"error": f"json: cannot unmarshal {message}"}


def test_a_body_is_an_object(ask):
    assert ask(b"[1]", "/api/chat").json == {"error": "json: cannot unmarshal array into Go value of type api.ChatRequest"}
    assert ask(b"null", "/api/chat").json == {"error": "model is required"}


def test_the_first_that_does_not_fit_is_told_unless_a_type_reads_itself(ask):
    told = [ask({"stream": "x", "model": 5, **more}, "/api/chat").json["error"] for more in ({}, said(content=5))]
    assert told == [CHAT.format("string", "stream", "bool"), CHAT.format("number", "messages.content", "string")]


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": [None], "options": None, "stream": None, "tools": None, "think": None, "top_logprobs": None},
        {**said(content=None, images=["aGk="]), "think": "max"},
        called(name="f", arguments=None),
        offered(name="f", parameters={"type": "object", "properties": {"a": {"type": ["string", "null"], "x": 1}}}),
        {"unknown": 5},
    ],
)
def test_what_fits_is_answered(ask, fields):
    assert ask({"model": "llama3.2", **fields}, "/api/chat").status == 200


def test_leniently_nothing_must_fit(ask, engine):
    body = {"model": "llama3.2", "messages": "x", "stream": "x", "think": "bogus", "options": 5}
    assert ask(body, "/api/chat", to=engine(validation="lenient")).status == 200
