from __future__ import annotations

import pytest

from understudy.model.reply import Raw, Reasoning, Refused, Reply, Text, ToolCall


def test_the_text_of_a_reply_is_what_is_visible():
    assert Reply((Reasoning("hm"), Text("a"), ToolCall("f", "{}"), Refused("no"), Text("b"))).text == "ab"
    assert Reply().text == ""


def test_an_answer_byte_by_byte_is_a_good_one_unless_it_says_otherwise():
    assert Raw() == Raw(200, (), ())


def test_a_text_in_pieces_is_all_of_them():
    assert (Text(("a", "", "bc")).text, Text(()).text, Reply((Text(["a", "b"]), Text("c"))).text) == ("abc", "", "abc")


def test_a_text_may_be_held_as_its_tokens():
    atoms, calls = ("one", " two"), ToolCall("f", "{}")
    held = Reply((Reasoning("hm"), Text("one two"), calls), finish="stop", atoms=atoms).spelled()
    assert held.blocks == (Reasoning("hm"), Text(atoms), calls)
    assert (held.text, held.finish, held.blocks[1].said) == ("one two", "stop", atoms)


@pytest.mark.parametrize(
    "reply",
    [
        Reply((Text("one two"),)),
        Reply((Text("one three"),), atoms=("one", " two")),
        Reply((Text("one"), Text(" two")), atoms=("one", " two")),
        Reply((Reasoning("one two"),), atoms=("one", " two")),
    ],
)
def test_a_text_that_its_tokens_do_not_make_up_is_held_as_it_is(reply):
    assert reply.spelled() is reply
