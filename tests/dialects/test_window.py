"""How a request fits the window that a script gives its model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.dialects._window import counting, fitted
from understudy.errors import RequestError
from understudy.model.call import Call

LAW = counting("{prompt} and {asked} are {total} of {window}", "p")


def call(asked: int | None = None) -> Call:
    return Call("chat", "any", max_tokens=asked, kind="plain")


@pytest.mark.parametrize(("asked", "left"), [(None, 4), (-1, 4), (0, 0), (3, 3), (4, 4), (5, 4)])
def test_an_answer_ends_where_the_window_does(asked, left):
    cut = fitted(call(asked), 6, 10)
    assert (cut.max_tokens, cut.kind) == (left, None)


@pytest.mark.parametrize("law", [fitted, LAW])
@pytest.mark.parametrize("prompt", [10, 11])
def test_a_prompt_that_leaves_no_room_is_refused(law, prompt):
    with pytest.raises(RequestError) as caught:
        law(call(), prompt, 10)
    failure = caught.value.failure
    assert (failure.status, failure.kind, failure.counts) == (400, "context_length", (10, prompt))
    assert (failure.message, failure.subject) == (None, "chat")


def test_who_counts_what_is_asked_refuses_that_too():
    assert LAW(call(4), 6, 10).max_tokens == 4
    with pytest.raises(RequestError) as caught:
        LAW(call(5), 6, 10)
    failure = caught.value.failure
    assert (failure.kind, failure.message, failure.param) == ("context_length", "6 and 5 are 11 of 10", "p")


@given(st.none() | st.integers(-2, 60), st.integers(0, 60), st.integers(2, 60), st.sampled_from([fitted, LAW]))
def test_what_is_let_in_fits(asked, prompt, window, law):
    try:
        cut = law(call(asked), prompt, window)
    except RequestError:
        assert prompt >= window or (law is LAW and prompt + (asked or 0) > window)
    else:
        assert prompt + max(cut.max_tokens, 1) <= window
