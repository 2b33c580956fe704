"""`When`: all keys must hold, mistakes are collected, nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.matching import NO_GROUPS, ConditionErrors, When, fold, matchers, near_miss, when_schema
from understudy.model.call import Call, Message, Tool
from understudy.model.http import Request, RequestHead

KEYS = [
    "dialect", "header", "json", "key", "messages", "model", "operation",
    "response_format", "stream", "system", "tool_result", "tools", "turn", "user",
]  # fmt: skip


def test_the_keys_are_those_of_the_script_format():
    assert matchers().names() == KEYS


def test_no_condition_holds_always(ask):
    assert ask({}) is NO_GROUPS
    assert When.build({}).describe() == "any call"


def test_all_keys_must_hold(ask):
    when = {"user": {"contains": "weather"}, "model": "gpt-*", "stream": True, "turn": 1}
    assert ask(when, "the weather", model="gpt-4o", stream=True) is NO_GROUPS
    assert ask(when, "the weather", model="gpt-4o") is None
    assert ask(when, "the weather", model="claude", stream=True) is None


def test_a_part_of_the_conditions_holds_for_more(ask):
    when = When.build({"user": "weather", "operation": "chat", "header": {"x-team": "a"}})
    assert [when.names(key) for key in ("user", "header", "model")] == [True, True, False]
    assert when.only("operation", "header").describe() == "operation: 'chat'; header.x-team: 'a'"
    assert when.only("model").describe() == "any call"


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        (" GPT ", "gpt"),
        ("gpt*", ""),
        ({"any": ["gpt", "o1"]}, ""),
        ({"not": "gpt"}, ""),
        ({"prefix": "gpt"}, ""),
        ({"equals": "o1"}, "o1"),
    ],
)
def test_the_name_of_a_model_is_told_where_it_is_all_that_is_asked_of_it(condition, name):
    assert When.build({"user": "x", "model": condition}).model == name
    assert When.build({"user": "x"}).model == ""


def test_groups_of_several_keys_are_joined_and_the_first_written_wins(ask):
    when = {"user": {"regex": "(?P<a>x)"}, "stream": False, "model": {"regex": "(?P<b>y)(z)"}, "json": {"k": {"regex": "(j)"}}}
    assert ask(when, "x", model="yz", body=b'{"k": "j"}') == {"1": "x", "a": "x", "b": "y", "2": "z"}


def test_groups_of_a_match_do_not_leak_into_the_next(ask):
    when = When.build({"user": {"regex": "(.)"}, "model": {"regex": "(.)(.)"}})
    assert ask(when, "a", model="bc") == {"1": "a", "2": "c"}
    assert ask(when, "d", model="ef") == {"1": "d", "2": "f"}
    assert NO_GROUPS == {}


def test_the_distance_is_the_mean_over_all_conditions(make_call, make_request):
    when = When.build({"model": "m", "stream": True, "turn": 1, "tools": True})
    distance, lines = when.explain(make_call("hi", model="m"), make_request())
    assert distance == 0.5
    assert lines == ["stream: expected true, got false", "tools: expected any, got nothing"]


def test_a_when_describes_itself():
    when = When.build({"user": "hi", "model": "gpt-*", "turn": {"min": 2}, "header": {"X-A": False}, "json": {"n": 1}})
    text = "user: 'hi'; model: text like 'gpt-*'; turn: 2 or more; header.x-a: none; json.n: 1"
    assert when.describe() == text
    assert repr(when) == f"<When {text}>"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "when: expected a mapping of conditions, got nothing."),
        ("hi", "when: expected a mapping of conditions, got the text 'hi'. Write {user: 'hi'}."),
        ([{"user": "hi"}], "when: expected a mapping of conditions, got a list."),
    ],
)
def test_what_is_no_mapping_is_refused(refused, value, message):
    assert refused(value) == [((), message)]


def test_unknown_keys_name_the_nearest(refused):
    known = ", ".join(KEYS)
    assert refused({"modle": "x", 7: 1}) == [
        (("modle",), f"unknown condition 'modle': expected one of {known}. Did you mean 'model'?"),
        ((7,), f"unknown condition 7: expected one of {known}."),
    ]


def test_the_schema_knows_every_key_and_can_be_resolved():
    schema = when_schema()
    assert list(schema["properties"]) == KEYS
    assert schema["additionalProperties"] is False
    assert set(schema["$defs"]) == {"text_condition"}

    def references(part):
        if isinstance(part, dict):
            yield from ([part["$ref"]] if "$ref" in part else [])
            part = list(part.values())
        if isinstance(part, list):
            for inner in part:
                yield from references(inner)

    assert set(references(schema)) == {"#/$defs/text_condition"}


texts = st.text(max_size=12) | st.sampled_from(["a", "ab", "(", "a*", "[", " ", "get_weather", "A b"])
numbers = st.integers(-2, 4)
junk = st.recursive(
    st.none() | st.booleans() | numbers | st.floats() | texts | st.dates() | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["equals", "contains", "prefix", "regex", "glob", "any", "all", "not", "min"]) | texts,
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
fine = st.sampled_from(["a", "A b", "ab", "a*", "a|b", "(?P<n>a)(b)?", "get_weather", "x?"])
words = fine | st.lists(fine, min_size=1, max_size=3)
operators = st.dictionaries(st.sampled_from(["equals", "contains", "prefix", "regex", "glob"]), words, min_size=1, max_size=2)
conditions = st.recursive(
    fine | operators,
    lambda inner: st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=2)}, optional={"not": inner}),
    max_leaves=4,
)
expressions = st.sampled_from(["a", "a[0].b", "length(a)", "max(a)", "a || b", "b.c", "@"])
fields = {
    **{key: conditions for key in KEYS if key not in ("operation", "header", "json", "stream", "turn")},
    "header": st.dictionaries(st.sampled_from(["authorization", "x-a", "X-B"]), conditions | st.booleans(), min_size=1),
    "json": expressions | st.dictionaries(expressions, conditions | numbers | st.none(), min_size=1),
    "operation": st.sampled_from(["chat", "embedding"]),
    "stream": st.booleans(),
    "turn": st.integers(0, 3),
}
written = st.sets(st.sampled_from(list(fields)), min_size=1, max_size=3).flatmap(
    lambda keys: st.fixed_dictionaries({key: fields[key] for key in sorted(keys)})
)
whens = written | st.dictionaries(st.sampled_from(KEYS) | texts, junk, max_size=4)
parts = (
    texts | st.none() | st.lists(junk, max_size=2) | st.lists(st.fixed_dictionaries({"type": texts, "text": texts}), max_size=2)
)
messages = st.lists(
    st.builds(Message, st.sampled_from(["system", "user", "assistant", "tool", "function", "\ud800"]), parts), max_size=4
)
bodies = st.sampled_from(
    [b"", b"{}", b"null", b'{"a": [1, "x"], "b": {"c": "a"}}', b'{"a": "ab"}', b"\xff", b"[[[["]
) | st.binary(max_size=8)
calls = st.builds(
    Call,
    st.sampled_from(["chat", "completion", "embedding", "models"]),
    texts,
    model=texts,
    messages=messages,
    user=texts | st.just("x" * 5000) | st.just("\ud800"),
    stream=st.booleans(),
    tools=st.lists(st.builds(Tool, texts), max_size=2).map(tuple),
    response_format=junk,
    body=bodies,
)
heads = st.dictionaries(st.sampled_from(["authorization", "x-api-key", "x-a", "x-b"]), texts | st.just("Bearer a"))
requests = st.builds(lambda headers, body: Request(RequestHead("POST", "/", "/", "", headers), body, 0.0), heads, bodies)


def check_mistake(path, message):
    assert all(isinstance(step, str | int) for step in path)
    assert message.endswith((".", "?"))


@given(whens, calls, requests)
def test_whatever_is_written_and_asked_nothing_raises(value, call, request_):
    try:
        when = When.build(value)
    except ConditionErrors as refusal:
        for path, message in refusal.errors:
            check_mistake(path, message)
        return
    groups = when.test(call, request_)
    distance, lines = when.explain(call, request_)
    assert (groups is None) is (distance > 0) is bool(lines)
    assert 0 <= distance <= 1
    assert all(isinstance(key, str) and isinstance(text, str) for key, text in (groups or {}).items())
    assert all("\n" not in line for line in lines)
    if when.exact_user is not None:
        both = when.exact_user == fold(call.user) and when.test_rest(call, request_) is not None
        assert both is (groups is not None)
    assert when.describe()
    assert near_miss([("rule", when)], call, request_)
