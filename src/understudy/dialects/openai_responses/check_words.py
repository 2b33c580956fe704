"""How this API says what is wrong where chat says it otherwise: null is an object (wire.md A.1, A.3)."""

from __future__ import annotations

from typing import Any, NoReturn

from understudy.dialects._openai import check, check_texts
from understudy.dialects._openai.check import Check, got, refuse


def wrong_type(path: str, expected: str, value: Any) -> NoReturn:
    """Raise invalid_type; null is an object to this API."""
    found = "an object" if value is None else got(value)
    refuse(f"Invalid type for '{path}': expected {expected}, but got {found} instead.", path, "invalid_type")


def one_of(*allowed: str) -> Check:
    """Check an enumeration."""
    return check.one_of(*allowed, wrong=wrong_type)


def key(value: Any, path: str) -> None:
    """Check a text that stands for somebody, or for a prompt; its length is refused as is reported of `prompt_cache_key`."""
    check.string(value, path)
    check_texts.longest(value, path, 64)


def metadata(value: Any, path: str) -> None:
    """Check `metadata`: at most 16 short texts."""
    check_texts.metadata(value, path, wrong_type)
