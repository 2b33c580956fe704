"""What answers when no rule matches."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from understudy.config.settings.fallback import FALLBACK, Fallback


@pytest.mark.parametrize(
    ("written", "fallback"),
    [
        ("echo", Fallback("echo")),
        ("generate", Fallback("generate")),
        ("error", Fallback("error")),
        ("hello", Fallback("text", "hello")),
        ("Echo", Fallback("text", "Echo")),
        ("", Fallback("text", "")),
        ({"text": "echo"}, Fallback("text", "echo")),
    ],
)
def test_a_word_or_a_text(written, fallback):
    assert FALLBACK.read(written) == fallback


@pytest.mark.parametrize("written", [5, None, [], {}, {"text": 5}, {"text": "a", "more": "b"}, {"echo": True}])
def test_anything_else_is_refused(written):
    with pytest.raises(ValueError):
        FALLBACK.read(written)


def test_it_is_shown_as_written():
    assert [FALLBACK.show(FALLBACK.read(written)) for written in ("echo", "hello")] == ["echo", "hello"]


@pytest.mark.parametrize(
    ("written", "fallback"),
    [
        ("{text: echo}", Fallback("text", "echo")),
        (' { "text" : "echo" } ', Fallback("text", "echo")),
        ("{'text': 'a, b: {c}'}", Fallback("text", "a, b: {c}")),
        ("{text: '{text: echo}'}", Fallback("text", "{text: echo}")),
        ("echo", Fallback("echo")),
        ("{texts: echo}", Fallback("text", "{texts: echo}")),
        ("{text: a, more: b}", Fallback("text", "{text: a, more: b}")),
        ("{text: echo} or so", Fallback("text", "{text: echo} or so")),
        ("{text: echo", Fallback("text", "{text: echo")),
        ("{echo}", Fallback("text", "{echo}")),
        ('{"answer": 42}', Fallback("text", '{"answer": 42}')),
    ],
)
def test_a_flag_may_say_that_a_word_is_a_text(written, fallback):
    assert FALLBACK.read(FALLBACK.parse(written)) == fallback


@given(st.sampled_from(["", "echo", "error", "{text: ", "{text: echo}", '{"text":', "'", "}", "\n"]).map(str) | st.text())
@example("\x85")
@example('\U0001f600 "\\ é\n')
def test_what_is_shown_reads_back(said):
    for fallback in (Fallback("text", said), Fallback("text", f"{{text: {said}}}"), Fallback("echo")):
        assert FALLBACK.read(FALLBACK.parse(FALLBACK.show(fallback))) == fallback
