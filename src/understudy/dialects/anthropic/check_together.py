"""What the Messages API refuses of fields that are sound one by one: wishes that exclude each other, what a model cannot do.

In: a JSON object whose fields were judged. Out: nothing, or `RequestError` with the API's words (wire.md 11.6, A.5; reports of
its users, 2025 and 2026). The order of messages is judged in `check_messages`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from understudy.dialects.anthropic.check import known, refuse
from understudy.dialects.anthropic.check_fields import KNOWN
from understudy.dialects.anthropic.families import family
from understudy.dialects.anthropic.version import NEWEST

_MOST_MARKS = 4  # blocks of a request that a prompt is cached up to
_GUIDE = "Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking"
_SAMPLING = ("temperature", "top_p", "top_k")
_DEFAULTS = {"temperature": 1, "top_p": 1}
_BOTH = "`temperature` and `top_p` cannot both be specified for this model. Please use only one."  # litellm 15097
_SINCE_NEWEST = frozenset(("diagnostics", "speed"))  # what the clients of this version send without a beta


def together(value: Mapping[str, Any], version: str, *, is_beta: bool) -> None:
    """Judge what only the fields together show: wishes that exclude each other, and members nobody knows outside of a beta."""
    if version >= NEWEST:
        found = next((name for name in value if name in _SAMPLING), None)
        if found is not None:
            refuse(f"{found}: Extra inputs are not permitted")
    if not is_beta:
        known(value, KNOWN if version < NEWEST else KNOWN | _SINCE_NEWEST)
    marks = _marks(value)
    if marks > _MOST_MARKS:
        refuse(f"A maximum of {_MOST_MARKS} blocks with cache_control may be provided. Found {marks}.")
    if marks > 1:
        _lifetimes(value)
    _chosen(value)
    thinking, limit = value.get("thinking"), value.get("max_tokens")
    longest = family(value["model"]).longest
    if limit is not None and longest is not None and limit > longest and not is_beta:  # some betas lengthen answers
        refuse(f"max_tokens: {limit} > {longest}, which is the maximum allowed number of output tokens for {value['model']}")
    if isinstance(thinking, dict):
        _thoughts(value, thinking, limit)
    if not family(value["model"]).samples:
        name = next((name for name in _SAMPLING if value.get(name, _DEFAULTS.get(name)) != _DEFAULTS.get(name)), None)
        if name is not None:
            refuse(f"`{name}` is deprecated for this model.")
    if not family(value["model"]).mixes and "temperature" in value and "top_p" in value:
        refuse(_BOTH)


def _marks(value: Any) -> int:
    """Count the blocks that say `cache_control`, in results of tools too."""
    if isinstance(value, list):
        return sum(map(_marks, value))
    if not isinstance(value, dict):
        return 0
    inside = sum(_marks(value[name]) for name in ("system", "tools", "messages", "content") if name in value)
    return inside + (isinstance(value.get("cache_control"), dict))


def _lifetimes(value: Mapping[str, Any]) -> None:
    """Refuse a mark that is to last an hour behind one that lasts five minutes (headroom 2939, claude-code-cache-fix 44)."""
    is_short = False
    for path, block in _marked(value):
        mark = block.get("cache_control")
        lasts = mark.get("ttl", "5m") if isinstance(mark, dict) else None
        if lasts == "1h" and is_short:
            refuse(
                f"{path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
                "Note that blocks are processed in the following order: `tools`, `system`, `messages`."
            )
        is_short = is_short or lasts == "5m"


def _marked(value: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The blocks of a request that may have a mark, in the order in which a prompt is made of them, and where they stand."""
    places = [("tools", value.get("tools")), ("system", value.get("system"))]
    places += [(f"messages.{i}.content", message["content"]) for i, message in enumerate(value["messages"])]
    for path, blocks in places:
        for k, block in enumerate(blocks if isinstance(blocks, list) else ()):
            yield f"{path}.{k}", block


def _chosen(value: Mapping[str, Any]) -> None:
    """Refuse to call a tool that is not there (opencode 14710); of tools that a beta brings the names are not known."""
    choice, tools = value.get("tool_choice"), value.get("tools")
    if not tools or not isinstance(choice, dict) or choice["type"] != "tool" or "mcp_servers" in value:
        return
    if choice["name"] not in [tool.get("name", choice["name"]) for tool in tools]:
        refuse(f"Tool '{choice['name']}' not found in provided tools")


def _thoughts(value: Mapping[str, Any], thinking: Mapping[str, Any], limit: int | None) -> None:
    """Judge how a model may think, and what may be asked for beside it."""
    traits, kind = family(value["model"]), thinking["type"]
    if kind == "enabled" and not traits.budgets:
        refuse(
            '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" '
            "to control thinking behavior."
        )
    if kind == "adaptive" and not traits.adapts:
        refuse("adaptive thinking is not supported on this model")
    if kind == "enabled" and limit is not None and thinking["budget_tokens"] >= limit:
        refuse(f"`max_tokens` must be greater than `thinking.budget_tokens`. {_GUIDE}#max-tokens-and-context-window-size")
    if kind == "disabled" or (kind == "enabled" and limit is None):
        return
    if traits.samples and value.get("temperature", 1) != 1:
        what = "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode."
        refuse(f"{what} {_GUIDE}#important-considerations")
    choice = value.get("tool_choice")
    if kind == "enabled" and isinstance(choice, dict) and choice["type"] in ("any", "tool"):
        refuse("Thinking may not be enabled when tool_choice forces tool use.")
