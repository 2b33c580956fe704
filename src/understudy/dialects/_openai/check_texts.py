"""Texts that requests of this provider's APIs name and label things with: their alphabet and their length (wire.md A.1)."""

from __future__ import annotations

import re
from typing import Any

from understudy.dialects._openai.check import WrongType, empty_string, refuse, string, wrong_type

_NAME = re.compile(r"[a-zA-Z0-9_-]+")


def name(value: Any, path: str) -> None:
    """Check the name of a tool or a format."""
    string(value, path)
    if value == "":
        empty_string(path)
    longest(value, path, 64)
    if not _NAME.fullmatch(value):
        refuse(
            f"Invalid '{path}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
            path,
            "invalid_value",
        )


def longest(value: str, path: str, most: int) -> None:
    """Check the length of a text."""
    if len(value) > most:
        refuse(
            f"Invalid '{path}': string too long. Expected a string with maximum length {most}, but got a string with length "
            f"{len(value)} instead.",
            path,
            "string_above_max_length",
        )


def metadata(value: Any, path: str, wrong: WrongType = wrong_type) -> None:
    """Check `metadata`: at most 16 short texts; `wrong` says that it is no object."""
    if not isinstance(value, dict):
        wrong(path, "a metadata object", value)
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
