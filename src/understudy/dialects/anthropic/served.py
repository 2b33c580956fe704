"""Tools that the API runs itself: which calls are theirs, and the empty results that follow when the script gives none.

In: the tools of a request, names of called tools. Out: judgements, and content as the clients' types have it (wire.md 11.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Running code brings tools of its own names.
_BROUGHT: Mapping[str, tuple[str, ...]] = {"code_execution_": ("bash_code_execution", "text_editor_code_execution")}
_SEARCHES_TOOLS = "tool_search"
_DONE = {"stdout": "", "stderr": "", "return_code": 0, "content": []}
_CONTENTS: Mapping[str, Any] = {
    "web_search": [],
    "web_fetch": {"type": "web_fetch_tool_result_error", "error_code": "unavailable"},
    "code_execution": {"type": "code_execution_result", **_DONE},
    "bash_code_execution": {"type": "bash_code_execution_result", **_DONE},
    "text_editor_code_execution": {
        "type": "text_editor_code_execution_tool_result_error",
        "error_code": "unavailable",
        "error_message": None,
    },
    _SEARCHES_TOOLS: {"type": "tool_search_tool_search_result", "tool_references": []},
}


def names_of(served: tuple[tuple[str, str], ...]) -> frozenset[str]:
    """The names of tools that the API runs, of (name, type) as the request offers them."""
    brought = [names for _, kind in served for begins, names in _BROUGHT.items() if kind.startswith(begins)]
    return frozenset((*(name for name, _ in served), *(name for names in brought for name in names)))


def result_of(name: str) -> tuple[str, Any]:
    """The kind and the content of the result of a tool that found, made or said nothing."""
    name = _SEARCHES_TOOLS if name.startswith(_SEARCHES_TOOLS) else name
    return f"{name}_tool_result", _CONTENTS.get(name, {"type": f"{name}_result", "content": []})
