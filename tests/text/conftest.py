"""What the tests of the text room share: the reference tokenizer, fed from our own data so that nothing is fetched."""

from __future__ import annotations

from hashlib import blake2b

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


class Draws:
    """Reproducible draws: a function of a seed and the purpose, as the port asks for; remembers the purposes."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.purposes: list[str] = []

    def uniform(self, purpose: str) -> float:
        self.purposes.append(purpose)
        return int.from_bytes(blake2b(f"{self.seed}/{purpose}".encode(), digest_size=8).digest(), "big") / 2**64

    def normal(self, purpose: str) -> float:
        return 2 * self.uniform(purpose) - 1

    def integer(self, purpose: str, low: int, high: int) -> int:
        return low + int(self.uniform(purpose) * (high - low + 1))


@pytest.fixture(scope="session")
def draws() -> type[Draws]:
    """The maker of draws."""
    return Draws
