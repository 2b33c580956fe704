from __future__ import annotations

import json
import re

from understudy.faults.wrong_language import FAULT
from understudy.model.reply import Reply, Text


def test_every_word_is_another_one_of_the_same_length(striking):
    text = "Hello there, NASA: 42 extraordinarily-incomprehensibilities."
    said = FAULT().on_reply(Reply((Text(text),)), striking()).text
    shape = [(len(word), word.isupper(), word[:1].isupper()) for word in re.findall(r"[^\W\d_]+|[\W\d_]+", text)]
    assert [(len(word), word.isupper(), word[:1].isupper()) for word in re.findall(r"[^\W\d_]+|[\W\d_]+", said)] == shape
    assert said != text
    assert ": 42 " in said


def test_json_stays_json_with_its_names(striking):
    text = '{"answer":["one\\ntwo",true,7],"more":{"n":null}}'
    said = json.loads(FAULT().on_reply(Reply((Text(text),)), striking()).text)
    assert [type(item) for item in said["answer"]] == [str, bool, int]
    assert "one" not in said["answer"][0]
    assert said["more"] == {"n": None}
