from __future__ import annotations

import json

import pytest

from understudy.faults.malformed_arguments import FAULT
from understudy.model.reply import Reply, ToolCall

CALL = ToolCall("get_weather", '{"city":"Paris","days":3}', "call_1")


def test_a_comma_is_too_many(offered):
    (call,) = FAULT().on_reply(Reply((CALL,)), offered()).blocks
    assert (call.name, call.id, call.arguments) == ("get_weather", "call_1", '{"city":"Paris","days":3,}')


@pytest.mark.parametrize("arguments", ["{}", "[]", "7", "", "{,}"])
def test_whatever_was_given_it_is_no_json(arguments, offered):
    (call,) = FAULT().on_reply(Reply((ToolCall("get_weather", arguments),)), offered()).blocks
    with pytest.raises(ValueError, match=r"."):
        json.loads(call.arguments)
