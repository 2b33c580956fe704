"""Model families of the Gemini API: what differs on the wire from one to the next, as data.

Sources: wire.md 12, tokens.md 7 (recorded usage); windows, output limits and prices of images from the published model pages,
2026-10; budgets of thinking from the guide to thinking; candidates of Gemini 3, googleapis/js-genai 1609; tools beside JSON,
googleapis/python-genai 867 (2.5; the guide to Gemini 3 has both); least caches, BerriAI/litellm 17696 and zyddnys/
manga-image-translator 929. A name that belongs to no family behaves as a current model that does not think.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct, structs


class Family(Struct, frozen=True):
    """Wire traits.

    `framed` says that each content and the system instruction cost a token of their own. `thought` are the tokens a model
    thinks when nobody says how much, `least_thought` and `most_thought` what it may be asked to think; 0 for models that do not
    think. `rests` says that it can be asked not to. `identifies` says that function calls carry identifiers and answers a
    signature, which must come back, and that thinking goes by levels. `several` permits more than one candidate, `joins` tools
    beside a form of the answer. `cached` are the tokens that a cache must hold at least. `image` is what a picture costs, 0
    where its size matters.
    """

    framed: bool = True
    thought: int = 0
    least_thought: int = 0
    most_thought: int = 0
    rests: bool = True
    identifies: bool = False
    several: bool = True
    joins: bool = True
    cached: int = 1_024
    image: int = 0
    window: int = 1_048_576
    longest: int = 65_536
    temperature: float = 1.0

    @property
    def thinks(self) -> bool:
        """Say whether models of the family think."""
        return self.most_thought > 0

    @property
    def is_known(self) -> bool:
        """Say whether the limits are a model's own and not those of nobody."""
        return self is not _CURRENT


_CURRENT = Family()
_2_5_PRO = Family(thought=256, least_thought=128, most_thought=32_768, rests=False, joins=False, cached=4_096)
_2_5_FLASH = Family(thought=192, most_thought=24_576, joins=False)
_3 = Family(thought=256, most_thought=32_768, identifies=True, several=False, image=1120)
_OLD = Family(framed=False, longest=8_192, joins=False, cached=4_096)
_SPEECH = Family(window=8_192, longest=16_384)

# first prefix wins
_PREFIXES: tuple[tuple[str, Family], ...] = (
    ("gemini-1", structs.replace(_OLD, window=1_000_000)),
    ("gemini-2.0", _OLD),
    ("gemini-2.5-flash-preview-tts", _SPEECH),
    ("gemini-2.5-pro-preview-tts", _SPEECH),
    ("gemini-2.5-pro", _2_5_PRO),
    ("gemini-2.5-flash-lite", structs.replace(_2_5_FLASH, thought=0, least_thought=512)),
    ("gemini-2.5", _2_5_FLASH),
    ("gemini-embedding-001", Family(framed=False, window=2_048, longest=1)),
    ("gemini-embedding", Family(framed=False, window=8_192, longest=1)),
    ("text-embedding", Family(framed=False, window=2_048, longest=1)),
    ("embedding", Family(framed=False, window=2_048, longest=1)),
    ("gemini-", _3),
)

CATALOGUE = (
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "gemini-2.5-flash-lite",
    "gemini-2.0-flash",
    "gemini-3-pro-preview",
    "gemini-3-flash-preview",
    "gemini-embedding-001",
    "gemini-embedding-2",
)
"""The models that are listed while the setting `models` is not given."""

_SIZES = {"gemini-embedding-001": 3072, "gemini-embedding-2": 3072, "gemini-embedding-exp": 3072}
_SIZE = 768


@lru_cache(maxsize=1024)
def family(model: str) -> Family:
    """Look up the family of a model name."""
    return next((traits for prefix, traits in _PREFIXES if model.startswith(prefix)), _CURRENT)


def embeds(model: str) -> bool:
    """Say whether a model makes vectors rather than texts."""
    return "embedding" in model


def vector_size(model: str) -> int:
    """The dimensions of a model's vectors."""
    return next((size for name, size in _SIZES.items() if model.startswith(name)), _SIZE)
