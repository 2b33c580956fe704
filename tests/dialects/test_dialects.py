"""Every dialect in the package keeps the contract of the port."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from understudy import dialects
from understudy.dialects import Endpoint
from understudy.dialects._layout import Layout
from understudy.model.reply import Failure, FailureKind
from understudy.wire.forms import Hole

ALL = list(dialects.load())
KINDS = get_args(FailureKind)
WORDLESS = {(dialect, kind) for dialect in ("tgi", "tei") for kind in ("not_found", "method_not_allowed")}  # as axum says it


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
@pytest.mark.parametrize("kind", KINDS)
def test_a_dialect_has_words_for_every_failure(dialect, kind):
    error = dialect.failure(Failure(418, kind), dialect.style({}))
    assert error.status == 418
    assert len(error.data) > 20 or (dialect.name, kind) in WORDLESS
    told = dialect.failure(Failure(418, kind, "my own words"), dialect.style({}))
    assert b"my own words" in told.data
    if "json" in told.content_type:  # some say what a body lacks as text
        json.loads(told.data)


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
def test_the_fields_of_a_dialect_are_whole_lines(dialect):
    for endpoint in dialect.endpoints:
        block = dialect.fields(endpoint.operation, dialect.style({}))
        assert block.endswith("\r\n")
        assert all(": " in line for line in block[:-2].split("\r\n"))


@pytest.mark.parametrize("dialect", ALL, ids=lambda dialect: dialect.name)
def test_an_endpoint_that_recalls_says_of_which_calls(dialect):
    silent = Endpoint("GET", "/", "health", lambda *_: None, lambda *_: None).keeps
    assert [one.path for one in dialect.endpoints if one.recall is not None and one.keeps is silent] == []


def test_openai_is_there():
    assert "openai" in [dialect.name for dialect in ALL]


HOLES = {"a": Hole(b'"%b"', (0,)), "b": Hole(b"%d", (1,))}


def test_a_layout_is_filled_in_two_steps():
    layout = Layout({"x": "$a", "known": "$k", "n": ["$b", "100%"]}, HOLES)
    assert layout.names == ("a", "k", "b")
    assert layout.bind(k={"é": None}).render((b"id", 7)) == '{"x":"id","known":{"é":null},"n":[7,"100%"]}'.encode()


def test_a_pretty_layout_indents_what_is_put_in():
    layout = Layout({"x": {"y": "$k"}}, HOLES, pretty=True, end=b"\n")
    assert layout.bind(k={"z": [1]}).render(()).decode() == json.dumps({"x": {"y": {"z": [1]}}}, indent=2) + "\n"


def test_text_that_looks_like_a_hole_is_text():
    assert Layout({"x": "$k"}, HOLES).bind(k="$a %d").render(()) == b'{"x":"$a %d"}'


def test_a_hole_that_nobody_fills_is_an_error():
    with pytest.raises(KeyError):
        Layout({"x": "$other"}, HOLES).bind()


def test_items_of_a_providers_own_are_checked_by_who_says_them():
    assert dialects.item_problems({"type": "mcp_call", "arguments": {"a": 1}}) == []
    wrong = {"type": "web_search_call", "action": "x"}
    assert dialects.item_problems(wrong) == [(("action",), "expected a mapping, got a string.")]
