"""What stands beside conversations is read once, and each body is read as if it were the first."""

from __future__ import annotations

import json

import pytest

from understudy.dialects._beside import Beside, cut_open
from understudy.model.call import Call, Message, Prefix


def in_turns(told):
    found = json.loads(told)
    return [Message("user", text) for text in found] if all(isinstance(text, str) for text in found) else None


@pytest.fixture
def reader():
    """Reads bodies, and counts how many were read in full."""
    beside, full = Beside("said", ("bound",)), []

    def read(body, where=b"", **fields):
        data = json.dumps(body).encode() if isinstance(body, dict) else body

        def otherwise():
            full.append(data)
            value = json.loads(data)
            first = [Message("system", value["system"])] if "system" in value else []
            messages = [*first, *(Message("user", str(text)) for text in value.get("said", ()))]
            return Call("chat", "x", messages=messages, user=messages[-1].text, body=data, **{"kind": 1, **fields})

        return beside.read(data, where, in_turns, otherwise)

    read.full = full
    return read


def test_a_body_that_differs_in_its_conversation_is_not_read_in_full(reader):
    calls = [reader({"system": "s", "said": said, "n": 1}) for said in (["a"], ["b", "c"])]
    assert len(reader.full) == 1
    assert [[message.text for message in call.messages] for call in calls] == [["s", "a"], ["s", "b", "c"]]
    assert [call.user for call in calls] == ["a", "c"]
    assert [json.loads(call.body)["said"] for call in calls] == [["a"], ["b", "c"]]


@pytest.mark.parametrize(
    ("body", "where"),
    [({"said": ["a"], "n": 2}, b""), ({"n": 1, "said": ["a"]}, b""), ({"said": ["a"], "n": 1}, b"x")],
    ids=["beside", "order", "where"],
)
def test_whatever_else_differs_is_read_in_full(reader, body, where):
    reader({"said": ["a"], "n": 1})
    reader(body, where)
    assert len(reader.full) == 2


@pytest.mark.parametrize("body", [{"said": [1]}, {"said": ["a"], "bound": 1}, {"said": []}], ids=["odd", "bound", "empty"])
def test_what_may_not_be_shared_is_read_in_full(reader, body):
    for _ in range(2):
        reader({"system": "s", **body})
    assert len(reader.full) == 2


def test_calls_that_are_not_plain_are_kept_for_the_marks_of_a_cache_alone(reader):
    for fields in ({"kind": None}, {"kind": None, "prefixes": (Prefix(b"", 1, 1.0),)}):
        for said in "ab":
            reader({"said": [said], "n": len(fields)}, **fields)
    assert len(reader.full) == 3


TWICE = (b'{"user":"hi","said":"hi"}', b'{"said":"a","said":"a"}')
BROKEN = (b'{"model":"m"}', b"[]", b"", b'{"said":"hi"', b'{"said":"\xff"')


@pytest.mark.parametrize("body", [*TWICE, *BROKEN])
def test_what_is_not_found_for_certain_is_not_cut_open(body):
    assert cut_open(body, "said", b"") is None


def test_a_member_is_found_wherever_it_stands():
    key, told = cut_open(b'{"model":"m","said": [1, 2] ,"a":[]}', "said", b"")
    assert json.loads(told) == [1, 2]
    assert key == cut_open(b'{"model":"m","said": "" ,"a":[]}', "said", b"")[0]
    assert key != cut_open(b'{"model":"m","a":[],"said": "" }', "said", b"")[0]
