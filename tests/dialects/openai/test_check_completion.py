"""What a legacy completion may not ask, and in which words it is told so."""

from __future__ import annotations

import pytest

PATH = "/v1/completions"
INSTRUCT, OLDER = "gpt-3.5-turbo-instruct", "davinci-002"
_TOGETHER = "Setting 'echo' and 'logprobs' at the same time is not supported for this model."
_NO_SUFFIX = "Unrecognized request argument supplied: suffix"
_LONG = "This model's maximum context length is {} tokens, however you requested {} tokens ({} in your prompt; {} for"
_TOO_FEW = "You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently 3)"
_NO_STREAM = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
REFUSED = [
    (INSTRUCT, {"echo": True, "logprobs": 0}, (_TOGETHER, None, None)),
    (OLDER, {"suffix": "x"}, (_NO_SUFFIX, None, None)),
    (INSTRUCT, {"max_tokens": 4097}, (_LONG.format(4097, 4098, 1, 4097), None, None)),
    (OLDER, {"prompt": ["x", [1] * 16_380]}, (_LONG.format(16385, 16396, 16380, 16), None, None)),
    (INSTRUCT, {"n": 3, "best_of": 2}, (_TOO_FEW, None, None)),
    (INSTRUCT, {"best_of": 2, "stream": True}, ("Streaming is not supported when 'best_of'", "best_of", None)),
    (INSTRUCT, {"best_of": 21}, ("Invalid 'best_of': integer above maximum value.", "best_of", "integer_above_max_value")),
    (INSTRUCT, {"stream_options": {"include_usage": True}}, (_NO_STREAM, "stream_options", None)),
    (INSTRUCT, {"prompt": [1, 2_000_000]}, ("Invalid token in prompt: 2000000.", None, None)),
    (INSTRUCT, {"prompt": [[1], [-1]]}, ("Invalid token in prompt: -1.", None, None)),
]


@pytest.mark.parametrize(("model", "fields", "expected"), REFUSED)
def test_it_is_refused(ask, engine, model, fields, expected):
    answer = ask({"model": model, "prompt": "x", **fields}, PATH)
    assert answer.status == 400
    assert answer.json["error"]["type"] == "invalid_request_error"
    assert (answer.error[0].startswith(expected[0]), *answer.error[1:]) == (True, *expected[1:])
    assert ask({"model": model, "prompt": "x", **fields}, PATH, to=engine(validation="lenient")).status == 200


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (OLDER, {"echo": True, "logprobs": 0}),
        (INSTRUCT, {"echo": True}),
        (INSTRUCT, {"suffix": "x", "logprobs": 5}),
        (INSTRUCT, {"suffix": None, "echo": False, "logprobs": 1}),
        (INSTRUCT, {"max_tokens": 4096}),
        (INSTRUCT, {"n": 2, "best_of": 2, "stream": True}),
        ("mine", {"echo": True, "logprobs": 1, "suffix": "x", "max_tokens": 100_000}),
    ],
)
def test_it_is_accepted(ask, model, fields):
    assert ask({"model": model, "prompt": "x", **fields}, PATH).status == 200


@pytest.mark.parametrize("model", [INSTRUCT, OLDER, "babbage-002"])
def test_a_model_that_only_completes_does_not_chat(ask, engine, chat, model):
    refused = ask(chat(model=model))
    message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint. Did you mean to use"
    assert (refused.status, refused.error) == (404, (f"{message} v1/completions?", "model", None))
    assert ask(chat(model=model), to=engine(validation="lenient")).status == 200
