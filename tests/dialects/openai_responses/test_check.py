"""What the API refuses, word for word (wire.md A.3)."""

from __future__ import annotations

import pytest

TOOL = {"type": "function", "name": "f"}
LONG = "Invalid '{}': string too long. Expected a string with maximum length 64, but got a string with length {} instead."
CUSTOM = {"type": "custom", "name": "f"}
STRICT = {"type": "json_schema", "name": "x", "strict": True, "schema": {"type": "object", "properties": {}}}
PICTURE = [{"type": "input_image", "image_url": "a.png"}]
ALLOWED = {"type": "allowed_tools", "mode": "required"}
NOT_OFFERED = "Tool choice '{}' not found in 'tools' parameter."
EFFORTS = "'none', 'minimal', 'low', 'medium', 'high', 'xhigh', or 'max'"
A_FEW = "one of 'minimal', 'low', 'medium', or 'high'"
THRESHOLD = "context_management[0].compact_threshold"
OUTPUT = {"type": "function_call_output", "call_id": "c"}
TWENTY_FOUR = "This model is compatible only with 24h extended prompt caching"
REFUSED = [
    (
        {"input": [{"role": "user", "content": "x", "bogus": 1}]},
        "Unknown parameter: 'input[0].bogus'.",
        "input[0].bogus",
        "unknown_parameter",
    ),
    (
        {"input": [{"role": "user", "content": "x", "id": []}]},
        "Invalid type for 'input[0].id': expected a string, but got an array instead.",
        "input[0].id",
        "invalid_type",
    ),
    (
        {"input": [{**OUTPUT, "output": {}}]},
        "Invalid type for 'input[0].output': expected one of a string or array of objects, but got an object instead.",
        "input[0].output",
        "invalid_type",
    ),
    (
        {"input": [{**OUTPUT, "output": [7]}]},
        "Invalid type for 'input[0].output[0]': expected an object, but got an integer instead.",
        "input[0].output[0]",
        "invalid_type",
    ),
    (
        {"reasoning": {"effort": 7}},
        f"Invalid type for 'reasoning.effort': expected {A_FEW}, but got an integer instead.",
        "reasoning.effort",
        "invalid_type",
    ),
    (
        {"reasoning": {"effort": {}}},
        f"Invalid type for 'reasoning.effort': expected one of one of {EFFORTS} or integer, but got an object instead.",
        "reasoning.effort",
        "invalid_type",
    ),
    (
        {"model": "gpt-5.6-terra", "prompt_cache_retention": "in_memory"},
        TWENTY_FOUR,
        "prompt_cache_retention",
        "invalid_parameter",
    ),
    (
        {"prompt_cache_options": {"bogus": 1}},
        "Unknown parameter: 'prompt_cache_options.bogus'.",
        "prompt_cache_options.bogus",
        "unknown_parameter",
    ),
    (
        {"context_management": 7},
        "Invalid type for 'context_management': expected an array of objects, but got an integer instead.",
        "context_management",
        "invalid_type",
    ),
    (
        {"context_management": []},
        "Invalid 'context_management': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        "context_management",
        "empty_array",
    ),
    ({"context_management": [{"type": "zz"}]}, "Unsupported context_management type: 'zz'.", "context_management", None),
    (
        {"context_management": [{"type": "compaction", "compact_threshold": 10}]},
        f"Invalid '{THRESHOLD}': integer below minimum value. Expected a value >= 1000, but got 10 instead.",
        THRESHOLD,
        "integer_below_min_value",
    ),
    (
        {"context_management": [{"type": "compaction", "foo": 1}]},
        "Unknown parameter: 'context_management[0].foo'.",
        "context_management[0].foo",
        "unknown_parameter",
    ),
    *(
        (
            {"tools": [{"type": kind}]},
            f"Missing required parameter: 'tools[0].{member}'.",
            f"tools[0].{member}",
            "missing_required_parameter",
        )
        for kind, member in (("file_search", "vector_store_ids"), ("code_interpreter", "container"), ("mcp", "server_label"))
    ),
    (
        {"tools": [{"type": "web_search", "search_context_size": "zz"}]},
        "Invalid value: 'zz'. Supported values are: 'low', 'medium', and 'high'.",
        "tools[0].search_context_size",
        "invalid_value",
    ),
    *(
        (fields, "Tool choice 'required' must be specified with 'tools' parameter.", "tool_choice", None)
        for fields in ({"tool_choice": "required"}, {"tool_choice": "required", "tools": []})
    ),
    (
        {"tools": [TOOL], "tool_choice": {**ALLOWED, "tools": [TOOL, {**TOOL, "name": "g"}]}},
        NOT_OFFERED.format("g"),
        "tool_choice",
        None,
    ),
    ({"tools": [TOOL], "tool_choice": {**ALLOWED, "tools": [{"type": "mcp"}]}}, NOT_OFFERED.format("mcp"), "tool_choice", None),
    (
        {"tools": [TOOL], "tool_choice": {**ALLOWED, "tools": []}},
        "Invalid 'tool_choice.tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        "tool_choice.tools",
        "empty_array",
    ),
    (
        {"input": [{"type": "function_call", "id": "call_1", "call_id": "call_1", "name": "f", "arguments": "{}"}]},
        "Invalid 'input[0].id': 'call_1'. Expected an ID that begins with 'fc'.",
        "input[0].id",
        "invalid_value",
    ),
    (
        {"input": [{"role": "user", "content": PICTURE}]},
        "Invalid 'input[0].content[0].image_url'. Expected a valid URL, but got a value with an invalid format.",
        "input[0].content[0].image_url",
        "invalid_value",
    ),
    (
        {"tools": [TOOL], "tool_choice": {"type": "image_generation"}},
        "Tool choice 'image_generation' not found in 'tools' parameter.",
        "tool_choice",
        None,
    ),
    (
        {"model": "gpt-4o", "store": False, "include": ["reasoning.encrypted_content"]},
        "Encrypted content is not supported with this model.",
        "include",
        None,
    ),
    (
        {"tools": [{**TOOL, "parameters": {"type": "object"}}]},
        "Invalid schema for function 'f': In context=(), object schema missing properties.",
        "tools[0].parameters",
        "invalid_function_parameters",
    ),
    (
        {"prompt_cache_key": "k" * 70},
        LONG.format("prompt_cache_key", 70),
        "prompt_cache_key",
        "string_above_max_length",
    ),
    (
        {"safety_identifier": "k" * 65},
        LONG.format("safety_identifier", 65),
        "safety_identifier",
        "string_above_max_length",
    ),
    (
        {"tools": [{**CUSTOM, "format": {"type": "json"}}]},
        "Invalid value: 'json'. Supported values are: 'text' and 'grammar'.",
        "tools[0].format.type",
        "invalid_value",
    ),
    (
        {"tools": [{**CUSTOM, "format": {"type": "grammar", "syntax": "lark"}}]},
        "Missing required parameter: 'tools[0].format.definition'.",
        "tools[0].format.definition",
        "missing_required_parameter",
    ),
    (
        {"tools": [{**CUSTOM, "format": {"type": "grammar", "syntax": "ebnf", "definition": "x"}}]},
        "Invalid value: 'ebnf'. Supported values are: 'lark' and 'regex'.",
        "tools[0].format.syntax",
        "invalid_value",
    ),
    ({"model": None}, "Invalid type for 'model': expected a string, but got an object instead.", "model", "invalid_type"),
    ({"model": ""}, "The requested model '' does not exist.", "model", "model_not_found"),
    ({"input": None}, "Invalid type for 'input': expected a string, but got an object instead.", "input", "invalid_type"),
    (
        {"input": {}},
        "Invalid type for 'input': expected one of a string or array of input items, but got an object instead.",
        "input",
        "invalid_type",
    ),
    (
        {"input": ""},
        "One of \"input\" or \"previous_response_id\" or 'prompt' or 'conversation' must be provided.",
        None,
        "missing_required_parameter",
    ),
    (
        {"input": [7]},
        "Invalid type for 'input[0]': expected an input item, but got an integer instead.",
        "input[0]",
        "invalid_type",
    ),
    (
        {"input": [{"role": "x", "content": ""}]},
        "Invalid value: 'x'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
        "input[0]",
        "invalid_value",
    ),
    (
        {"input": [{"role": "user"}]},
        "Missing required parameter: 'input[0].content'.",
        "input[0].content",
        "missing_required_parameter",
    ),
    (
        {"input": [{"role": "user", "content": [{"type": "output_text", "text": ""}]}]},
        (
            "Invalid value: 'output_text'. Supported values are: 'input_text', 'input_image', "
            "'input_file', 'scoped_content', and "
            "'input_audio'."
        ),
        "input[0].content[0]",
        "invalid_value",
    ),
    (
        {"input": [{"role": "user", "content": [{"type": "input_text"}]}]},
        "Missing required parameter: 'input[0].content[0].text'.",
        "input[0].content[0].text",
        "missing_required_parameter",
    ),
    (
        {"input": [{"type": "function_call_output", "output": ""}]},
        "Missing required parameter: 'input[0].call_id'.",
        "input[0].call_id",
        "missing_required_parameter",
    ),
    (
        {"input": [{"role": "user", "content": "", "phase": "x"}]},
        "Unknown parameter: 'input[0].phase'.",
        "input[0].phase",
        "unknown_parameter",
    ),
    ({"stop": "x"}, "Unknown parameter: 'stop'. Did you mean 'store'?", "stop", "unknown_parameter"),
    ({"n": 2}, "Unknown parameter: 'n'.", "n", "unknown_parameter"),
    (
        {"stream_options": {"include_usage": True}, "stream": True},
        "Unknown parameter: 'stream_options.include_usage'.",
        "stream_options.include_usage",
        "unknown_parameter",
    ),
    (
        {"max_output_tokens": 15},
        "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 15 instead.",
        "max_output_tokens",
        "integer_below_min_value",
    ),
    ({"personality": "friendly"}, "Unknown parameter: 'personality'.", "personality", "unknown_parameter"),
    ({"image": {"x": 1}}, "Unknown parameter: 'image.x'.", "image.x", "unknown_parameter"),
    (
        {"image": {"context_compression": "x"}},
        "Invalid value: 'x'. Supported values are: 'auto', 'enabled', and 'disabled'.",
        "image.context_compression",
        "invalid_value",
    ),
    (
        {"access_programs": {"cyber": "x"}},
        "Invalid value: 'x'. Supported values are: 'standard', 'daybreak_blue', and 'daybreak_red'.",
        "access_programs.cyber",
        "invalid_value",
    ),
    ({"truncation": "x"}, "Invalid value: 'x'. Supported values are: 'auto' and 'disabled'.", "truncation", "invalid_value"),
    ({"tools": [{}]}, "Missing required parameter: 'tools[0].type'.", "tools[0].type", "missing_required_parameter"),
    (
        {"tools": [{"type": "function", "function": TOOL}]},
        "Missing required parameter: 'tools[0].name'.",
        "tools[0].name",
        "missing_required_parameter",
    ),
    (
        {"tools": 7},
        "Invalid type for 'tools': expected an array of tools, but got an integer instead.",
        "tools",
        "invalid_type",
    ),
    (
        {"tool_choice": 7},
        (
            "Invalid type for 'tool_choice': expected one of an object or 'none', 'auto', or "
            "'required', but got an integer instead."
        ),
        "tool_choice",
        "invalid_type",
    ),
    (
        {"tool_choice": {"type": "function"}},
        "Missing required parameter: 'tool_choice.name'.",
        "tool_choice.name",
        "missing_required_parameter",
    ),
    (
        {"text": {"format": {"type": "json_schema"}}},
        "Missing required parameter: 'text.format.name'.",
        "text.format.name",
        "missing_required_parameter",
    ),
    (
        {"text": {"format": STRICT}},
        (
            "Invalid schema for response_format 'x': In context=(), 'additionalProperties' is required "
            "to be supplied and to be false."
        ),
        "text.format.schema",
        "invalid_json_schema",
    ),
    (
        {"text": {"format": {"type": "json_object"}}},
        "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
        "input",
        None,
    ),
    (
        {"include": ["x"]},
        (
            "Invalid value: 'x'. Supported values are: 'file_search_call.results', 'web_search_call.results', "
            "'web_search_call.action.sources', 'message.input_image.image_url', 'computer_call_output.output.image_url', "
            "'code_interpreter_call.outputs', 'reasoning.encrypted_content', and 'message.output_text.logprobs'."
        ),
        "include[0]",
        "invalid_value",
    ),
    (
        {"conversation": "conv_1", "previous_response_id": "resp_1"},
        "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'pre..._id' or 'conversation'.",
        None,
        "mutually_exclusive_parameters",
    ),
    (
        {"previous_response_id": "resp_1"},
        "Previous response with id 'resp_1' not found.",
        "previous_response_id",
        "previous_response_not_found",
    ),
    ({"model": "gpt-5", "top_p": 1}, "Unsupported parameter: 'top_p' is not supported with this model.", "top_p", None),
    (
        {"model": "gpt-5.6-terra", "reasoning": {"effort": "minimal"}},
        (
            "Unsupported value: 'minimal' is not supported with the 'gpt-5.6-terra' model. "
            "Supported values are: 'none', 'low', "
            "'medium', 'high', 'xhigh', and 'max'."
        ),
        "reasoning.effort",
        "unsupported_value",
    ),
    (
        {"model": "gpt-5", "include": ["message.output_text.logprobs"], "top_logprobs": 1},
        "logprobs are not supported with reasoning models.",
        "include",
        "unsupported_parameter",
    ),
]


@pytest.mark.parametrize(("fields", "message", "param", "code"), REFUSED, ids=[str(fields)[:60] for fields, *_ in REFUSED])
def test_a_wrong_request_is_refused_in_the_words_of_the_api(talk, fields, message, param, code):
    found = talk()("POST", "/responses", {"model": "gpt-4o-mini", "input": "ping", **fields})
    assert found.error == (message, param, code)
    assert found.status == (404 if "not found" in message and param is None else 400)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "Missing required parameter: 'model'."),
        ({"model": "gpt-4o"}, "Missing required parameter: 'input'."),
        ({"model": "gpt-4o", "input": "x", "messages": []}, "Unsupported parameter: 'messages'. In the Responses API, this"),
    ],
)
def test_what_lacks_or_has_moved_is_named(talk, body, message):
    assert talk()("POST", "/responses", body).error[0].startswith(message)


@pytest.mark.parametrize(
    "fields",
    [
        {"context_management": [{"type": "compaction", "compact_threshold": 1000}]},
        {"prompt_cache_options": {"mode": "explicit", "ttl": "30m"}},
        {"tools": [TOOL], "tool_choice": {**ALLOWED, "tools": [TOOL]}},
        {"tools": [{"type": "mcp", "server_label": "s"}], "tool_choice": {**ALLOWED, "tools": [{"type": "mcp"}]}},
        {"model": "gpt-5.6-terra", "prompt_cache_retention": "24h"},
        {"model": "gpt-4o", "prompt_cache_retention": "in_memory"},
    ],
)
def test_what_is_right_is_answered(talk, fields):
    assert talk()("POST", "/responses", {"model": "gpt-4o-mini", "input": "ping", **fields}).status == 200


def test_a_prompt_that_does_not_fit_is_refused_or_cut(talk):
    client = talk()
    said = [{"role": "user", "content": "word " * 9000}, {"role": "user", "content": "last"}]
    found = client.create(said, "gpt-4")
    told = "Your input exceeds the context window of this model. Please adjust your input and try again."
    assert found.error == (told, "input", "context_length_exceeded")
    assert client.create(said, "gpt-4", truncation="auto").json["usage"]["input_tokens"] < 20


@pytest.mark.parametrize("fields", [fields for fields, *_ in REFUSED if "model" not in fields], ids=str)
def test_lenient_validation_answers_all_of_it(talk, fields):
    assert talk(validation="lenient")("POST", "/responses", {"model": "gpt-4o-mini", "input": "json", **fields}).status == 200


ODD = (
    7,
    -1,
    1.5,
    True,
    "x",
    "",
    [],
    [7],
    [None],
    [[]],
    {},
    {"x": 1},
    {"type": "x"},
    {"type": []},
    {"type": "allowed_tools", "mode": "required", "tools": 7},
    {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function"}]},
    {"format": 7},
    [{}],
    [{"type": 7}],
    [{"type": None}],
    [{"type": [], "role": "user", "content": "x"}],
    [{"type": {}, "role": None, "id": []}],
    [{"id": []}],
    [{"id": 7, "role": "user", "content": "x"}],
    10**400,
    [{"type": "function", "name": "f", "parameters": {"properties": {"n": {"maximum": 10**30}}}}],
)
FIELDS = (
    "image",
    "access_programs",
    "personality",
    "input",
    "instructions",
    "max_output_tokens",
    "max_tool_calls",
    "temperature",
    "top_p",
    "top_logprobs",
    "stream",
    "stream_options",
    "text",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "reasoning",
    "include",
    "store",
    "background",
    "previous_response_id",
    "conversation",
    "truncation",
    "metadata",
    "user",
    "safety_identifier",
    "prompt_cache_key",
    "prompt_cache_retention",
    "prompt_cache_options",
    "service_tier",
    "prompt",
    "context_management",
    "moderation",
    "presence_penalty",
    "frequency_penalty",
    "items",
    "model",
)


@pytest.mark.parametrize("validation", ["strict", "lenient"])
@pytest.mark.parametrize("path", ["/responses", "/responses/compact", "/conversations", "/responses/input_tokens"])
def test_no_value_of_any_field_is_a_bug_of_ours(talk, validation, path):
    client = talk(validation=validation)
    for name in FIELDS:
        for value in ODD:
            found = client("POST", path, {"model": "gpt-4o-mini", "input": "json", name: value})
            assert found.status in (200, 400, 404), (name, value)
