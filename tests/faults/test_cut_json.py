from __future__ import annotations

from understudy.faults.cut_json import FAULT
from understudy.model.reply import Reply, Text


def test_half_of_the_text_is_there_and_the_limit_is_to_blame(striking):
    reply = FAULT().on_reply(Reply((Text('{"answer":42}'),), pieces=("x",), atoms=("x",), stream_text="x"), striking())
    assert reply == Reply((Text('{"answe'),), "length")


def test_without_text_there_is_nothing_to_cut(striking):
    reply = Reply()
    assert FAULT().on_reply(reply, striking()) is reply
