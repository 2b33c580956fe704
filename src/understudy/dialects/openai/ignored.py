"""Request fields that a style does not look at: the small servers it imitates answer the same whatever these say.

In: a decoded chat call and the names under `shapes.openai.ignores`. Out: the call as if the client had not sent them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec.structs import replace

from understudy.model.call import Call

# What "not sent" means for each field. `max_tokens` stands for `max_completion_tokens` too.
_WITHOUT: dict[str, Callable[[Call], Call]] = {
    "max_tokens": lambda call: replace(call, max_tokens=None),
    "n": lambda call: replace(call, choices=1),
    "response_format": lambda call: replace(call, response_format=None),
    "stop": lambda call: replace(call, extra=replace(call.extra, stop=())),
    "stream_options": lambda call: replace(call, extra=replace(call.extra, include_usage=False)),
    "tool_choice": lambda call: replace(call, tool_choice=None),
}
IGNORABLE = tuple(_WITHOUT)


def without(call: Call, fields: Collection[str]) -> Call:
    """Return the call without these fields."""
    for field in fields:
        call = _WITHOUT[field](call)
    return call
