"""How this API says what is wrong where chat says it otherwise: null is an object (wire.md A.1, A.3)."""

from __future__ import annotations

from typing import Any, NoReturn

from understudy.dialects._openai.check import Check, got, listed, refuse, string
from understudy.dialects.openai_responses.check_tools import longest


def wrong_type(path: str, expected: str, value: Any) -> NoReturn:
    """Raise invalid_type; null is an object to this API."""
    found = "an object" if value is None else got(value)
    refuse(f"Invalid type for '{path}': expected {expected}, but got {found} instead.", path, "invalid_type")


def one_of(*allowed: str) -> Check:
    """Check an enumeration."""

    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            wrong_type(path, f"one of {listed(allowed, 'or')}", value)
        if value not in allowed:
            refuse(f"Invalid value: '{value}'. Supported values are: {listed(allowed)}.", path, "invalid_value")

    return check


def metadata(value: Any, path: str) -> None:
    """Check `metadata`: at most 16 short texts."""
    if not isinstance(value, dict):
        wrong_type(path, "a metadata object", value)
    if len(value) > 16:
        refuse(
            f"Invalid '{path}': too many properties. Expected an object with at most 16 properties, but got an object with "
            f"{len(value)} properties instead.",
            path,
            "object_above_max_properties",
        )
    for key, item in value.items():
        if len(key) > 64:
            refuse(
                f"Invalid property name in '{path}': '{key[:3]}...{key[-3:]}' is too long. Expected a string with maximum "
                f"length 64, but got a string with length {len(key)} instead.",
                f"{path}.{key}",
                "property_name_above_max_length",
            )
        string(item, f"{path}.{key}")
        longest(item, f"{path}.{key}", 512)
