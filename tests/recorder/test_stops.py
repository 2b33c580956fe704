"""Stop sequences, and answers that they ended."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.dialects._cut import first_stop
from understudy.recorder.stops import goes_on, stops_in
from understudy.recorder.utterance import Utterance


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"stop": "END"}, ["END"]),
        ({"stop_sequences": ["a", "b", ""]}, ["a", "b"]),
        ({"inferenceConfig": {"stopSequences": ["a"]}, "parameters": {"stop": ["b", 1]}}, ["a", "b"]),
        ({"messages": [{"stop": "no"}]}, []),
        ([], []),
    ],
)
def test_where_a_request_has_them(body, found):
    assert stops_in(json.dumps(body).encode()) == found


def heard_of(stop, *said):
    heard = Utterance()
    for kind, text in said:
        heard.say(kind, text, 1.5)
    heard.stop = stop
    return heard


@pytest.mark.parametrize(
    ("stop", "stops", "text", "whole"),
    [
        ("END", ["END"], "1 2 ", "1 2 END"),
        ("", ["x", "END"], "1 2 ", "1 2 x"),
        ("END", ["x", "END"], "1 2 EN", "1 2 ENEND"),
        ("", ["b", "ab"], "a", "aab"),  # with b alone it would end one place earlier, by ab
        ("aa", ["aa"], "xa", None),
        ("END", [], "1 2 ", None),
        ("", ["END"], "1 END", None),
        ("N", ["END", "N"], "E", "EN"),
    ],
)
def test_a_text_goes_on_with_what_ended_it(stop, stops, text, whole):
    heard = heard_of(stop, ("text", text))
    assert goes_on(heard, json.dumps({"stop": stops}).encode()) is (whole is not None)
    assert heard.text == (whole or text)
    assert {at for at, _ in heard.parts[-1].said} == {1.5}


@pytest.mark.parametrize("said", [[], [("text", "a"), ("reasoning", "hm")]])
def test_nothing_else_does(said):
    assert not goes_on(heard_of("END", *said), b'{"stop": "END"}')


def test_neither_do_texts_whose_tokens_are_known():
    heard = heard_of("END", ("text", "a"))
    heard.score([{"token": "a", "logprob": -1}])
    assert not goes_on(heard, b'{"stop": "END"}')


@given(st.text("ab", min_size=1), st.lists(st.text("ab", min_size=1, max_size=3), max_size=3))
def test_what_goes_on_is_cut_where_it_ended(text, stops):
    heard = heard_of("", ("text", text))
    if goes_on(heard, json.dumps({"stop": stops}).encode()):
        assert first_stop(heard.text, stops)[0] == len(text)
    else:
        assert heard.text == text
