"""What a model cannot do although the API can."""

from __future__ import annotations

import pytest

SEARCH, AUDIO, PREVIEW = "gpt-4o-search-preview", "gpt-audio", "gpt-4o-audio-preview"
SOUND = {"audio": {"voice": "alloy", "format": "wav"}, "modalities": ["text", "audio"]}
PLACE = {"type": "approximate", "approximate": {"country": "GB"}}
PREDICTION = {"prediction": {"type": "content", "content": "x"}}
_VERBOSE = "Unsupported value: 'verbosity' does not support '{}' with this model. Supported values are: 'medium'."
_ODD = "Model incompatible request argument{} supplied: {}"
_LONG = "Invalid '{}': string too long. Expected a string with maximum length 64, but got a string with length 65 instead."
_AUDIO = "This model requires that either input content or output modality contain audio."
_SIZES = "Invalid value: 'x'. Supported values are: 'low', 'medium', and 'high'."
_PREDICTS = "Unsupported parameter: 'prediction' is not supported with this model"
_DAY = "This model is compatible only with 24h extended prompt caching"
_IMAGE = {
    "messages": [
        {"role": "user", "content": "hi"},
        {
            "role": "user",
            "content": [{"type": "text", "text": "?"}, {"type": "image_url", "image_url": {"url": "https://a.b/c"}}],
        },
    ]
}
_JSON = {"response_format": {"type": "json_object"}, "messages": [{"role": "user", "content": "json"}]}
_SCHEMA = {
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "n", "schema": {"type": "object", "properties": {}, "additionalProperties": False}},
    }
}
_BLIND = ("Invalid content type. image_url is only supported by certain models.", "messages.[1].content.[1].type", None)
_FORMLESS = "Invalid parameter: 'response_format' of type '{}' is not supported with this model."
REFUSED = [
    *((model, _IMAGE, _BLIND) for model in ("gpt-3.5-turbo", "gpt-4", "gpt-4-0613", "gpt-4-1106-preview")),
    *((model, _SCHEMA, (_FORMLESS.format("json_schema"), None, None)) for model in ("gpt-4", "gpt-4-turbo", "gpt-3.5-turbo")),
    ("gpt-4o-2024-05-13", _SCHEMA, (_FORMLESS.format("json_schema") + " Learn more", None, None)),
    ("gpt-4", _JSON, (_FORMLESS.format("json_object"), "response_format", None)),
    ("gpt-4o", {"web_search_options": {}}, ("Web search options not supported with this model.", "web_search_options", None)),
    (SEARCH, {"temperature": 0}, (_ODD.format("", "temperature"), None, None)),
    (SEARCH, {"top_p": 1, "presence_penalty": 0}, (_ODD.format("s", "presence_penalty, top_p"), None, None)),
    (
        SEARCH,
        {"web_search_options": {"search_context_size": "x"}},
        (_SIZES, "web_search_options.search_context_size", "invalid_value"),
    ),
    (
        SEARCH,
        {"web_search_options": {"user_location": {"type": "approximate"}}},
        (
            "Missing required parameter: 'web_search_options.user_location.approximate'.",
            "web_search_options.user_location.approximate",
            "missing_required_parameter",
        ),
    ),
    (PREVIEW, {}, (_AUDIO, "model", "invalid_value")),
    (PREVIEW, {"modalities": ["text"]}, (_AUDIO, "model", "invalid_value")),
    ("gpt-4o", SOUND, ("Unsupported value: 'modalities' does not support", "modalities", "unsupported_value")),
    ("gpt-4o", {"verbosity": "low"}, (_VERBOSE.format("low"), "verbosity", "unsupported_value")),
    ("o3", {"verbosity": "high"}, (_VERBOSE.format("high"), "verbosity", "unsupported_value")),
    ("gpt-5-chat-latest", {"verbosity": "high"}, (_VERBOSE.format("high"), "verbosity", "unsupported_value")),
    (
        "gpt-4o",
        {"safety_identifier": "x" * 65},
        (_LONG.format("safety_identifier"), "safety_identifier", "string_above_max_length"),
    ),
    (
        "gpt-4o",
        {"prompt_cache_key": "x" * 65},
        (_LONG.format("prompt_cache_key"), "prompt_cache_key", "string_above_max_length"),
    ),
    ("gpt-4o", {"prompt_cache_retention": "x"}, ("Invalid prompt_cache_retention argument", "prompt_cache_retention", None)),
    (
        "gpt-5.6",
        {"prompt_cache_options": {"mod": "x"}},
        (
            "Unknown parameter: 'prompt_cache_options.mod'. Did you mean 'mode'?",
            "prompt_cache_options.mod",
            "unknown_parameter",
        ),
    ),
    (
        "gpt-5.6",
        {"prompt_cache_options": {"mode": "x"}},
        ("Invalid value: 'x'. Supported values are: 'implicit' and 'explicit'.", "prompt_cache_options.mode", "invalid_value"),
    ),
    ("gpt-5.6", {"prompt_cache_retention": "in_memory"}, (_DAY, "prompt_cache_retention", None)),
    (
        "gpt-5.6",
        {"moderation": {}},
        ("Missing required parameter: 'moderation.model'.", "moderation.model", "missing_required_parameter"),
    ),
    *(
        (model, PREDICTION, (f"{_PREDICTS}.", "prediction", "unsupported_parameter"))
        for model in ("gpt-4", "gpt-3.5-turbo", "gpt-4-turbo", SEARCH, "o3", "gpt-5-chat-latest")
    ),
    *(
        ("gpt-4o", {**PREDICTION, name: value}, ("Unsupported parameter:", name, "unsupported_parameter"))
        for name, value in {
            "n": 2,
            "logprobs": True,
            "presence_penalty": 1,
            "frequency_penalty": 1,
            "max_completion_tokens": 9,
            "tools": [{"type": "function", "function": {"name": "f"}}],
        }.items()
    ),
]


@pytest.mark.parametrize(("model", "fields", "expected"), REFUSED)
def test_it_is_refused(ask, chat, engine, model, fields, expected):
    answer = ask(chat(model=model, **fields))
    assert answer.status == 400
    assert (answer.error[0].startswith(expected[0]), *answer.error[1:]) == (True, *expected[1:])
    assert ask(chat(model=model, **fields), to=engine(validation="lenient")).status == 200


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (SEARCH, {"web_search_options": {"search_context_size": "low", "user_location": PLACE}}),
        (SEARCH, {}),
        (PREVIEW, SOUND),
        (PREVIEW, {"messages": [{"role": "assistant", "audio": {"id": "audio_1"}}, {"role": "user", "content": "x"}]}),
        (AUDIO, {}),
        ("gpt-4o", {"verbosity": "medium", "modalities": ["text"], "safety_identifier": "x" * 64}),
        ("gpt-5", {"verbosity": "low"}),
        *((model, _IMAGE) for model in ("gpt-4-turbo", "gpt-4-vision-preview", "gpt-4o", "no-model-of-theirs")),
        *((model, _SCHEMA) for model in ("gpt-4o", "gpt-4o-2024-08-06", "o3", "no-model-of-theirs")),
        *((model, _JSON) for model in ("gpt-4-turbo", "gpt-3.5-turbo")),
        ("gpt-5.2", {"verbosity": "high", "prompt_cache_retention": "in_memory"}),
        ("gpt-4.1", {**PREDICTION, "n": 1, "presence_penalty": 0, "logprobs": False, "max_tokens": 9}),
        ("mine", {**SOUND, **PREDICTION, "n": 2, "verbosity": "low", "web_search_options": {}}),
    ],
)
def test_it_is_accepted(ask, chat, model, fields):
    answer = ask(chat(model=model, **fields))
    assert answer.status == 200, answer.json
