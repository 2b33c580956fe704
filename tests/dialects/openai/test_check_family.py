"""What families of models refuse (wire.md A.2 and appendix D), and that models of no family may be asked for anything."""

from __future__ import annotations

import pytest

TOOL = {"type": "function", "function": {"name": "f"}}


def parameter(path, advice=""):
    return f"Unsupported parameter: '{path}' is not supported with this model.{advice}", path, "unsupported_parameter"


def only_default(path, value):
    message = f"Unsupported value: '{path}' does not support {value} with this model. Only the default (1) value is supported."
    return message, path, "unsupported_value"


def efforts(value, listed):
    message = (
        f"Unsupported value: 'reasoning_effort' does not support '{value}' with this model. Supported values are: {listed}."
    )
    return message, "reasoning_effort", "unsupported_value"


LENGTH = parameter("max_tokens", " Use 'max_completion_tokens' instead.")
REFUSED = {
    "max_tokens o1": ("o1", {"max_tokens": 5}, LENGTH),
    "max_tokens o3-mini": ("o3-mini", {"max_tokens": 5}, LENGTH),
    "max_tokens gpt-5": ("gpt-5", {"max_tokens": 5}, LENGTH),
    "max_tokens gpt-5.6": ("gpt-5.6-terra", {"max_tokens": 5}, LENGTH),
    "max_tokens of a fine-tuned model": ("ft:o4-mini-2025-04-16:org::id", {"max_tokens": 5}, LENGTH),
    "temperature": ("gpt-5-mini", {"temperature": 0.5}, only_default("temperature", 0.5)),
    "temperature 0": ("o3", {"temperature": 0}, only_default("temperature", 0)),
    "temperature o3-mini": ("o3-mini", {"temperature": 1}, parameter("temperature")),
    "top_p": ("gpt-5", {"top_p": 0.5}, parameter("top_p")),
    "presence_penalty": ("o4-mini", {"presence_penalty": 1}, parameter("presence_penalty")),
    "frequency_penalty": ("gpt-5.6", {"frequency_penalty": -1}, parameter("frequency_penalty")),
    "two lengths": (
        "gpt-4o",
        {"max_tokens": 5, "max_completion_tokens": 5},
        (
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            None,
            "invalid_parameter_combination",
        ),
    ),
    "metadata of nothing kept": (
        "gpt-4o",
        {"metadata": {"a": "b"}},
        ("The 'metadata' parameter is only allowed when 'store' is enabled.", "metadata", None),
    ),
    "logprobs while reasoning": ("gpt-5.2", {"logprobs": True, "reasoning_effort": "low"}, parameter("logprobs")),
    "stop": ("gpt-5", {"stop": "x"}, parameter("stop")),
    "logit_bias": ("o1", {"logit_bias": {}}, parameter("logit_bias")),
    "prediction": ("gpt-5", {"prediction": {"type": "content", "content": "x"}}, parameter("prediction")),
    "parallel_tool_calls": ("o3", {"tools": [TOOL], "parallel_tool_calls": False}, parameter("parallel_tool_calls")),
    "effort o3": ("o3", {"reasoning_effort": "none"}, efforts("none", "'low', 'medium', and 'high'")),
    "effort gpt-5": ("gpt-5", {"reasoning_effort": "max"}, efforts("max", "'minimal', 'low', 'medium', and 'high'")),
    "effort gpt-5.6": (
        "gpt-5.6",
        {"reasoning_effort": "minimal"},
        efforts("minimal", "'none', 'low', 'medium', 'high', and 'xhigh'"),
    ),
    "effort gpt-4o": (
        "gpt-4o",
        {"reasoning_effort": "low"},
        ("Unrecognized request argument supplied: reasoning_effort", None, None),
    ),
    "too many alternatives": (
        "gpt-5.2",
        {"reasoning_effort": "none", "logprobs": True, "top_logprobs": 6},
        ("Invalid value for 'top_logprobs': must be less than or equal to 5.", "top_logprobs", None),
    ),
    "n": (
        "gpt-5.6",
        {"n": 64},
        (
            "Invalid 'n': integer above maximum value. Expected a value <= 8, but got 64 instead.",
            "n",
            "integer_above_max_value",
        ),
    ),
    "too long an answer": (
        "gpt-4o",
        {"max_tokens": 100_000},
        (
            (
                "max_tokens is too large: 100000. This model supports at most 16384 completion tokens, whereas you provided "
                "100000."
            ),
            "max_tokens",
            "invalid_value",
        ),
    ),
}


@pytest.mark.parametrize(("model", "fields", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_family_refuses(ask, chat, model, fields, expected):
    answer = ask(chat(model=model, **fields))
    assert (answer.status, answer.error) == (400, expected)


@pytest.mark.parametrize(("model", "fields", "expected"), REFUSED.values(), ids=REFUSED)
def test_lenient_mode_refuses_none_of_it(engine, ask, chat, model, fields, expected):
    assert ask(chat(model=model, **fields), to=engine(validation="lenient")).status == 200


ACCEPTED = [
    ("gpt-5", {"temperature": 1, "top_p": 1, "presence_penalty": 0, "logprobs": False, "max_completion_tokens": 5}),
    ("gpt-5.1", {"reasoning_effort": "none", "logprobs": True, "top_logprobs": 5, "presence_penalty": 2}),
    ("gpt-5.2", {"logprobs": True}),
    ("o1", {"stop": "x", "reasoning_effort": "high"}),
    ("gpt-5.6", {"n": 8}),
    ("gpt-4o", {"max_tokens": 16_384, "temperature": 0, "logprobs": True, "stop": "x"}),
    ("house-model", {"max_tokens": 10**6, "temperature": 0, "reasoning_effort": "any", "n": 2}),
    ("gpt-oss-20b", {"max_tokens": 10**6, "temperature": 0}),
]


@pytest.mark.parametrize(("model", "fields"), ACCEPTED, ids=repr)
def test_what_a_family_knows_is_accepted(ask, chat, model, fields):
    assert ask(chat(model=model, **fields)).status == 200


def test_tools_and_reasoning_do_not_go_together_where_they_do_not(ask, chat):
    answer = ask(chat(model="gpt-5.6-terra", tools=[TOOL], reasoning_effort="low"))
    assert answer.error[0].startswith("Function tools with reasoning_effort are not supported for gpt-5.6-terra")
    assert ask(chat(model="gpt-5.6-terra", tools=[TOOL], reasoning_effort="none")).status == 200
    assert ask(chat(model="gpt-5.5", tools=[TOOL], reasoning_effort="low")).status == 200


def test_a_conversation_longer_than_the_window_is_refused(engine, ask, chat):
    message = (
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 8207 tokens. Please reduce the "
        "length of the messages."
    )
    body = chat(" a" * 8_200, model="gpt-4")
    answer = ask(body)
    assert (answer.status, answer.error) == (400, (message, "messages", "context_length_exceeded"))
    assert ask(chat(" a" * 8_000, model="gpt-4")).status == 200
    assert ask(body, to=engine(validation="lenient")).status == 200
    assert ask({**body, "model": "house-model"}).status == 200


@pytest.mark.parametrize("model", ["gpt-5", "o3"])
def test_models_that_always_reason_tell_no_odds(ask, chat, model):
    answer = ask(chat(model=model, logprobs=True))
    assert (answer.status, answer.error) == (403, ("You are not allowed to request logprobs from this model", None, None))


def test_a_prompt_has_a_bound_of_its_own_where_models_reason(ask, chat):
    answer = ask(chat(" a" * 272_000, model="gpt-5"))
    message = (
        "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 272006 tokens. Please reduce the "
        "length of the messages."
    )
    assert answer.error == (message, "messages", "context_length_exceeded")


def test_functions_take_their_part_of_the_window(ask, chat):
    tool = {"type": "function", "function": {"name": "f", "description": " a" * 300}}
    long = ask(chat(" a" * 8_000, model="gpt-4", tools=[tool])).error[0]
    assert long.startswith("This model's maximum context length is 8192 tokens. However, your messages resulted in ")
    assert long.endswith(" in the functions). Please reduce the length of the messages or functions.")
    longer = ask(chat(" a" * 7_000, model="gpt-4", tools=[tool], max_tokens=1_000)).error[0]
    assert "(7007 in the messages, " in longer
    assert longer.endswith(", and 1000 in the completion). Please reduce the length of the messages, functions, or completion.")


def test_an_answer_must_fit_into_the_window_too(ask, chat):
    answer = ask(chat(" a" * 8_000, model="gpt-4", max_tokens=500))
    assert "However, you requested 8507 tokens (8007 in the messages, 500 in the completion)" in answer.error[0]


def test_the_effort_is_paid_for(ask, chat):
    def reasoned(model, **fields):
        usage = ask(chat(model=model, **fields)).json["usage"]
        return usage["completion_tokens_details"]["reasoning_tokens"]

    low, medium, high = (reasoned("gpt-5", reasoning_effort=effort) for effort in ("low", "medium", "high"))
    assert 0 < low < medium < high
    assert {count % 64 for count in (low, medium, high)} == {0}
    assert reasoned("gpt-5") == medium
    assert reasoned("gpt-5.1") == reasoned("gpt-5", reasoning_effort="minimal") == reasoned("gpt-4o") == 0


def test_thinking_never_takes_the_place_of_the_answer(ask, chat):
    whole = ask(chat(model="gpt-5", reasoning_effort="high")).json
    cut = ask(chat(model="gpt-5", reasoning_effort="high", max_completion_tokens=100)).json
    assert cut["choices"] == whole["choices"]
    assert cut["usage"]["completion_tokens"] <= 100


UNKNOWN = [
    ({"sede": 1}, "Unknown parameter: 'sede'. Did you mean 'seed'?", "sede"),
    ({"stor": True}, "Unknown parameter: 'stor'. Did you mean 'stop' or 'store'?", "stor"),
    ({"stor": True, "stop": "x"}, "Unknown parameter: 'stor'. Did you mean 'store'?", "stor"),
    ({"top_k": 5, "temperature": "hot"}, "Unknown parameter: 'top_k'. Did you mean 'top_p'?", "top_k"),
    (
        {"stream": True, "stream_options": {"include_usages": True}},
        "Unknown parameter: 'stream_options.include_usages'. Did you mean 'include_usage'?",
        "stream_options.include_usages",
    ),
]


@pytest.mark.parametrize(("fields", "message", "param"), UNKNOWN)
def test_a_field_the_api_does_not_know_is_refused(ask, chat, fields, message, param):
    answer = ask(chat(**fields))
    assert (answer.status, answer.error) == (400, (message, param, "unknown_parameter"))


def test_a_model_of_no_family_a_lenient_server_and_a_style_take_any_field(engine, ask, chat):
    assert ask(chat(model="llama-3", sede=1)).status == 200
    assert ask(chat(sede=1), to=engine(validation="lenient")).status == 200
    assert ask(chat(sede=1), to=engine(preset="fake-llm-server")).status == 200


def test_the_newest_family_knows_no_sound(ask, chat):
    assert ask(chat(model="gpt-4o-search-preview", web_search_options={})).status == 200
    assert ask(chat(model="gpt-5.6", web_search_options={})).error[1:] == ("web_search_options", "unknown_parameter")


@pytest.mark.parametrize(("model", "status"), [("gpt-4o", 404), ("gpt-3.5-turbo-instruct", 200), ("davinci-002", 200)])
def test_models_that_chat_do_not_complete(ask, model, status):
    answer = ask({"model": model, "prompt": "Once"}, "/v1/completions")
    assert answer.status == status
    if status == 404:
        assert answer.error[0].startswith("This is a chat model and not supported in the v1/completions endpoint.")
        assert answer.error[1:] == ("model", None)
