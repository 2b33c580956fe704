"""A turn of a model in no provider's words: limits, stop sequences, what it costs, identifiers."""

from __future__ import annotations

import re

import pytest
from msgspec import structs

from understudy.dialects import Moment, Options
from understudy.dialects._fixed import Renderings
from understudy.dialects._stencil import fill
from understudy.dialects._turn import alike, costs, cut, lasting, letters, uuid, whole, work_out
from understudy.engine.decision import Decision
from understudy.model.call import Call
from understudy.model.reply import Item, Reasoning, Refused, Reply, Text, ToolCall, Usage

SAID = Reply((Reasoning("I think so."), Text("one two three"), ToolCall("f", "{}")))
MOMENT = Moment(Decision(b"0123456789abcdef"), b"0123456789abcdefghijkl", b"", 0, Options(), 5)


def ask(**wishes):
    return Call("chat", "any", "m", **wishes)


def test_everything_is_said_in_order_and_counted():
    turn = work_out(ask(), SAID)
    assert [(part.kind, part.text) for part in turn.parts] == [
        ("reasoning", "I think so."),
        ("text", "one two three"),
        ("call", "{}"),
    ]
    assert turn.finish == "tool_calls"
    spent = costs(turn, SAID, MOMENT)
    assert (spent.prompt, spent.completion, spent.thought) == (5, turn.tokens, turn.parts[0].tokens)


@pytest.mark.parametrize(
    ("limit", "text", "calls"), [(0, "", 0), (5, "one", 0), (7, "one two three", 0), (100, "one two three", 1)]
)
def test_a_limit_cuts_what_comes_last(limit, text, calls):
    turn = work_out(ask(max_tokens=limit), SAID)
    assert (turn.said("text"), len(turn.calls)) == (text, calls)
    assert turn.tokens <= limit
    assert turn.finish == ("tool_calls" if calls else "length")


def test_a_stop_sequence_ends_the_turn_and_is_named():
    turn = work_out(ask(), SAID, ("three", "two"))
    assert (turn.said("text"), turn.sequence, turn.finish, turn.calls) == ("one ", "two", "stop", [])


def test_a_refusal_is_text_that_declines():
    turn = work_out(ask(), Reply((Refused("No."),)))
    assert (turn.said("text"), turn.declines, turn.finish) == ("No.", True, "stop")


def test_what_only_one_provider_has_is_kept_beside_what_is_said():
    turn = work_out(ask(), Reply((Item({"type": "search"}), Text("a"))))
    assert [part.text for part in turn.parts] == ["a"]
    assert turn.items == ({"type": "search"},)


def test_the_reply_may_say_what_it_costs():
    told = Reply((Text("a"),), usage=Usage(100, 7, 3, 500))
    spent = costs(work_out(ask(), told), told, MOMENT)
    assert (spent.prompt, spent.completion, spent.thought, spent.cached) == (100, 7, 3, 100)


@pytest.mark.parametrize(
    ("usage", "held", "cached"),
    [
        (None, None, 0),
        (None, 4, 4),
        (None, 9, 5),
        (Usage(prompt_tokens=3), 4, 3),
        (Usage(cached_tokens=2), 4, 2),
        (Usage(cached_tokens=0), 4, 0),
    ],
)
def test_what_an_engine_holds_of_a_prompt_is_cached_unless_the_reply_says_otherwise(usage, held, cached):
    told, moment = Reply((Text("a"),), usage=usage), structs.replace(MOMENT, cached_tokens=held)
    assert costs(work_out(ask(), told), told, moment).cached == cached


def test_a_part_is_cut_into_pieces_that_make_it_up():
    turn = work_out(ask(), SAID)
    for part in turn.parts:
        found = cut(part, SAID, ask(), MOMENT)
        assert "".join(text for text, _ in found) == part.text


def test_identifiers_are_functions_of_answer_and_place():
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", uuid(MOMENT, "x"))
    assert uuid(MOMENT, "x") == uuid(MOMENT, "x") != uuid(MOMENT, "y")
    assert len(letters(MOMENT, 0, 12)) == 12
    assert letters(MOMENT, 0, 12) != letters(MOMENT, 1, 12)


def test_all_of_an_answer_serves_again_that_is_fixed_and_costs_what_was_counted():
    fixed = structs.replace(Reply((Text("a"),)), fixed=True)
    assert lasting(fixed, MOMENT)
    assert not lasting(Reply((Text("a"),)), MOMENT)
    assert not lasting(structs.replace(fixed, usage=Usage(3)), MOMENT)
    assert not lasting(structs.replace(fixed, blocks=(ToolCall("f", "{}"),)), MOMENT)
    assert not lasting(fixed, structs.replace(MOMENT, cached_tokens=1))


def test_a_whole_answer_is_kept_where_it_is_shared():
    fixed, made = structs.replace(Reply((Text("a"),)), fixed=True), []
    moment = structs.replace(MOMENT, options=Options(style=Renderings()))

    def make():
        made.append(work_out(ask(), fixed))
        return made[-1], b'{"id":\0001\0,"count":\0000\0}'

    for key, shares in (("a", True), ("a", True), ("b", True), ("a", False)):
        turn, row = whole(fixed, (key,), moment, make, shares=shares)
        assert fill(row, (b"5", b'"x"')) == b'{"id":"x","count":5}'
        assert turn.said("text") == "a"
    assert len(made) == 3


def test_answers_without_a_name_have_their_mark():
    assert alike(b"mark")(MOMENT.random, b"key") == b"mark"


def test_a_turn_without_its_texts_costs_the_same_and_thinks_and_calls():
    turn = work_out(ask(), SAID)
    muted = turn.muted()
    assert [part.text for part in muted.parts] == ["I think so.", "", "{}"]
    assert (muted.tokens, muted.finish, muted.calls) == (turn.tokens, turn.finish, turn.calls)
    assert turn.said("text") == "one two three"
