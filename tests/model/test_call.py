from __future__ import annotations

import pytest

from understudy.model.call import Call, Message

TEXTS = [
    (None, ""),
    ("x", "x"),
    ([], ""),
    ([{"type": "text", "text": "a"}, {"type": "image_url"}, 7, {"text": 7}, {"type": "text", "text": "b"}], "ab"),
]


@pytest.mark.parametrize(("content", "text"), TEXTS)
def test_the_text_of_a_message(content, text):
    assert Message("user", content).text == text


def test_the_last_message_of_a_role():
    call = Call("chat", "d", messages=[Message("user", "a"), Message("system", "s"), Message("user", "b")])
    assert [call.message_text(role) for role in ("user", "system", "tool")] == ["b", "s", ""]


def test_the_text_of_the_last_message_whoever_says_it():
    assert Call("chat", "d", messages=[Message("user", "a"), Message("tool", "t")], user="a").last_text == "t"
    assert Call("completion", "d", user="a").last_text == "a"


@pytest.mark.parametrize(("roles", "text"), [(("developer", "system"), "system"), (("developer",), "developer"), ((), "")])
def test_what_the_system_says_goes_before_what_a_developer_says(roles, text):
    assert Call("chat", "d", messages=[Message(role, role) for role in roles]).system == text


def test_a_call_about_one_of_its_inputs():
    call = Call("embedding", "d", user="One ", inputs=("One ", "Two"))
    assert call.folded_user == "one"
    about = call.about(" TWO")
    assert (about.user, about.folded_user, about.inputs, call.user) == (" TWO", "two", call.inputs, "One ")
