"""What dialects that check few fields read from JSON, whatever it holds."""

from __future__ import annotations

import pytest

from understudy.dialects import Listed, Options
from understudy.dialects import _asked as asked
from understudy.errors import RequestError
from understudy.model.call import Call, Message, Tool

ODD = [None, 1, "x", [], [1], {}, {"a": []}, True, -1, [{"function": 3}], {"function": {"name": 3}}]


@pytest.mark.parametrize("value", ODD)
def test_nothing_of_the_wrong_type_gets_through(value):
    assert all(isinstance(item, dict) for item in asked.objects(value))
    assert all(isinstance(item, str) and item for item in asked.texts(value))
    assert isinstance(asked.mapping(value), dict)
    assert asked.function_tools(value) == ()
    assert asked.function_tools([value]) == ()
    assert asked.whole(value) in (None, 1)


def test_bodies_are_objects_when_it_matters():
    assert asked.object_of(b'{"a":1}', strict=True, missing="none") == {"a": 1}
    assert asked.object_of(b"[]", strict=False, missing="none") == {}
    assert asked.object_of(b"", strict=False, missing="none") == {}
    for body, kind in (
        (b"", "invalid_request"),
        (b"{", "malformed_json"),
        (b"[]", "malformed_json"),
        (b"\xff", "malformed_json"),
    ):
        with pytest.raises(RequestError) as raised:
            asked.object_of(body, strict=True, missing="none")
        assert raised.value.failure.kind == kind


@pytest.mark.parametrize(("body", "found"), [(b"", {}), (b" ", {}), (b"[]", {}), (b"3", {}), (b'{"a":1}', {"a": 1})])
def test_a_lenient_body_need_not_be_there(body, found):
    assert asked.loose_object(body) == found


@pytest.mark.parametrize("read", [asked.json_of, asked.loose_object])
@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_always_refused(read, body):
    with pytest.raises(RequestError) as raised:
        read(body)
    assert (raised.value.failure.kind, raised.value.failure.message) == ("malformed_json", None)


def test_a_closed_catalogue_refuses_other_models():
    options = Options(listed=(Listed("a:latest"),), only_listed=True)
    asked.require_listed("a", options)
    with pytest.raises(RequestError) as raised:
        asked.require_listed("b", options)
    assert (raised.value.failure.status, raised.value.failure.subject) == (404, "b")


def test_a_body_without_a_model_is_for_the_one_that_is_served():
    options = Options(default_model="usual", listed=(Listed("a"), Listed("b")), only_listed=True)
    lenient = Options(strict=False, default_model="usual", listed=options.listed, only_listed=True)
    assert [asked.served_model({}, found) for found in (options, lenient, Options(default_model="usual"))] == [
        "a",
        "usual",
        "usual",
    ]
    assert asked.served_model({"model": "b"}, options) == "b"
    with pytest.raises(RequestError):
        asked.served_model({"model": "c"}, options)


def test_calls_of_earlier_turns_have_text_for_arguments():
    assert asked.called("f", {"a": 1}, None) == {
        "id": "",
        "type": "function",
        "function": {"name": "f", "arguments": '{"a":1}'},
    }
    assert asked.called("f", '{"a": 1}', "x")["function"]["arguments"] == '{"a": 1}'


def test_every_part_of_a_prompt_costs():
    empty = asked.prompt_tokens(Call("chat", "any", "m", [Message("user", "")]))
    assert empty == 4
    image = [{"type": "text", "text": "hi"}, {"image": {}}]
    assert asked.prompt_tokens(Call("chat", "any", "m", [Message("user", image)])) > 200
    assert asked.prompt_tokens(Call("chat", "any", "m", tools=(Tool("f", "does it"),))) > 3
    assert asked.prompt_tokens(Call("embedding", "any", "m", inputs=("hello", "world"))) == 2
