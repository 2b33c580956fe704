from __future__ import annotations

from understudy.faults.fenced_json import FAULT
from understudy.model.reply import Reply, Text


def test_json_is_fenced(striking):
    assert FAULT().on_reply(Reply((Text('{"a":1}'),)), striking()).text == '```json\n{"a":1}\n```'


def test_other_text_is_not(striking):
    assert FAULT().on_reply(Reply((Text("Hello"),)), striking()).text == "Hello"
