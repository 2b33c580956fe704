"""Model families of the OpenAI API: what differs on the wire from one to the next, as data.

Sources: wire.md 3.2, 3.3, 15 and appendix D (recorded traffic 2024-04 to 2026-08). Unknown names behave as gpt-4o.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct


class Family(Struct, frozen=True):
    """Wire traits.

    `base` tokens frame a chat prompt (3 or 2); `logprobs` says whether choices have that key; `fingerprint` is the
    system_fingerprint or None (null); `annotations` and `refusal` say whether messages carry these members.
    """

    base: int = 3
    logprobs: bool = True
    fingerprint: str | None = "fp_ebf4e532f9"
    cache_write: bool = False


_DEFAULT = Family()
_REASONING = Family(base=2, logprobs=False, fingerprint=None)
_PREFIXES: tuple[tuple[str, Family], ...] = (
    ("gpt-5.6", Family(base=2, logprobs=False, fingerprint=None, cache_write=True)),
    ("gpt-6", Family(base=2, logprobs=False, fingerprint=None, cache_write=True)),
    ("gpt-5", _REASONING),
    ("o1", _REASONING),
    ("o3", _REASONING),
    ("o4", _REASONING),
)


@lru_cache(maxsize=1024)
def family(model: str) -> Family:
    """Look up the family of a model name (fine-tuned names count as their base model)."""
    name = model.split(":")[1] if model.startswith("ft:") and model.count(":") else model
    name = name.rsplit("/", 1)[-1]
    return next((traits for prefix, traits in _PREFIXES if name.startswith(prefix)), _DEFAULT)
