"""Why a text cannot be read."""

from __future__ import annotations

from understudy.config.source import TextError


def test_it_says_what_and_where():
    error = TextError("not YAML.", 3)
    assert (str(error), error.message, error.line) == ("not YAML.", "not YAML.", 3)
    assert TextError("no such file.").line is None
