"""What the objects among the members of a request for a response may hold (wire.md A.1, A.3).

What `context_management` may be is of the tests that stdapi-ai/stdapi.ai runs against the service (2026).
"""

from __future__ import annotations

from typing import Any

from understudy.dialects._openai.check import boolean, empty_array, listed, mapping, number, refuse, required, string
from understudy.dialects._openai.check_unknown import unknown
from understudy.dialects.openai_responses.check_words import one_of, wrong_type

_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")


def only(value: Any, path: str, *known: str) -> None:
    """Check that an object has no members but these."""
    mapping(value, path)
    for name in value:
        if name not in known:
            unknown(f"{path}.{name}", [other for other in known if other not in value])


def reasoning(value: Any, path: str) -> None:
    """Check `reasoning`."""
    only(value, path, "effort", "summary", "generate_summary", "context", "mode")
    if value.get("effort") is not None:
        _effort(value["effort"], f"{path}.effort")
    for name in ("summary", "generate_summary"):
        if value.get(name) is not None:
            one_of("concise", "detailed", "auto")(value[name], f"{path}.{name}")


def _effort(value: Any, path: str) -> None:
    """Check the effort of reasoning, which may be a whole number as far as types go; none was seen to be accepted."""
    if isinstance(value, int) and not isinstance(value, bool):
        wrong_type(path, f"one of {listed(_EFFORTS[1:5], 'or')}", value)
    if not isinstance(value, str):
        wrong_type(path, f"one of one of {listed(_EFFORTS, 'or')} or integer", value)
    one_of(*_EFFORTS)(value, path)


def stream_options(value: Any, path: str) -> None:
    """Check `stream_options`."""
    only(value, path, "include_obfuscation")
    if value.get("include_obfuscation") is not None:
        boolean(value["include_obfuscation"], f"{path}.include_obfuscation")


def image(value: Any, path: str) -> None:
    """Check `image`."""
    only(value, path, "context_compression")
    if value.get("context_compression") is not None:
        one_of("auto", "enabled", "disabled")(value["context_compression"], f"{path}.context_compression")


def programs(value: Any, path: str) -> None:
    """Check `access_programs`."""
    only(value, path, "cyber")
    if value.get("cyber") is not None:
        one_of("standard", "daybreak_blue", "daybreak_red")(value["cyber"], f"{path}.cyber")


def cache(value: Any, path: str) -> None:
    """Check `prompt_cache_options`."""
    only(value, path, "mode", "ttl")
    if value.get("mode") is not None:
        one_of("implicit", "explicit")(value["mode"], f"{path}.mode")
    if value.get("ttl") is not None:
        string(value["ttl"], f"{path}.ttl")


def context(value: Any, path: str) -> None:
    """Check `context_management`: what is to be done when the context is long."""
    if not isinstance(value, list):
        wrong_type(path, "an array of objects", value)
    if not value:
        empty_array(path)
    for i, entry in enumerate(value):
        at = f"{path}[{i}]"
        only(entry, at, "type", "compact_threshold")
        required(entry, at, "type")
        string(entry["type"], f"{at}.type")
        if entry["type"] != "compaction":
            refuse(f"Unsupported context_management type: '{entry['type']}'.", path)
        if entry.get("compact_threshold") is not None:
            number(1000, None, whole=True)(entry["compact_threshold"], f"{at}.compact_threshold")
