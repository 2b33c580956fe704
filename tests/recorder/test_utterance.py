from __future__ import annotations

from understudy.recorder.utterance import Utterance


def test_pieces_of_a_kind_in_a_row_are_one_block():
    heard = Utterance()
    for kind, text in (("reasoning", "hm"), ("text", "a"), ("text", "b"), ("text", ""), ("text", None), ("refusal", "no")):
        heard.say(kind, text, 1.0)
    assert [(part.kind, part.text) for part in heard.parts] == [("reasoning", "hm"), ("text", "ab"), ("refusal", "no")]
    assert heard.text == "ab"


def test_blocks_with_a_key_are_told_apart():
    heard = Utterance()
    for key, text in ((0, "a"), (1, "b"), (0, "c")):
        heard.say("text", text, 1.0, key)
    assert [part.text for part in heard.parts] == ["ac", "b"]


def test_calls_are_put_together_by_their_key():
    heard = Utterance()
    heard.call(0, "f", "id0")
    heard.call(1, "g", None)
    for key, text in ((1, "{"), (0, "[]"), (1, "}"), (7, "lost")):
        heard.argue(key, text, 1.0)
    heard.call(0, None, None)
    assert [(part.name, part.id, part.text) for part in heard.parts] == [("f", "id0", "[]"), ("g", None, "{}")]


def test_counts_that_are_no_numbers_are_passed_over():
    heard = Utterance()
    heard.count(prompt_tokens=3, completion_tokens=None, cached_tokens=True, reasoning_tokens=-1)
    assert heard.usage == {"prompt_tokens": 3}
