"""What the real API refuses is refused in its words, the first fault in its order being reported."""

from __future__ import annotations

import pytest

USER = [{"role": "user", "content": "hi"}]
CALLED = {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}]}
DIRECTIVE = "the directive-only form (content: [] with output_config) is accepted at any position"
TAGS = "does not match any of the expected tags: 'auto', 'any', 'tool', 'none'"


@pytest.mark.parametrize("name", ["model", "messages", "max_tokens"])
def test_what_is_required_must_be_there(refusal, body, name):
    value = body()
    del value[name]
    assert refusal(value) == f"{name}: Field required"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"model": 1}, "model: Input should be a valid string"),
        ({"model": ""}, "model: String should have at least 1 character"),
        ({"tools": {}}, "tools: Input should be a valid array"),
        ({"tools": [{}]}, "tools.0.custom.name: Field required"),
        ({"tools": [{"name": "a b", "input_schema": {"type": "object"}}]}, "tools.0.custom.name: String should match pattern"),
        ({"tools": [{"name": "f"}]}, "tools.0.custom.input_schema: Field required"),
        ({"tools": [{"name": "f", "input_schema": {"type": "object"}}] * 2}, "tools: Tool names must be unique."),
        ({"tool_choice": "auto"}, "tool_choice: Input should be an object"),
        ({"tool_choice": {"type": "bogus"}}, f"tool_choice: Input tag 'bogus' found using 'type' {TAGS}"),
        ({"tool_choice": {"type": "tool"}}, "tool_choice.tool.name: Field required"),
        ({"messages": "hi"}, "messages: Input should be a valid array"),
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": [{}]}, "messages.0.role: Field required"),
        ({"messages": [{"role": "user"}]}, "messages.0.content: Field required"),
        ({"messages": [{"role": "user", "content": 1}]}, "messages.0.content: Input should be a valid array"),
        ({"messages": [{"role": "user", "content": ["x"]}]}, "messages.0.content.0: Input should be an object"),
        ({"messages": [{"role": "user", "content": [{}]}]}, "messages.0.content.0.type: Field required"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages.0.content.0.text.text: Field required"),
        ({"messages": [{"role": "user", "content": "x", "bogus": 1}]}, "messages.0.bogus: Extra inputs are not permitted"),
        (
            {"messages": [*USER, {"role": "assistant", "content": [{**CALLED["content"][0], "id": "functions.f:0"}]}]},
            "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
        ),
        (
            {
                "messages": [
                    *USER,
                    {"role": "assistant", "content": [{**CALLED["content"][0], "type": "server_tool_use"}]},
                ]
            },
            "messages.1.content.0.server_tool_use.id: String should match pattern '^srvtoolu_[a-zA-Z0-9_]+$'",
        ),
        (
            {"messages": [{"role": "bogus", "content": "x"}]},
            'messages: Unexpected role "bogus". Allowed roles are "user" or "assistant"',
        ),
        ({"messages": [{"role": "user", "content": ""}]}, "messages.0: user messages must have non-empty content"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
            "messages: text content blocks must be non-empty",
        ),
        (
            {"messages": [{"role": "system", "content": "x"}, *USER]},
            f"messages.0: use the top-level 'system' parameter for the initial system prompt; {DIRECTIVE}",
        ),
        (
            {"messages": [*USER, {"role": "system", "content": "x"}, *USER]},
            f"messages.1: role 'system' must precede an 'assistant' message or end the array; {DIRECTIVE}",
        ),
        ({"system": [{"type": "image"}]}, "system.0: Input does not match the expected shape."),
        ({"thinking": {"type": "enabled"}}, "thinking.enabled.budget_tokens: Field required"),
        (
            {"thinking": {"type": "enabled", "budget_tokens": 1024}},
            "`max_tokens` must be greater than `thinking.budget_tokens`.",
        ),
        (
            {"output_config": {"effort": "huge"}},
            "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'",
        ),
        ({"cache_control": {"type": "ephemeral", "ttl": "2h"}}, "cache_control.ttl: Input should be '5m' or '1h'"),
        ({"max_tokens": -1}, "max_tokens: must be greater than or equal to 0"),
        ({"max_tokens": None}, "max_tokens: Input should be a valid integer"),
        ({"metadata": {"bogus": 1}}, "metadata.bogus: Extra inputs are not permitted"),
        ({"metadata": {"user_id": 1}}, "metadata.user_id: Input should be a valid string"),
        ({"stop_sequences": [1]}, "stop_sequences.0: Input should be a valid string"),
        ({"temperature": 1.5}, "temperature: range: 0..1"),
        ({"temperature": None}, "temperature: Input should be a valid number"),
        ({"service_tier": "x"}, "service_tier: Input should be 'auto' or 'standard_only'"),
        ({"stream": "yes"}, "stream: Input should be a valid boolean"),
        ({"inference_geo": "eu"}, "inference_geo: must be one of ['global', 'us']"),
        ({"container": "c"}, "container: Container identifier can only be provided when using the code execution tool"),
        ({"zzz": 1, "yyy": 1}, "zzz: Extra inputs are not permitted"),
        ({"speed": "fast"}, "speed: Extra inputs are not permitted"),
        ({"temperature": 2, "model": 1, "zzz": 1}, "model: Input should be a valid string"),
    ],
)
def test_a_fault_is_named(refusal, body, fields, message):
    assert refusal(body(**fields)).startswith(message)


def test_calls_and_results_come_in_pairs(refusal, body):
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_2"}]}
    assert refusal(body(messages=[*USER, CALLED, *USER])).startswith(
        "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1."
    )
    assert refusal(body(messages=[*USER, result])).startswith(
        "messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_2. Each `tool_result` block must"
    )


def test_a_call_and_its_result_are_there_once(refusal, body):
    answered = {"type": "tool_result", "tool_use_id": "toolu_1"}
    twice = {"role": "user", "content": [{"type": "text", "text": "x"}, answered, answered]}
    assert refusal(body(messages=[*USER, CALLED, twice])) == (
        "messages.2.content.2: each tool_use must have a single result. Found multiple `tool_result` blocks with id: toolu_1"
    )
    once = {"role": "user", "content": [answered]}
    assert refusal(body(messages=[*USER, CALLED, once, CALLED, once])) == (
        "messages.3.content.0: `tool_use` ids must be unique"
    )


def test_who_thinks_says_what_was_thought_before_a_call(refusal, say, body):
    once = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1"}]}
    wish = {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2048}
    assert refusal(body(messages=[*USER, CALLED, once], **wish)).startswith(
        "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is "
        "enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and"
    )
    thought = {"type": "thinking", "thinking": "x", "signature": "x"}
    late = {"role": "assistant", "content": [{"type": "text", "text": "x"}, thought]}
    assert refusal(body(messages=[*USER, late, *USER], **wish)) == (
        "messages.1.content.0: If an assistant message contains any thinking blocks, the first block must be `thinking` or "
        "`redacted_thinking`. Found `text`."
    )
    assert say(body(messages=[*USER, late, *USER])).status == 200
    called = {**CALLED, "content": [thought, *CALLED["content"]]}
    assert say(body(messages=[*USER, called, once], **wish)).status == 200
    assert say(body(messages=[*USER, {"role": "assistant", "content": "x"}, *USER], **wish)).status == 200


def test_a_prefill_ends_in_no_space(refusal, body):
    for content in ("Well, ", [{"type": "text", "text": "Well,\n"}]):
        messages = [*USER, {"role": "assistant", "content": content}]
        assert refusal(body(messages=messages)) == "messages: final assistant content cannot end with trailing whitespace"


@pytest.mark.parametrize(
    ("tool", "message"),
    [
        (
            {"type": "function", "function": {"name": "f"}},
            "tools.0: Input tag 'function' found using 'type' does not match any of the expected tags: 'bash_20250124', ",
        ),
        (
            {"name": "f", "input_schema": {"type": "object", "anyOf": []}},
            "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level",
        ),
    ],
)
def test_tools_of_another_api_are_refused(refusal, body, tool, message):
    assert refusal(body(tools=[tool])).startswith(message)


def test_results_may_come_in_several_messages(say, body):
    results = [{"role": "user", "content": [{"type": "tool_result", "tool_use_id": f"toolu_{i}"}]} for i in (1, 2)]
    calls = {"role": "assistant", "content": [{**CALLED["content"][0], "id": f"toolu_{i}"} for i in (1, 2)]}
    assert say(body(messages=[*USER, calls, *results])).status == 200


@pytest.mark.parametrize(("model", "status"), [("claude-sonnet-5", 400), ("claude-sonnet-4-5", 200)])
def test_prefills_are_for_older_models(say, body, model, status):
    assert say(body(model=model, messages=[*USER, {"role": "assistant", "content": "Well,"}])).status == status


def test_null_means_absent_in_some_places_only(say, body):
    fields = ("metadata", "inference_geo", "stop_sequences", "cache_control", "container")
    assert say(body(**dict.fromkeys(fields))).status == 200


def test_a_beta_brings_fields_of_its_own(say, body):
    headers = {"anthropic-version": "2023-06-01", "anthropic-beta": "some-beta-2026-01-01"}
    assert say(body(speed="fast"), headers=headers).status == 200


@pytest.mark.parametrize("broken", [b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_object_is_refused(refusal, broken):
    assert refusal(broken)


@pytest.mark.parametrize("field", ["temperature", "top_p", "top_k"])
def test_the_version_of_2026_takes_no_sampling_parameters(refusal, say, body, field):
    assert say(body(**{field: 1})).status == 200
    headers = {"anthropic-version": "2026-10-21"}
    assert refusal(body(**{field: 1}), headers=headers) == f"{field}: Extra inputs are not permitted"


def test_the_version_of_2026_takes_no_documents_from_the_assistant(refusal, body):
    document = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}}
    messages = [*USER, {"role": "assistant", "content": [document]}, *USER]
    assert "document" in refusal(body(messages=messages), headers={"anthropic-version": "2026-10-21"})


def test_a_version_must_look_like_one(refusal, say, body):
    assert refusal(body(), headers={}) == "anthropic-version: header is required"
    assert refusal(body(), headers={"anthropic-version": "new"}) == 'anthropic-version: "new" is not a valid version'
    assert say(body(), headers={"anthropic-version": "2031-01-01"}).status == 200


@pytest.mark.parametrize(
    ("model", "longest"),
    [
        ("claude-3-opus-20240229", 4096),
        ("claude-3-5-sonnet-20241022", 8192),
        ("claude-3-7-sonnet-20250219", 64_000),
        ("claude-opus-4-1", 32_000),
        ("claude-sonnet-4-5", 64_000),
        ("claude-opus-4-8", 128_000),
    ],
)
def test_no_model_answers_longer_than_it_can(refusal, say, body, model, longest):
    assert say(body(model=model, max_tokens=longest)).status == 200
    message = f"max_tokens: {longest + 1} > {longest}, which is the maximum allowed number of output tokens for {model}"
    assert refusal(body(model=model, max_tokens=longest + 1)) == message
    beta = {"anthropic-version": "2023-06-01", "anthropic-beta": "output-128k-2025-02-19"}
    assert say(body(model=model, max_tokens=longest + 1), headers=beta).status == 200


def test_of_other_names_no_longest_answer_is_known(say, body):
    assert say(body(model="my-model", max_tokens=10**6)).status == 200


@pytest.mark.parametrize("name", ["speed", "diagnostics"])
def test_the_newest_version_takes_what_older_ones_refuse(refusal, say, body, name):
    value = body(**{name: None})
    assert refusal(value) == f"{name}: Extra inputs are not permitted"
    assert say(value, headers={"anthropic-version": "2026-10-21"}).status == 200


def test_leniently_only_going_on_with_a_thread_is_refused(engine, say, body):
    to = engine(validation="lenient")
    assert say(body(thread={"type": "create"}), to=to).status == 200
    answer = say(body(thread={"type": "continue", "previous_message_id": "msg_1"}), to=to)
    assert answer.json["error"]["details"] == {"error_code": "thread_unsupported_request"}


@pytest.mark.parametrize(
    ("kind", "source", "message"),
    [
        (
            "image",
            {"type": "base64", "media_type": "image/bmp"},
            "image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
        ),
        (
            "document",
            {"type": "base64", "media_type": "text/csv"},
            "document.source.base64.media_type: Input should be 'application/pdf'",
        ),
        (
            "document",
            {"type": "text", "media_type": "text/csv"},
            "document.source.text.media_type: Input should be 'text/plain'",
        ),
        ("image", {"type": "base64"}, "image.source.base64.media_type: Field required"),
    ],
)
def test_sources_have_types(refusal, body, kind, source, message):
    assert refusal(body([{"type": kind, "source": {"data": "AA==", **source}}])) == f"messages.0.content.0.{message}"
