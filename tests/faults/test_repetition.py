from __future__ import annotations

from understudy.faults.repetition import FAULT
from understudy.model.reply import Reply, Text


def test_the_last_sentence_comes_that_often(striking):
    reply = FAULT(times=3).on_reply(Reply((Text("Hi. How are you?"),)), striking())
    assert reply.text == "Hi. How are you? How are you? How are you?"


def test_a_text_of_one_sentence_is_repeated_whole(striking):
    assert FAULT(times=2).on_reply(Reply((Text("3.5 is it"),)), striking()).text == "3.5 is it 3.5 is it"
