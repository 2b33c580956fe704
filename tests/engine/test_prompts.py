"""What a prompt says is what a tool is called with: a table of prompts and the calls they lead to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from understudy.engine.decision import decide
from understudy.engine.tools import answer
from understudy.model.call import Call, Message, Tool

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("prompts.yaml").read_text())


def tool_of(name, takes):
    properties, needed = {}, []
    for key, said in takes.items():
        member = key.removesuffix("?")
        if isinstance(said, list):
            properties[member] = {"type": "string", "enum": said}
        else:
            properties[member] = said if isinstance(said, dict) else {"type": said}
        needed += [member] if member == key else []
    return Tool(name, "", {"type": "object", "properties": properties, "required": needed})


def called(case, draw=0):
    tools = case.get("tools") or {case["tool"]: case["takes"]}
    offered = tuple(tool_of(name, takes) for name, takes in tools.items())
    choice = "required" if case.get("force") else None
    call = Call("chat", "openai", "m", [Message("user", case["say"])], case["say"], tools=offered, tool_choice=choice)
    found = answer(call, "auto", decide(b"%d" % draw, 0))
    return None if found is None else [json.loads(block.arguments) for block in found[1].blocks]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["say"][:50])
def test_arguments_are_what_the_prompt_says(case):
    assert called(case) == called(case, 1) == case["calls"]


def test_the_table_is_as_long_as_it_should_be():
    assert len(CASES) >= 60
    assert len({case["say"] + str(case.get("takes")) for case in CASES}) == len(CASES)
