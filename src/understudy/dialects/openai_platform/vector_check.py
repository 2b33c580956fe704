"""What requests about vector stores may say: chunking, attributes, expiry, files. Refusals are the API's."""

from __future__ import annotations

import re
from typing import Any

from understudy.dialects._openai.check import Check, boolean, mapping, missing, number, one_of, refuse, string, wrong_type
from understudy.dialects._openai.check_texts import longest, metadata
from understudy.dialects.openai_platform.ask import Json

_MOST_FILES = 500
_MOST_ATTRIBUTES = 16
_CHUNK, _OVERLAP = 800, 400  # tokens
_SMALLEST, _LARGEST = 100, 4096  # tokens
_MOST_DAYS = 365
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]+")

AUTO: Json = {"type": "static", "static": {"max_chunk_size_tokens": _CHUNK, "chunk_overlap_tokens": _OVERLAP}}
"""How files are cut that nobody said anything of."""


def strategy(wanted: Any) -> Json:
    """The chunking strategy as the API shows it; what makes no sense counts as absent."""
    static = wanted.get("static") if isinstance(wanted, dict) else None
    if not isinstance(static, dict):
        return AUTO
    size, overlap = static.get("max_chunk_size_tokens", _CHUNK), static.get("chunk_overlap_tokens", _OVERLAP)
    if not (isinstance(size, int) and isinstance(overlap, int) and _SMALLEST <= size <= _LARGEST and 0 <= overlap <= size // 2):
        return AUTO
    return {"type": "static", "static": {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}}


def check_strategy(value: Any, path: str) -> None:
    """Check `chunking_strategy`."""
    mapping(value, path)
    one_of("auto", "static")(value.get("type"), f"{path}.type")
    if value["type"] == "auto":
        return
    inner = f"{path}.static"
    static = value.get("static")
    if static is None:
        missing(inner)
    mapping(static, inner)
    for name in ("max_chunk_size_tokens", "chunk_overlap_tokens"):
        if static.get(name) is None:
            missing(f"{inner}.{name}")
    size = static["max_chunk_size_tokens"]
    number(_SMALLEST, _LARGEST, whole=True)(size, f"{inner}.max_chunk_size_tokens")
    number(0, size // 2, whole=True)(static["chunk_overlap_tokens"], f"{inner}.chunk_overlap_tokens")


def check_attributes(value: Any, path: str) -> None:
    """Check `attributes`: at most 16 short texts, numbers or switches."""
    mapping(value, path)
    if len(value) > _MOST_ATTRIBUTES:
        metadata({str(i): "" for i in range(len(value))}, path)
    for name, item in value.items():
        metadata({name: item if isinstance(item, str) else ""}, path)
        if not isinstance(item, str | bool | int | float):
            wrong_type(f"{path}.{name}", "one of a string, decimal or boolean", item)


def check_expiry(value: Any, path: str) -> None:
    """Check `expires_after`."""
    mapping(value, path)
    one_of("last_active_at")(value.get("anchor"), f"{path}.anchor")
    number(1, _MOST_DAYS, whole=True)(value.get("days"), f"{path}.days")


def check_files(value: Any, path: str) -> None:
    """Check a list of identifiers of files."""
    _bounded(value, path)
    for i, item in enumerate(value):
        string(item, f"{path}[{i}]")


def check_described(value: Any, path: str) -> None:
    """Check a list of files with what is wished of each."""
    _bounded(value, path)
    for i, item in enumerate(value):
        mapping(item, f"{path}[{i}]")
        if item.get("file_id") is None:
            missing(f"{path}[{i}].file_id")
        string(item["file_id"], f"{path}[{i}].file_id")
        for name, check in FILE:
            if item.get(name) is not None:
                check(item[name], f"{path}[{i}].{name}")


def check_identifier(value: str, path: str, prefix: str) -> None:
    """Check that a name is spelled as one the API makes (BerriAI/litellm 34788 and openai/openai-node 1700, 2025 and 2026)."""
    if not _IDENTIFIER.fullmatch(value):
        expected = "Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained additional"
        refuse(f"Invalid '{path}': '{value}'. {expected} characters.", path, "invalid_value")
    if not value.startswith(prefix):
        refuse(f"Invalid '{path}': '{value}'. Expected an ID that begins with '{prefix}'.", path, "invalid_value")


def _bounded(value: Any, path: str) -> None:
    if not isinstance(value, list):
        wrong_type(path, "an array", value)
    if len(value) > _MOST_FILES:
        refuse(
            f"Invalid '{path}': array too long. Expected an array with maximum length {_MOST_FILES}, but got an array with "
            f"length {len(value)} instead.",
            path,
            "array_above_max_length",
        )


def _short(value: Any, path: str) -> None:
    string(value, path)
    longest(value, path, 256)


def _query(value: Any, path: str) -> None:
    for i, text in enumerate(value if isinstance(value, list) else [value]):
        where = f"{path}[{i}]" if isinstance(value, list) else path
        string(text, where)
        longest(text, where, 4096)


def _ranking(value: Any, path: str) -> None:
    mapping(value, path)
    if value.get("ranker") is not None:
        one_of("none", "auto", "default-2024-11-15")(value["ranker"], f"{path}.ranker")
    if value.get("score_threshold") is not None:
        number(0, 1, whole=False)(value["score_threshold"], f"{path}.score_threshold")


FILE: tuple[tuple[str, Check], ...] = (("chunking_strategy", check_strategy), ("attributes", check_attributes))
UPDATE: tuple[tuple[str, Check], ...] = (("name", _short), ("expires_after", check_expiry), ("metadata", metadata))
CREATE: tuple[tuple[str, Check], ...] = (
    *UPDATE,
    ("description", string),
    ("file_ids", check_files),
    ("chunking_strategy", check_strategy),
)
SEARCH: tuple[tuple[str, Check], ...] = (
    ("query", _query),
    ("max_num_results", number(1, 50, whole=True)),
    ("rewrite_query", boolean),
    ("ranking_options", _ranking),
)
