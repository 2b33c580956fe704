"""What a model on Bedrock cannot do, by the beginning of its name: what Converse refuses of it.

Of AWS's table of models and features, and of users' reports of refusals (2024 to 2026: Nova's 10,000 tokens, tools in streams
and `toolChoice` of Llama, system messages of Mistral 7B); the length of Claude's answers is that of Anthropic's own API. Models
that are not named here can do everything.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

_OLDEST = ("amazon.titan-text", "cohere.command-text", "cohere.command-light", "ai21.j2")
_FIRST_MISTRALS = ("mistral.mistral-7b", "mistral.mixtral-8x7b")
_FIRST_LLAMAS = ("meta.llama2", "meta.llama3-8b", "meta.llama3-70b")
_NO_SYSTEM = (*_OLDEST, *_FIRST_MISTRALS)
_NO_TOOLS = (*_OLDEST, *_FIRST_MISTRALS, *_FIRST_LLAMAS, "deepseek.r1")
_NO_PICTURES = (*_NO_TOOLS, "amazon.nova-micro", "meta.llama3-1-", "meta.llama3-3-", "cohere.command-r", "openai.gpt-oss")
# The most tokens of an answer; the first name that fits counts.
_LONGEST: tuple[tuple[str, int | None], ...] = (
    ("amazon.nova-micro", 10_000),
    ("amazon.nova-lite", 10_000),
    ("amazon.nova-pro", 10_000),
    ("anthropic.claude-3-5", 8192),
    ("anthropic.claude-3-7", None),
    ("anthropic.claude-3-", 4096),
    ("anthropic.claude-opus-4-20250514", 32_000),
    ("anthropic.claude-opus-4-1", 32_000),
    ("anthropic.claude-sonnet-4", 64_000),
    ("anthropic.claude-haiku-4", 64_000),
    ("anthropic.claude-opus-4-5", 64_000),
)
# Claude's that take `temperature` or `top_p`: users are refused both from Opus 4.1 on (LiteLLM 15070, BoltAI 399).
_ONE_SAMPLER = (
    "claude-opus-4-1",
    "claude-opus-4-5",
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
    "claude-opus-4-6",
    "claude-sonnet-4-6",
)
_WINDOW = 200_000  # tokens of a prompt, of Claude's that read no more unless a beta says so
_WITH_WINDOW = ("claude-3", "claude-opus-4", "claude-sonnet-4", "claude-haiku-4")
_LONGER = ("-4-6", "-4-7", "-4-8")  # of the same lines


class Abilities(Struct, frozen=True):
    """What a model takes.

    `longest` is the most tokens of an answer, `window` those of a prompt, None where they are not known; `mixes` says whether
    `temperature` and `top_p` may both be said.
    """

    system: bool
    tools: bool
    streams_tools: bool
    chooses_tools: bool
    pictures: bool
    mixes: bool
    longest: int | None
    window: int | None


@lru_cache(maxsize=256)
def abilities_of(model: str) -> Abilities:
    """Look a model up, whatever region its name begins with."""
    is_llama = "meta.llama" in model
    is_later = any(part in model for part in _LONGER)
    longest = None if is_later else next((n for name, n in _LONGEST if name in model), None)
    return Abilities(
        system=not _is_one(model, _NO_SYSTEM),
        tools=not _is_one(model, _NO_TOOLS),
        streams_tools=not is_llama,
        chooses_tools=not is_llama,
        pictures=not _is_one(model, _NO_PICTURES),
        mixes=not _is_one(model, _ONE_SAMPLER),
        longest=longest,
        window=_WINDOW if _is_one(model, _WITH_WINDOW) and not is_later else None,
    )


def _is_one(model: str, names: tuple[str, ...]) -> bool:
    return any(name in model for name in names)
