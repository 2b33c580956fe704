"""Request fields that a style does not look at."""

from __future__ import annotations

import json

import pytest

from understudy.dialects import Options, ShapeError
from understudy.dialects.openai import DIALECT
from understudy.dialects.openai.ignored import IGNORABLE, without
from understudy.model.http import Request, RequestHead

BODY = {
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": "hi, as json"}],
    "stream": True,
    "max_completion_tokens": 5,
    "n": 2,
    "stop": ["end"],
    "response_format": {"type": "json_object"},
    "stream_options": {"include_usage": True},
    "tools": [{"type": "function", "function": {"name": "look"}}],
    "tool_choice": "required",
}


def decode(ignores, *, strict):
    options = Options(strict=strict, style=DIALECT.style({"ignores": ignores}))
    head = RequestHead("POST", "/v1/chat/completions", "/v1/chat/completions", "", {})
    return DIALECT.endpoints[0].decode(Request(head, json.dumps(BODY).encode(), 0.0), {}, options)


def asked(call):
    return {
        "max_tokens": call.max_tokens,
        "n": call.choices,
        "response_format": call.response_format,
        "stop": call.extra.stop,
        "stream_options": call.extra.include_usage,
        "tool_choice": call.tool_choice,
    }


NOTHING = {"max_tokens": None, "n": 1, "response_format": None, "stop": (), "stream_options": False, "tool_choice": None}
ALL = {
    "max_tokens": 5,
    "n": 2,
    "response_format": {"type": "json_object"},
    "stop": ("end",),
    "stream_options": True,
    "tool_choice": "required",
}


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("ignores", [[], ["n"], ["stop", "stream_options"], list(IGNORABLE)])
def test_only_the_named_fields_are_as_if_not_sent(ignores, strict):
    call = decode(ignores, strict=strict)
    assert asked(call) == ALL | {name: NOTHING[name] for name in ignores}
    assert [tool.name for tool in call.tools] == ["look"], "rules may still look at what is offered"


def test_the_call_given_is_left_alone():
    call = decode([], strict=True)
    without(call, IGNORABLE)
    assert asked(call) == ALL


@pytest.mark.parametrize(
    ("ignores", "path", "message"),
    [
        ("n", ("ignores",), "expected a list of request fields, got 'n'"),
        (["n", "stops"], ("ignores", 1), "field 'stops': expected one of max_tokens, n, .*Did you mean 'stop'"),
    ],
)
def test_other_names_are_refused(ignores, path, message):
    with pytest.raises(ShapeError, match=message) as caught:
        DIALECT.style({"ignores": ignores})
    assert caught.value.path == path
