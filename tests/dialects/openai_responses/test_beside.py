"""A request that was read before but for its input is what reading all of it gives, and refused like it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from understudy.dialects import Options
from understudy.dialects.openai_responses.decode import created
from understudy.dialects.openai_responses.press import Press
from understudy.errors import RequestError

TOOL = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}, "strict": False}
CUSTOM = {"type": "custom", "name": "c", "format": {"type": "grammar", "syntax": "regex", "definition": "a+"}}
SCHEMA = {"type": "json_schema", "name": "a", "schema": {"type": "object", "properties": {}}}
OTHERS = (
    {},
    {"stream": True, "stream_options": {"include_obfuscation": False}},
    {"instructions": "Be kind.", "tools": [TOOL, CUSTOM], "tool_choice": "required", "parallel_tool_calls": False},
    {"text": {"format": SCHEMA, "verbosity": "low"}, "max_output_tokens": 100, "temperature": 0.5},
    {"text": {"format": {"type": "json_object"}}},
    {"previous_response_id": "resp_1", "store": False, "metadata": {"a": "b"}},
    {"reasoning": {"effort": "low", "summary": "auto"}, "model": "o3", "include": ["reasoning.encrypted_content"]},
    {"temperature": 3},
    {"unknown": 1},
    {"model": None},
)
INPUTS = (
    "hi",
    "in JSON, please",
    "model",
    [{"role": "user", "content": "hi"}],
    [{"role": "user", "content": [{"type": "input_text", "text": "hi"}]}, {"type": "item_reference", "id": "msg_1"}],
    [{"role": "nobody", "content": "hi"}],
    [{"type": "function_call", "call_id": "c"}],
    [5],
    [],
    "",
    None,
    5,
)


def read(request, options):
    """A call without what is only made of it, or the refusal."""
    try:
        call = created(request, {}, options)
    except RequestError as error:
        return error.failure
    return replace(call, extra=replace(call.extra, beside=None))


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "lenient"])
@pytest.mark.parametrize("other", OTHERS, ids=repr)
def test_a_request_is_the_same_however_it_is_read(make_request, other, strict):
    warm = Options(strict=strict, style=Press())
    for said in ("json before", *INPUTS, *INPUTS):
        request = make_request({"model": "gpt-4o", "input": said, **other}, "/v1/responses?include=a")
        assert read(request, warm) == read(request, Options(strict=strict)), said


def test_what_stands_beside_an_input_is_read_once(make_request):
    options = Options(style=Press())
    first, second = (created(make_request({"model": "m", "input": said, "tools": [TOOL]}), {}, options) for said in "ab")
    assert first.extra.beside is second.extra.beside
    assert first.tools is second.tools
    assert [call.extra.given[0]["content"][0]["text"] for call in (first, second)] == ["a", "b"]


def test_strict_and_lenient_requests_are_read_apart(make_request):
    press, request = Press(), make_request({"model": "m", "input": "hi", "temperature": 3})
    created(request, {}, Options(strict=False, style=press))
    with pytest.raises(RequestError):
        created(request, {}, Options(style=press))


def test_an_input_that_has_to_speak_of_json_is_looked_at_each_time(make_request):
    options, form = Options(style=Press()), {"format": {"type": "json_object"}}
    created(make_request({"model": "m", "input": "json", "text": form}), {}, options)
    with pytest.raises(RequestError):
        created(make_request({"model": "m", "input": "hi", "text": form}), {}, options)
