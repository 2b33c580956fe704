"""Names of models: what may be left out of them, and which are the same."""

from __future__ import annotations

import pytest

from understudy.dialects.ollama.names import is_name, key_of, shortest


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("llama3.2", "llama3.2:latest"),
        ("library/llama3.2:1b", "llama3.2:1b"),
        ("registry.ollama.ai/library/llama3.2", "llama3.2:latest"),
        ("me/mine", "me/mine:latest"),
        ("hf.co/some-one/A.b-GGUF:Q4_K_M", "hf.co/some-one/A.b-GGUF:Q4_K_M"),
        ("localhost:5000/me/mine", "localhost:5000/me/mine:latest"),
    ],
)
def test_a_name_is_shown_with_what_is_unusual(name, short):
    assert (is_name(name), shortest(name)) == (True, short)


@pytest.mark.parametrize("name", ["", "a b", "-a", "a:", "a:b:c", "a/b/c/d", "me.you/a", "a" * 81])
def test_other_texts_are_no_names(name):
    assert (is_name(name), shortest(name)) == (False, name)


def test_case_makes_no_difference():
    assert key_of("Llama3.2") == key_of("llama3.2:LATEST") != key_of("llama3.2:1b")
