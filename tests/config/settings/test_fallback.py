"""What answers when no rule matches."""

from __future__ import annotations

import pytest

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
