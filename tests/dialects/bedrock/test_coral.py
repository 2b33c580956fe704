"""Bodies of Converse that AWS's framework cannot read."""

from __future__ import annotations

import pytest

CLAUDE = "anthropic.claude-sonnet-4-5-20250929-v1:0"
LIST, STRUCTURE = "Start of list found where not expected", "Start of structure or map found where not expected"


def said(**block):
    return {"messages": [{"role": "user", "content": [block]}]}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"messages": "x"}, "Expected list or null"),
        ({"messages": {"a": 1}}, STRUCTURE),
        ({"messages": ["x"]}, "Expected null"),
        ({"messages": [{"role": "user", "content": "x"}]}, "Expected list or null"),
        (said(text=5), "NUMBER_VALUE can not be converted to a String"),
        (said(text=True), "TRUE_VALUE can not be converted to a String"),
        (said(text={"a": 1}), STRUCTURE),
        (said(text=["a"]), LIST),
        (said(image="x"), "Expected null"),
        ({"inferenceConfig": {"maxTokens": "x"}}, "STRING_VALUE can not be converted to an Integer"),
        ({"inferenceConfig": {"maxTokens": False}}, "FALSE_VALUE can not be converted to an Integer"),
        ({"inferenceConfig": {"temperature": []}}, LIST),
        ({"inferenceConfig": {"stopSequences": "x"}}, "Expected list or null"),
        ({"inferenceConfig": []}, LIST),
        ({"toolConfig": {"tools": {}}}, STRUCTURE),
        ({"system": "Be brief."}, "Expected list or null"),
    ],
)
def test_a_value_of_another_type_is_refused(ask, fields, message):
    answer = ask({**said(text="hi"), **fields}, f"/model/{CLAUDE}/converse")
    assert (answer.status, answer.json) == (400, {"Message": message})
    name = "SerializationException:http://internal.amazon.com/coral/com.amazon.coral.service/"
    assert answer.headers["x-amzn-errortype"] == name


def test_null_and_members_nobody_knows_are_read(ask):
    value = {**said(text="hi"), "system": None, "inferenceConfig": {"maxTokens": None, "x": []}, "y": 1}
    assert ask(value, f"/model/{CLAUDE}/converse").status == 200


def test_leniently_everything_is_read(ask, engine):
    value = {**said(text="hi"), "system": "x", "inferenceConfig": {"maxTokens": "x"}}
    assert ask(value, f"/model/{CLAUDE}/converse", to=engine(validation="lenient")).status == 200


def test_what_is_counted_is_read_too(ask):
    answer = ask({"input": {"converse": {"messages": "x"}}}, f"/model/{CLAUDE}/count-tokens")
    assert (answer.status, answer.json) == (400, {"Message": "Expected list or null"})
