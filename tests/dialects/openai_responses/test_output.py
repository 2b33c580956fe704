"""How much of an output fits the tokens that a request allows."""

from __future__ import annotations

import pytest

WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
CALL = f"rules: [{{reply: {{tool_calls: [{{name: f, arguments: {{note: {WORDS}}}}}, {{name: g}}]}}}}]"
REFUSAL = f"rules: [{{reply: {{refusal: {WORDS}}}}}]"
CUSTOM = [{"type": "custom", "name": "f"}]


@pytest.mark.parametrize(
    ("script", "tools", "member"), [(CALL, [], "arguments"), (CALL, CUSTOM, "input"), (REFUSAL, [], "refusal")]
)
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-4o-mini"])
def test_a_call_and_a_refusal_end_where_the_tokens_do(talk, script, tools, member, model):
    client = talk(script)
    fields = {"tools": tools, "max_output_tokens": 16}
    made = client.create("go", model, **fields).json
    assert (made["status"], made["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert made["usage"]["output_tokens"] == 16
    (item,) = made["output"]
    told = item["content"][0] if "content" in item else item
    assert item["status"] == "incomplete"
    whole = client.create("go", model, tools=tools).json["output"][0]
    assert 0 < len(told[member]) < len((whole["content"][0] if "content" in whole else whole)[member])
    events = client.create("go", model, stream=True, **fields).events
    assert "".join(event["delta"] for event in events if event["type"].endswith(".delta")) == told[member]
    assert events[-2]["item"]["status"] == "incomplete"
    assert events[-1]["type"] == "response.incomplete"


def test_a_call_has_no_arguments_where_its_name_takes_all_tokens(talk):
    script = "rules: [{reply: {tool_calls: [{name: a_name_of_a_tool_that_goes_on_and_on_and_on_and_on, arguments: {a: 1}}]}}]"
    made = talk(script).create(max_output_tokens=16).json
    assert (made["output"][0]["arguments"], made["usage"]["output_tokens"]) == ("", 16)


def test_what_fits_is_whole(talk):
    made = talk(CALL).create(max_output_tokens=100).json
    assert (made["status"], [item["status"] for item in made["output"]]) == ("completed", ["completed", "completed"])


def test_made_up_reasoning_leaves_room_for_a_call(talk):
    made = talk(CALL).create(model="gpt-5", max_output_tokens=220).json
    assert [item["type"] for item in made["output"]] == ["reasoning", "function_call", "function_call"]
    assert (made["status"], made["usage"]["output_tokens"] <= 220) == ("completed", True)
