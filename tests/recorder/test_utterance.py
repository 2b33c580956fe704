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


def test_how_likely_tokens_were():
    heard = Utterance()
    own = {"token": "a", "logprob": -0.5, "bytes": [97]}
    heard.score([own | {"top_logprobs": [own, {"token": "b", "logprob": -1}]}, {"token": "c", "logprob": 1e-9}])
    heard.score(None)
    assert heard.odds == [
        {"token": "a", "logprob": -0.5, "top_logprobs": [{"token": "b", "logprob": -1.0}]},
        {"token": "c", "logprob": 0.0},
    ]
    assert not heard.unreadable


def test_tokens_of_which_it_is_not_told_how_likely_they_were():
    for entry in ({"token": "a", "logprob": None}, {"logprob": -1}, "a", {"token": "a", "logprob": True}):
        heard = Utterance()
        heard.score([entry])
        assert heard.unreadable


def test_a_prompt_that_is_repeated_is_left_out():
    heard = Utterance()
    for at, text in enumerate(("Hel", "lo wo", "rld")):
        heard.say("text", text, float(at))
    assert not heard.leave_out("hello")
    assert heard.leave_out("Hello")
    assert [part.said for part in heard.parts] == [[(1.0, " wo"), (2.0, "rld")]]
    assert heard.leave_out(" world")
    assert heard.parts == []
