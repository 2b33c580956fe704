"""What the API refuses, in its own words (wire.md A.1 and A.2)."""

from __future__ import annotations

import pytest

from understudy.dialects._openai.check import got, listed

USER = {"role": "user", "content": "hi"}
TOOL = {"type": "function", "function": {"name": "f"}}
CUSTOM = {
    "type": "custom",
    "custom": {"name": "c", "format": {"type": "grammar", "grammar": {"syntax": "regex", "definition": "a"}}},
}
ASKS = {
    "role": "assistant",
    "content": None,
    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
}
MALFORMED = "We could not parse the JSON body of your request."


def missing(path):
    return f"Missing required parameter: '{path}'.", path, "missing_required_parameter"


def wrong(path, expected, what):
    return f"Invalid type for '{path}': expected {expected}, but got {what} instead.", path, "invalid_type"


def value(path, shown, choices):
    return f"Invalid value: '{shown}'. Supported values are: {choices}.", path, "invalid_value"


def below(path, low, shown, kind="integer"):
    message = f"Invalid '{path}': {kind} below minimum value. Expected a value >= {low}, but got {shown} instead."
    return message, path, f"{kind}_below_min_value"


def above(path, high, shown, kind="integer"):
    message = f"Invalid '{path}': {kind} above maximum value. Expected a value <= {high}, but got {shown} instead."
    return message, path, f"{kind}_above_max_value"


def empty(path):
    message = f"Invalid '{path}': empty array. Expected an array with minimum length 1, but got an empty array instead."
    return message, path, "empty_array"


ROLES = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'"
NULL_CONTENT = "Invalid value for 'content': expected a string, got null."

CHAT = {
    "messages absent": ({"messages": ...}, missing("messages")),
    "messages null": ({"messages": None}, missing("messages")),
    "messages empty": ({"messages": []}, empty("messages")),
    "messages text": ({"messages": "x"}, wrong("messages", "an array of objects", "a string")),
    "messages number inside": ({"messages": [7]}, wrong("messages[0]", "an object", "an integer")),
    "role absent": ({"messages": [{"content": "x"}]}, missing("messages[0].role")),
    "role unknown": ({"messages": [{"role": "boss", "content": "x"}]}, value("messages[0].role", "boss", ROLES)),
    "content number": (
        {"messages": [{"role": "user", "content": 7}]},
        wrong("messages[0].content", "one of a string or array of objects", "an integer"),
    ),
    "content absent": ({"messages": [{"role": "user"}]}, (NULL_CONTENT, "messages.[0].content", None)),
    "content null": ({"messages": [USER, {"role": "system", "content": None}]}, (NULL_CONTENT, "messages.[1].content", None)),
    "content null of an assistant": (
        {"messages": [USER, {"role": "assistant", "content": None}]},
        (NULL_CONTENT, "messages.[1].content", None),
    ),
    "content absent of a developer": ({"messages": [USER, {"role": "developer"}]}, missing("messages[1].content")),
    "content part without type": (
        {"messages": [{"role": "user", "content": [{"text": "x"}]}]},
        missing("messages[0].content[0].type"),
    ),
    "text part without text": (
        {"messages": [{"role": "user", "content": [{"type": "text"}]}]},
        missing("messages[0].content[0].text"),
    ),
    "content part number": (
        {"messages": [{"role": "user", "content": [7]}]},
        wrong("messages[0].content[0]", "an object", "an integer"),
    ),
    "tool_calls empty": (
        {"messages": [USER, {"role": "assistant", "content": None, "tool_calls": []}]},
        empty("messages[1].tool_calls"),
    ),
    "tool_calls empty beside a text": (
        {"messages": [USER, {"role": "assistant", "content": "x", "tool_calls": []}]},
        empty("messages[1].tool_calls"),
    ),
    "n 0": ({"n": 0}, below("n", 1, 0)),
    "n 129": ({"n": 129}, above("n", 128, 129)),
    "n text": ({"n": "2"}, wrong("n", "an integer", "a string")),
    "n boolean": ({"n": True}, wrong("n", "an integer", "a boolean")),
    "max_completion_tokens 0": ({"max_completion_tokens": 0}, below("max_completion_tokens", 1, 0)),
    "max_tokens 0": ({"max_tokens": 0}, below("max_tokens", 1, 0)),
    "max_tokens decimal": ({"max_tokens": 1.5}, wrong("max_tokens", "an integer", "a decimal number")),
    "temperature -1": ({"temperature": -1}, below("temperature", 0, -1, "decimal")),
    "temperature 3": ({"temperature": 3}, above("temperature", 2, 3, "decimal")),
    "temperature text": ({"temperature": "1"}, wrong("temperature", "a decimal", "a string")),
    "top_p 1.1": ({"top_p": 1.1}, above("top_p", 1, 1.1, "decimal")),
    "presence_penalty -2.5": ({"presence_penalty": -2.5}, below("presence_penalty", -2, -2.5, "decimal")),
    "frequency_penalty 3": ({"frequency_penalty": 3}, above("frequency_penalty", 2, 3, "decimal")),
    "logprobs text": ({"logprobs": "yes"}, wrong("logprobs", "a boolean", "a string")),
    "top_logprobs -1": ({"logprobs": True, "top_logprobs": -1}, below("top_logprobs", 0, -1)),
    "top_logprobs 21": ({"logprobs": True, "top_logprobs": 21}, above("top_logprobs", 20, 21)),
    "top_logprobs without logprobs": (
        {"top_logprobs": 2},
        ("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.", "top_logprobs", None),
    ),
    "user number": ({"user": 7}, wrong("user", "a string", "an integer")),
    "seed text": ({"seed": "x"}, wrong("seed", "an integer", "a string")),
    "service_tier number": (
        {"service_tier": 7},
        wrong("service_tier", "one of 'auto', 'default', 'fast', 'flex', or 'priority'", "an integer"),
    ),
    "service_tier unknown": (
        {"service_tier": "bogus"},
        value("service_tier", "bogus", "'auto', 'default', 'fast', 'flex', and 'priority'"),
    ),
    "verbosity unknown": ({"verbosity": "bogus"}, value("verbosity", "bogus", "'low', 'medium', and 'high'")),
    "metadata text": ({"metadata": "x"}, wrong("metadata", "a metadata object", "a string")),
    "reasoning_effort number": ({"reasoning_effort": 7}, wrong("reasoning_effort", "a string", "an integer")),
    "response_format text": ({"response_format": "json"}, wrong("response_format", "an object", "a string")),
    "response_format without type": ({"response_format": {}}, missing("response_format.type")),
    "response_format unknown": (
        {"response_format": {"type": "bogus"}},
        value("response_format.type", "bogus", "'json_object', 'json_schema', and 'text'"),
    ),
    "json_schema absent": ({"response_format": {"type": "json_schema"}}, missing("response_format.json_schema")),
    "json_schema without name": (
        {"response_format": {"type": "json_schema", "json_schema": {}}},
        missing("response_format.json_schema.name"),
    ),
    "tools text": ({"tools": "x"}, wrong("tools", "an array of objects", "a string")),
    "tool without type": ({"tools": [{}]}, missing("tools[0].type")),
    "tool of unknown type": ({"tools": [{"type": "x"}]}, value("tools[0].type", "x", "'function' and 'custom'")),
    "tool without function": ({"tools": [{"type": "function"}]}, missing("tools[0].function")),
    "tool without name": ({"tools": [{"type": "function", "function": {}}]}, missing("tools[0].function.name")),
    "tool with an empty name": (
        {"tools": [{"type": "function", "function": {"name": ""}}]},
        (
            (
                "Invalid 'tools[0].function.name': empty string. Expected a string with minimum length 1, but got an empty "
                "string instead."
            ),
            "tools[0].function.name",
            "empty_string",
        ),
    ),
    "tool_choice unknown": (
        {"tools": [TOOL], "tool_choice": "bogus"},
        value("tool_choice", "bogus", "'none', 'auto', and 'required'"),
    ),
    "tool_choice number": (
        {"tools": [TOOL], "tool_choice": 7},
        wrong("tool_choice", "one of one of 'none', 'auto', or 'required' or object", "an integer"),
    ),
    "tool_choice without function": ({"tools": [TOOL], "tool_choice": {"type": "function"}}, missing("tool_choice.function")),
    "tool_choice without name": (
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {}}},
        missing("tool_choice.function.name"),
    ),
    "tool_choice not offered": (
        {"tools": [TOOL], "tool_choice": {"type": "function", "function": {"name": "x"}}},
        (
            "Invalid value for 'function_call': no function named 'x' was specified in the 'functions' parameter.",
            "function_call",
            None,
        ),
    ),
    "metadata 17 pairs": (
        {"metadata": {f"k{i}": "v" for i in range(17)}},
        (
            (
                "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object "
                "with 17 properties instead."
            ),
            "metadata",
            "object_above_max_properties",
        ),
    ),
    "metadata long value": (
        {"metadata": {"k": "v" * 600}},
        (
            (
                "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, but got a string with "
                "length 600 instead."
            ),
            "metadata.k",
            "string_above_max_length",
        ),
    ),
    "metadata long key": (
        {"metadata": {"k" * 70: "v"}},
        (
            (
                "Invalid property name in 'metadata': 'kkk...kkk' is too long. Expected a string with maximum length 64, but "
                "got a string with length 70 instead."
            ),
            "metadata." + "k" * 70,
            "property_name_above_max_length",
        ),
    ),
    "metadata number": ({"metadata": {"k": 7}}, wrong("metadata.k", "a string", "an integer")),
    "stream text": ({"stream": "yes"}, wrong("stream", "a boolean", "a string")),
    "stream_options text": ({"stream": True, "stream_options": "x"}, wrong("stream_options", "an object", "a string")),
    "include_usage text": (
        {"stream": True, "stream_options": {"include_usage": "x"}},
        wrong("stream_options.include_usage", "a boolean", "a string"),
    ),
    "stream_options without stream": (
        {"stream_options": {"include_usage": True}},
        ("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options", None),
    ),
    "stop of five": (
        {"stop": list("abcde")},
        (
            "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 5 instead.",
            "stop",
            "array_above_max_length",
        ),
    ),
    "store text": ({"store": "x"}, wrong("store", "a boolean", "a string")),
    "logit_bias text": ({"logit_bias": "x"}, wrong("logit_bias", "an object", "a string")),
    "parallel_tool_calls text": ({"parallel_tool_calls": "x"}, wrong("parallel_tool_calls", "a boolean", "a string")),
}


@pytest.mark.parametrize(("fields", "expected"), CHAT.values(), ids=CHAT)
def test_a_chat_request_is_refused_in_the_words_of_the_api(ask, chat, fields, expected):
    body = {name: field for name, field in {**chat(), **fields}.items() if field is not ...}
    answer = ask(body)
    assert answer.status == 400
    assert answer.error == expected
    assert answer.json["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("model", [{}, {"model": None}, {"model": ""}], ids=["absent", "null", "empty"])
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions", "/v1/embeddings"])
def test_a_request_without_a_model(ask, model, path):
    answer = ask({**model, "messages": [USER], "prompt": "x", "input": "x"}, path)
    assert answer.status == 400
    assert answer.error == ("you must provide a model parameter", None, None)


def test_a_model_that_is_no_text(ask, chat):
    answer = ask(chat(model=7))
    assert answer.status == 400
    assert answer.error[0].startswith(MALFORMED)
    assert answer.error[1:] == (None, None)


ORDER = {
    "model before messages": ({"messages": []}, "you must provide a model parameter"),
    "messages before tools": ({"model": "m", "messages": [], "tools": "x"}, "Invalid 'messages'"),
    "tools before n": ({"model": "m", "messages": [USER], "n": 0, "tools": "x"}, "Invalid type for 'tools'"),
    "n before temperature": ({"model": "m", "messages": [USER], "temperature": 9, "n": 0}, "Invalid 'n'"),
    "max_completion_tokens before max_tokens": (
        {"model": "m", "messages": [USER], "max_tokens": 0, "max_completion_tokens": 0},
        "Invalid 'max_completion_tokens'",
    ),
    "content last": ({"model": "m", "messages": [{"role": "user"}], "store": "x"}, "Invalid type for 'store'"),
}


@pytest.mark.parametrize(("body", "start"), ORDER.values(), ids=ORDER)
def test_of_two_faults_the_one_is_told_that_the_api_tells(ask, body, start):
    assert ask(body).error[0].startswith(start)


GOOD = [
    {"n": 1},
    {"n": 128},
    {"max_tokens": 1},
    {"max_completion_tokens": 1},
    {"logprobs": True, "top_logprobs": 0},
    {"logprobs": True, "top_logprobs": 20},
    {"store": True, "metadata": {f"{i:064}": "v" * 512 for i in range(16)}},
    {"presence_penalty": -2, "frequency_penalty": 2},
    {"temperature": 0, "top_p": 1},
    {"temperature": None, "stop": None, "tools": None, "stream_options": None, "response_format": None, "metadata": None},
    {"stop": ["a", "b", "c", "d"]},
    {"stop": []},
    {"messages": [{"role": "user", "content": ""}]},
    {"messages": [{"role": "user", "content": []}]},
    {"messages": [USER, ASKS, {"role": "tool", "tool_call_id": "c", "content": "x"}]},
    {"messages": [USER, ASKS, {"role": "tool", "tool_call_id": "c", "content": [{"type": "text", "text": "x"}]}, USER]},
    {"messages": [{"role": "user", "content": "x", "a member nobody knows": 1}]},
    {"model": "gpt-5.2", "service_tier": "auto", "verbosity": "low", "reasoning_effort": "xhigh", "safety_identifier": "me"},
    {"logit_bias": {"50256": -100, "0": 100}},
    {"prediction": {"type": "content", "content": "x"}},
    {"prediction": {"type": "content", "content": [{"type": "text", "text": "x"}]}},
    {"modalities": ["text"]},
    {"functions": [{"name": "f"}], "function_call": "auto"},
    {"functions": [{"name": "f"}], "function_call": {"name": "f"}},
    {"tools": [TOOL], "tool_choice": "none", "parallel_tool_calls": False},
    {"tools": [CUSTOM], "tool_choice": {"type": "custom", "custom": {"name": "c"}}},
    {"tools": [TOOL], "tool_choice": {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}},
    {"messages": [{"role": "user", "content": "as JSON"}], "response_format": {"type": "json_object"}},
]


@pytest.mark.parametrize("fields", GOOD, ids=repr)
def test_the_bounds_themselves_are_accepted(ask, chat, fields):
    assert ask(chat(**fields)).status == 200


COMPLETION = {
    "prompt number": (
        {"prompt": 7},
        wrong("prompt", "one of a string or array of strings", "an integer"),
    ),
    "prompt empty": ({"prompt": []}, empty("prompt")),
    "max_tokens -1": ({"max_tokens": -1}, below("max_tokens", 0, -1)),
    "n 0": ({"n": 0}, below("n", 1, 0)),
    "best_of 21": ({"best_of": 21}, above("best_of", 20, 21)),
    "logprobs 6": ({"logprobs": 6}, above("logprobs", 5, 6)),
    "echo text": ({"echo": "x"}, wrong("echo", "a boolean", "a string")),
    "temperature 2.5": ({"temperature": 2.5}, above("temperature", 2, 2.5, "decimal")),
    "stop number": ({"stop": 7}, wrong("stop", "one of a string or array of strings", "an integer")),
}


@pytest.mark.parametrize(("fields", "expected"), COMPLETION.values(), ids=COMPLETION)
def test_a_completion_request_is_refused(ask, fields, expected):
    answer = ask({"model": "gpt-3.5-turbo-instruct", "prompt": "x", **fields}, "/v1/completions")
    assert (answer.status, answer.error) == (400, expected)


INVALID_INPUT = "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference."
EMBEDDING = {
    "input absent": ({"input": None}, missing("input")),
    "input number": ({"input": 7}, wrong("input", "one of a string or array of strings", "an integer")),
    "input empty": ({"input": ""}, ("Invalid 'input': input cannot be an empty string.", None, None)),
    "input empty list": ({"input": []}, (INVALID_INPUT, None, None)),
    "input empty text inside": ({"input": ["a", ""]}, ("Invalid 'input[1]': input cannot be an empty string.", None, None)),
    "input mixed": ({"input": ["a", 7]}, wrong("input[1]", "a string", "an integer")),
    "encoding_format": ({"encoding_format": "hex"}, value("encoding_format", "hex", "'float' and 'base64'")),
    "dimensions 0": ({"dimensions": 0}, below("dimensions", 1, 0)),
    "dimensions of ada": (
        {"model": "text-embedding-ada-002", "dimensions": 3},
        ("This model does not support specifying dimensions.", None, None),
    ),
    "too many inputs": (
        {"input": ["a"] * 2049},
        ("Invalid 'input': array length must be 2048 or less.", None, None),
    ),
}


@pytest.mark.parametrize(("fields", "expected"), EMBEDDING.values(), ids=EMBEDDING)
def test_an_embedding_request_is_refused(ask, fields, expected):
    answer = ask({"model": "text-embedding-3-small", "input": "x", **fields}, "/v1/embeddings")
    assert (answer.status, answer.error) == (400, expected)


@pytest.mark.parametrize("model", ["text-embedding-3-small", "text-embedding-3-large", "my-own"])
def test_dimensions_beyond_a_model_are_refused_before_any_vector_is_made(ask, model):
    answer = ask({"model": model, "input": "x", "dimensions": 10**9}, "/v1/embeddings")
    assert answer.status == 400
    assert answer.error[0].startswith("Invalid value for 'dimensions' = 1000000000. Must be less than or equal to ")


def test_types_are_named_as_the_api_names_them():
    values = [None, True, 1, 1.0, "x", [], {}]
    named = ["null", "a boolean", "an integer", "a decimal number", "a string", "an array", "an object"]
    assert list(map(got, values)) == named


def test_lists_have_a_serial_comma():
    assert listed(("a",)) == "'a'"
    assert listed(("a", "b")) == "'a' and 'b'"
    assert listed(("a", "b", "c"), "or") == "'a', 'b', or 'c'"


LONG = " a" * 8_200


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (LONG, ("Invalid 'input': maximum context length is 8192 tokens.", None, None)),
        (["a", LONG], ("Invalid 'input[1]': maximum input length is 8192 tokens.", None, None)),
        (
            [" a" * 8_000] * 38,
            ("Requested 304000 tokens, max 300000 tokens per request", None, "max_tokens_per_request"),
        ),
    ],
    ids=["one", "among others", "together"],
)
def test_inputs_longer_than_a_model_reads_are_not_embedded(engine, ask, given, expected):
    body = {"model": "text-embedding-3-small", "input": given, "dimensions": 1}
    answer = ask(body, "/v1/embeddings")
    assert (answer.status, answer.error) == (400, expected)
    assert ask(body, "/v1/embeddings", to=engine(validation="lenient")).status == 200
    assert ask({**body, "model": "house-model"}, "/v1/embeddings").status == 200
