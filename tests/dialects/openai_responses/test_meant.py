"""What a script means by an item of the provider's own, and what it cannot mean."""

from __future__ import annotations

import json

import pytest

from understudy.dialects import ShapeError
from understudy.dialects.openai_responses.meant import meant

HELLO = {"type": "output_text", "text": "hello"}


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({"type": "mcp_call", "arguments": {"a": 1}}, {"arguments": '{"a":1}'}),
        ({"type": "mcp_call", "arguments": "as it is", "error": None}, {"arguments": "as it is", "error": None}),
        ({"type": "mcp_call", "arguments": None}, {}),
        ({"type": "function_call", "arguments": {"a": 10**30}}, {"arguments": '{"a":1' + 30 * "0" + "}"}),
        ({"type": "custom_tool_call", "input": {"a": 1}}, {"input": '{"a":1}'}),
        ({"type": "message", "content": "hello"}, {"content": [HELLO]}),
        ({"type": "message", "content": ["hello"]}, {"content": [HELLO]}),
        ({"type": "message", "content": [{"text": "hello"}]}, {"content": [HELLO]}),
        ({"type": "message", "content": [{"refusal": "no"}]}, {"content": [{"type": "refusal", "refusal": "no"}]}),
        ({"type": "reasoning", "summary": "x"}, {"summary": [{"type": "summary_text", "text": "x"}]}),
        ({"type": "reasoning", "content": ["x"]}, {"content": [{"type": "reasoning_text", "text": "x"}]}),
        ({"type": "something_new", "arguments": {"a": 1}, "x": None}, {"arguments": {"a": 1}, "x": None}),
    ],
)
def test_a_mapping_is_json_and_a_text_is_a_part(item, found):
    assert meant(item) == {"type": item["type"], **found}


@pytest.mark.parametrize(
    ("item", "path", "message"),
    [
        (
            {"type": "image_generation_call", "partial_images": 2},
            ("partial_images",),
            "expected a list of texts, got an integer.",
        ),
        ({"type": "image_generation_call", "partial_images": [7]}, ("partial_images", 0), "expected a text, got an integer."),
        ({"type": "code_interpreter_call", "code": 7}, ("code",), "expected a text, got an integer."),
        (
            {"type": "mcp_call", "arguments": 7},
            ("arguments",),
            "expected a mapping, or a text that is sent as it is, got an integer.",
        ),
        ({"type": "message", "content": {}}, ("content",), "expected a list of parts, got an object."),
        ({"type": "message", "content": [7]}, ("content", 0), "expected a mapping, or a text, got an integer."),
        ({"type": "message", "content": [{"text": 7}]}, ("content", 0, "text"), "expected a text, got an integer."),
        (
            {"type": "message", "content": [{"text": "", "annotations": [7]}]},
            ("content", 0, "annotations", 0),
            "expected a mapping, got an integer.",
        ),
        ({"type": "web_search_call", "action": "x"}, ("action",), "expected a mapping, got a string."),
        ({"type": "anything", "id": 7}, ("id",), "expected a text, got an integer."),
    ],
)
def test_what_cannot_be_meant_is_named(item, path, message):
    with pytest.raises(ShapeError) as found:
        meant(item)
    assert (found.value.path, str(found.value)) == (path, message)


@pytest.mark.parametrize(
    "item",
    [
        {"type": "reasoning"},
        {"type": "reasoning", "summary": None, "content": "x"},
        {"type": "message", "content": None},
        {"type": "message", "content": "hello"},
        {"type": "function_call", "name": "f", "arguments": {"a": 1}},
        {"type": "function_call"},
        {"type": "custom_tool_call", "input": {"a": 1}},
        {"type": "mcp_call", "arguments": {"a": 1}},
        {"type": "compaction"},
        {"type": "something_new", "status": "odd"},
    ],
    ids=str,
)
def test_an_item_is_answered_streamed_and_made_in_the_background(talk, item):
    client = talk(json.dumps({"rules": [{"reply": {"blocks": [{"item": item}]}}]}))
    (whole,) = client.create().json["output"]
    streamed = client.create(stream=True)
    (last,) = streamed.events[-1]["response"]["output"]
    polled = client("GET", f"/responses/{client.create(background=True).json['id']}").json
    names = [{**each, "id": "", "call_id": ""} for each in (whole, last, *polled["output"])]
    assert names[0] == names[1] == names[2]
    assert streamed.kinds[-2:] == ["output_item.done", "completed"]


def test_a_call_that_failed_says_so(talk):
    events = talk("rules: [{reply: {blocks: [item: {type: mcp_call, error: bad}]}}]").create(stream=True).events
    kinds = {event["type"]: event for event in events}
    assert kinds["response.output_item.done"]["item"]["status"] == "failed"
    assert "response.mcp_call.failed" in kinds
