"""What the tests of the text room share: the reference tokenizer, fed from our own data so that nothing is fetched."""

from __future__ import annotations

import pytest
import tiktoken
from tiktoken_ext import openai_public

from understudy.text.vocabulary import load

NAMES = ("o200k_base", "cl100k_base")


@pytest.fixture(scope="session", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Each encoding in turn."""
    return request.param


@pytest.fixture(scope="session")
def vocabularies():
    return {name: load(name) for name in NAMES}


@pytest.fixture(scope="session")
def reference(vocabularies) -> dict[str, tiktoken.Encoding]:
    """tiktoken with its own split patterns and our vocabularies."""
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, vocabulary in vocabularies.items():
            ranks = {vocabulary.token(rank): rank for rank in range(len(vocabulary))}
            patch.setattr(openai_public, "load_tiktoken_bpe", lambda *_, ranks=ranks, **__: ranks)
            made[name] = tiktoken.Encoding(**(getattr(openai_public, name)() | {"special_tokens": {}}))
    return made
