"""`json`: JMESPath over the raw body."""

import datetime as dt

import pytest

from understudy.matching import When

OPERATORS = "equals, contains, prefix, regex, glob, any, all, not"
BODY = b'{"temperature": 0, "n": 1, "ok": true, "none": null, "user": "Ann", "stop": ["a", "b"], "meta": {"team": "blue"}}'


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("meta.team", True),
        ("meta.colour", False),
        ("temperature", True),
        ("none", False),
        ("temperature == `0`", True),
        ("n > `1`", False),
        ("length(stop) == `2`", True),
        ("length(missing) > `1`", False),
        ("stop[?@ == 'z']", False),
        ({"n": 1}, True),
        ({"n": 1.0}, True),
        ({"n": True}, False),
        ({"ok": True}, True),
        ({"ok": 1}, False),
        ({"none": None}, True),
        ({"missing": None}, True),
        ({"user": "ann"}, True),
        ({"user": {"prefix": "a"}}, True),
        ({"user": {"not": "bob"}}, True),
        ({"n": "1"}, False),
        ({"n": {"not": "1"}}, True),
        ({"stop": "b"}, True),
        ({"stop": {"all": ["a", "b"]}}, True),
        ({"stop": ["a", "b"]}, True),
        ({"stop": ["b", "a"]}, False),
        ({"stop": ["a"]}, False),
        ({"meta": {"team": "blue"}}, True),
        ({"meta": {"team": "Blue"}}, False),
        ({"meta": {"team": "blue", "x": 1}}, False),
        ({"n": 1, "user": "bob"}, False),
        ({"length(missing)": {"not": "x"}}, False),
    ],
)
def test_json(ask, condition, holds):
    assert (ask({"json": condition}, body=BODY) is not None) is holds


def test_groups_come_from_the_body_too(ask):
    assert ask({"json": {"meta.team": {"regex": "(.)$"}}}, body=BODY) == {"1": "e"}


def test_the_body_kept_by_the_dialect_comes_first(make_call, make_request):
    when = When.build({"json": "a"})
    assert when.test(make_call(body=b'{"a": 1}'), make_request(body=b"{}")) == {}
    assert when.test(make_call(body=b"{}"), make_request(body=b'{"a": 1}')) is None


def test_bodies_of_different_calls_are_not_mixed_up(ask):
    when = When.build({"json": {"a": 1}})
    bodies = (b'{"a":1}', b'{"a":2}', b'{"a":1}', b"x")
    assert [ask(when, body=body) is not None for body in bodies] == [True, False, True, False]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": 1e999999}', b'"\\ud800"', b"9" * 5000, b"null"],
    ids=lambda body: repr(body[:8]),
)
def test_a_body_that_cannot_be_used_never_matches(ask, body):
    assert ask({"json": "a"}, body=body) is None
    assert ask({"json": {"a": "x"}}, body=body) is None


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000], ids=len)
def test_what_is_no_json_does_not_match_a_negation_either(ask, body):
    assert ask({"json": {"a": {"not": "x"}}}, body=body) is None
    assert ask({"json": {"a": None}}, body=body) is None


@pytest.mark.parametrize(
    ("condition", "line"),
    [
        ("x.y", "json.x.y: expected something true, got null"),
        ({"n": 2}, "json.n: expected 2, got 1"),
        ({"user": "bob"}, "json.user: expected 'bob', got 'Ann'"),
        ({"stop": ["a"]}, 'json.stop: expected ["a"], got ["a","b"]'),
        ({"length(x)": 1}, "json.length(x): expected 1, got nothing that can be read as JSON"),
    ],
)
def test_a_miss_shows_what_the_expression_gave(reasons, condition, line):
    assert reasons({"json": condition}, body=BODY) == [line]


def test_a_long_result_is_cut(reasons):
    [line] = reasons({"json": {"a": 1}}, body=b'{"a": [' + b"1," * 500 + b"1]}")
    assert line.endswith("1,1...")
    assert len(line) < 120


@pytest.mark.parametrize(
    ("value", "path", "message"),
    [
        (3, (), "json: expected a JMESPath expression or a mapping of expressions to values, got the number 3."),
        ({}, (), "json: expected a JMESPath expression or a mapping of expressions to values, got an empty mapping."),
        ("lenth(a)", (), "json: cannot use 'lenth(a)': Unknown function: lenth()."),
        ("length()", (), "json: cannot use 'length()': Expected 1 argument for function length(), received 0."),
        ("a[", (), "json: expected a JMESPath expression, got 'a[': Invalid jmespath expression: Incomplete expression."),
        ("", (), "json: expected a JMESPath expression, got '': Invalid JMESPath expression: cannot be empty."),
        ({3: 1}, (3,), "json: expected a JMESPath expression, got the number 3. Put quotes around it."),
        (
            {"a": dt.date(2026, 1, 1)},
            ("a",),
            "a: expected a text condition or a JSON value, got a date. Put quotes around it.",
        ),
        (
            {"a": {"contians": "x"}},
            ("a", "contians"),
            f"unknown text condition 'contians': expected one of {OPERATORS}. Did you mean 'contains'?",
        ),
    ],
)
def test_mistakes(refused, value, path, message):
    assert refused({"json": value}) == [(("json", *path), message)]


def test_a_bracket_bomb_is_a_mistake_not_a_crash(refused):
    [(_, message)] = refused({"json": "(" * 5000})
    assert message.startswith("json: expected a JMESPath expression")
