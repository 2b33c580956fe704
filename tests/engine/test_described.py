"""Tools that stand in a prompt: what each takes, however that is written."""

from __future__ import annotations

import pytest

from understudy.engine.described import described_tools


def schema(**members):
    return {"type": "object", "properties": members, "required": list(members)}


CITY = {"type": "string"}
CASES = {
    "a signature": ("get_weather(city: str, days: int = 1) -> str - The weather.", schema(city=CITY)),
    "a signature with defaults only": ("get_weather(days: int = 1): the weather", schema(days={"type": "integer"})),
    "a function": (
        'def get_weather(city: string) -> string:\n    """The weather.\n\n    Args:\n        city: where\n    """',
        schema(city=CITY),
    ),
    "types of Python": (
        "get_weather(days: list[int], at: float | None) -> str",
        schema(days={"type": "array", "items": {"type": "integer"}}, at={"anyOf": [{"type": "number"}, {"type": "null"}]}),
    ),
    "a schema": (
        '> Tool Name: get_weather\nTool Description: get_weather()\nTool Args: {"properties": {"city": {"type": "string"}}}',
        {"properties": {"city": {"type": "string"}}},
    ),
    "members as Python shows them": (
        "get_weather: The weather, args: {'city': {'title': 'City', 'type': 'string'}}",
        schema(city={"title": "City", "type": "string"}),
    ),
    "types by their Python names": (
        "1. get_weather Tool Arguments: {'days': {'type': 'int'}}",
        schema(days={"type": "integer"}),
    ),
    "a default": (
        "(2) get_weather. It takes arguments {'city': {'type': 'string'}, 'days': {'type': 'integer', 'default': 1}}.",
        {**schema(city=CITY, days={"type": "integer", "default": 1}), "required": ["city"]},
    ),
    "names of arguments alone": ("get_weather, inputs {'city': 'where'}", schema(city=CITY)),
    "no arguments": ("get_weather - The weather.", schema(input={"type": "string"})),
    "a signature that is none": ("get_weather(city of choice) - The weather.", schema(input={"type": "string"})),
    "braces that are never closed": ("get_weather, args: {'city': ", schema(input={"type": "string"})),
    "nothing": ("other", schema(input={"type": "string"})),
}


@pytest.mark.parametrize(("told", "expected"), CASES.values(), ids=CASES)
def test_a_tool_is_read(told, expected):
    (tool,) = described_tools(f"Use these:\n\n{told}\n\nOthers take args: {{'no': {{}}}}.", ["get_weather"])
    assert (tool.name, tool.parameters) == ("get_weather", expected)


def test_each_tool_has_its_own_lines_in_the_order_of_the_prompt():
    text = "- add: Add numbers, args: {'a': {'type': 'int'}}\n- sub: Take away, args: {'b': {'type': 'int'}}\n"
    found = described_tools(text, ["sub", "add", "none", "sub"])
    assert [tool.name for tool in found] == ["add", "sub", "none"]
    assert [list(tool.parameters["properties"]) for tool in found] == [["a"], ["b"], ["input"]]
    assert "Add numbers" in found[0].description
    assert "Take away" not in found[0].description


def test_a_name_within_a_line_or_a_word_is_no_tool():
    (tool,) = described_tools("Do not use add(a: int) here.\nadder(b: int)\nadd(c: int)", ["add"])
    assert list(tool.parameters["properties"]) == ["c"]
