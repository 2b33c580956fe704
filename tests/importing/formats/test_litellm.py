"""LiteLLM's mocked models, imported and asked."""

from __future__ import annotations

import json

import pytest

from understudy.importing.formats import FormatError
from understudy.importing.formats.litellm import READER


@pytest.fixture
def models(bring):
    return lambda text: bring("config.yaml", f"model_list:\n{text}")


def test_each_model_says_what_is_mocked(models):
    found = models("""
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, mock_response: "Mocked."}
  - model_name: "any/*"
    litellm_params: {model: openai/x, mock_response: "wild", mock_delay: 0.25}
""")
    assert found.script["models"] == ["gpt-4o"]
    assert found.say(model="gpt-4o") == "Mocked."
    wild = found.ask(model="any/thing")
    assert wild.json["choices"][0]["message"]["content"] == "wild"
    assert [step for step in wild.steps if isinstance(step, float)] == [0.25]
    assert found.say(model="other") == 404


@pytest.mark.parametrize(
    ("mocked", "status", "said"),
    [
        ("litellm.RateLimitError", 429, "this is a mock rate limit error"),
        ("litellm.InternalServerError", 500, "this is a mock internal server error"),
        ("litellm.ContextWindowExceededError", 400, "maximum context length"),
        ("Exception: content_filter_policy", 400, "content_filter_policy"),
        ("Exception: mock_streaming_error", 529, "mid-stream"),
    ],
)
def test_errors_by_name(models, mocked, status, said):
    found = models(f'  - {{model_name: m, litellm_params: {{model: x, mock_response: "{mocked}"}}}}\n')
    refused = found.ask(model="m")
    assert refused.status == status
    assert said in refused.json["error"]["message"]
    assert found.warned == []


def test_an_error_in_the_middle_of_a_stream(models):
    found = models('  - {model_name: m, litellm_params: {model: x, mock_response: "Exception: mock_streaming_error"}}\n')
    streamed = found.ask(model="m", stream=True)
    assert streamed.status == 200
    assert b"mid-stream" in streamed.body


def test_tool_calls_time_outs_and_whole_answers(models):
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}}
    whole = {"choices": [{"index": 0, "finish_reason": "length", "message": {"role": "assistant", "content": "cut"}}]}
    found = models(f"""
  - {{model_name: tools, litellm_params: {{model: x, mock_response: "", mock_tool_calls: {json.dumps([call])}}}}}
  - {{model_name: late, litellm_params: {{model: x, mock_timeout: true, timeout: 2}}}}
  - {{model_name: whole, litellm_params: {{model: x, mock_response: {json.dumps(whole)}}}}}
""")
    answer = found.ask(model="tools").json["choices"][0]["message"]
    assert not answer["content"]
    assert (answer["tool_calls"][0]["id"], answer["tool_calls"][0]["function"]["arguments"]) == ("c1", '{"a": 1}')
    late = found.ask(model="late")
    assert (late.status, [step for step in late.steps if isinstance(step, float)]) == (408, [2.0])
    assert found.ask(model="whole").json["choices"][0]["finish_reason"] == "length"


def test_a_mapping_of_models(bring):
    found = bring("mocks.json", '{"gpt-4o": {"mock_response": "A"}, "gpt-4o-mini": {"mock_response": "B"}}')
    assert [found.say(model="gpt-4o"), found.say(model="gpt-4o-mini")] == ["A", "B"]
    plain = bring("plain.json", '{"gpt-4o": "A", "b": {"x": 1}, "c": 5}', "litellm")
    assert [plain.say(model="gpt-4o"), plain.say(model="b")] == ["A", '{"x":1}']
    assert [line.split(": ", 1)[1] for line in plain.warned] == [
        "an answer without 'choices' is empty there; here its JSON is the text.",
        "expected a text or an answer, got something else. It is left out.",
    ]


def test_what_has_no_counterpart_is_named_with_its_line(models):
    found = models("""
  - {model_name: real, litellm_params: {model: x, api_key: os.environ/KEY}}
  - model_name: two
    litellm_params: {model: a, mock_response: "A", guardrails: [x]}
  - {model_name: two, litellm_params: {model: b, mock_response: "B"}}
  - nothing
router_settings: {num_retries: 2}
""")
    assert [line.split(":")[1] for line in found.warned] == ["3", "5", "5", "7", "8"]
    assert [found.say(model="two") for _ in range(3)] == ["A", "B", "A"]
    assert found.script["models"] == ["real", "two"]


def test_what_mocks_nothing_is_left_to_the_provider(models):
    found = models("""
  - {model_name: silent, litellm_params: {model: x, mock_response: ""}}
  - {model_name: late, litellm_params: {model: x, mock_delay: 1}}
  - {model_name: plain, litellm_params: {model: x, mock_tool_calls: [{function: {name: look}}]}}
""")
    assert [rule["name"] for rule in found.rules] == ["plain"]
    assert found.ask(model="plain").json["choices"][0]["message"]["content"] == "This is a mock request"
    assert ["a provider answers it" in line for line in found.warned] == [True, True]


def test_other_files_are_refused(source):
    with pytest.raises(FormatError, match="expected a 'model_list'"):
        READER.read(source("x.yaml", "- a"), None)


def test_what_the_router_goes_by_is_named(models):
    found = models("""
  - model_name: a
    litellm_params: {model: x, mock_response: hi, rpm: 3, tpm: 100, weight: 2, max_parallel_requests: 1}
""")
    assert [warning.split(": ", 1)[1] for warning in found.warned] == [
        "'max_parallel_requests' has no counterpart here. It is left out.",
        "'rpm' is what the gateway's router goes by. It is left out. To be refused beyond it, write `limits`.",
        "'tpm' is what the gateway's router goes by. It is left out. To be refused beyond it, write `limits`.",
        "'weight' is what the gateway's router goes by. It is left out.",
    ]
