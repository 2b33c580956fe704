"""What servers in Rust say of bodies: what is wrong, and where reading ended."""

from __future__ import annotations

import json

import pytest

from understudy.dialects._kin.serde import misfit, syntax

ROLES = ("system", "user")
UNFIT = "Failed to deserialize the JSON body into the target type: "


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "EOF while parsing a value at line 1 column 1"),
        (b'{"a": 1', "EOF while parsing an object at line 1 column 8"),
        (b"{a: 1}", "key must be a string at line 1 column 2"),
        (b'{"a" 1}', "expected `:` at line 1 column 6"),
        (b'{"a": 1\n "b": 2}', "expected `,` or `}` at line 2 column 2"),
        (b'{"a": x}', "expected value at line 1 column 7"),
        (b"{} {}", "trailing characters at line 1 column 4"),
    ],
)
def test_what_is_no_json_is_refused_where_it_ends(body, told):
    assert syntax(body) == f"Failed to parse the request body as JSON: {told}"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"model":"\xff"}', "invalid unicode code point at line 1 column 12"),
        (b'{"a": "\\"x",\n"b": "\xc3"}', "invalid unicode code point at line 2 column 8"),
        (b'{"a": "\\ud83d\\ude00", "b": "\\ud800"}', "lone leading surrogate in hex escape at line 1 column 35"),
        (b'["\\ud800"]', "lone leading surrogate in hex escape at line 1 column 9"),
        (b'{"a": "NaN", "b": NaN}', "expected value at line 1 column 21"),
        (b'{"a": 1e999}', "number out of range at line 1 column 11"),
        (b'{"a": %b}' % (b"9" * 5000), "number out of range at line 1 column 5006"),
    ],
)
def test_what_python_reads_and_serde_does_not_is_refused_where_it_stands(body, told):
    assert syntax(body) == f"Failed to parse the request body as JSON: {told}"


def test_what_is_too_deep_is_refused():
    assert "recursion limit exceeded" in syntax(b"[" * 100_000)


def test_what_is_no_object_is_named():
    assert syntax(b"[]") == UNFIT + "invalid type: sequence, expected a map at line 1 column 2"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"model": "m",\n"max_tokens": 1\n}', "missing field `messages` at line 3 column 1"),
        ('{"messages": []}', "missing field `model` at line 1 column 16"),
        ('{"model": 1}', "model: invalid type: integer `1`, expected a string at line 1 column 11"),
        ('{"temperature": "1.3"}', 'temperature: invalid type: string "1.3", expected f32 at line 1 column 21'),
        ('{"stream": 1}', "stream: invalid type: integer `1`, expected a boolean at line 1 column 12"),
        ('{"max_tokens": true}', "max_tokens: invalid type: boolean `true`, expected u32 at line 1 column 19"),
        ('{"max_tokens": -1}', "max_tokens: invalid value: integer `-1`, expected u32 at line 1 column 17"),
        ('{"messages": {}}', "messages: invalid type: map, expected a sequence at line 1 column 15"),
        ('{"messages": null}', "messages: invalid type: null, expected a sequence at line 1 column 17"),
        ('{"tools": [{"name": "f"}]}', "tools[0]: missing field `function` at line 1 column 24"),
        (
            '{"messages": ["é", 1]}',
            'messages[0]: invalid type: string "é", expected internally tagged enum at line 1 column 18',
        ),
        ('{"messages": [{"role": "user"}]}', "messages[0]: missing field `content` at line 1 column 30"),
        ('{"messages": [{"content": "a"}]}', "messages[0]: missing field `role` at line 1 column 30"),
        (
            '{"messages": [{"role": "user", "content": ""}, {"role": "developer", "content": ""}]}',
            "messages[1].role: unknown variant `developer`, expected one of `system`, `user` at line 1 column 83",
        ),
        (
            '{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}',
            "messages[0].content: unknown variant `image_url`, expected `text` at line 1 column 66",
        ),
    ],
)
def test_members_that_do_not_fit_are_told_in_order(body, told):
    assert misfit(json.loads(body), body.encode(), ("messages", "model"), ROLES) == UNFIT + told


def test_what_fits_is_not_refused():
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 1, "top_p": None, "odd": {"a": 1}}
    assert misfit(body, json.dumps(body).encode(), ("messages", "model"), ROLES) is None


def test_a_member_that_is_there_twice_has_a_place_all_the_same():
    body = '{"messages": 1, "messages": [{"role": "user"}]}'
    told = misfit(json.loads(body), body.encode(), (), ROLES)
    assert told is not None
    assert told.endswith("at line 1 column 47")
