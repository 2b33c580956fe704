"""What dialects keep of the streams of fixed replies: rendered once, for all calls that get the same.

In: a reply, what else its rendering depends on, and who renders it. Knows no event's form.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from understudy.dialects import Moment
from understudy.dialects._kept import Kept
from understudy.model.reply import Reply, ToolCall

V = TypeVar("V")

_FRAMES = 50_000  # frames of rendered streams kept


class Renderings:
    """Renderings of one generation of the script: the style of dialects that have no other."""

    def __init__(self) -> None:
        # keyed by identity: the value holds the reply, so an identity in use is never another reply's
        self._kept: Kept[tuple[Any, ...], tuple[Reply, Any]] = Kept(_FRAMES)

    def of(self, reply: Reply, key: tuple[Any, ...], make: Callable[[], V], weigh: Callable[[V], int]) -> V:
        """Look a rendering up, and make it where there is none."""
        key = (id(reply), *key)
        found = self._kept.get(key)
        if found is None:
            found = (reply, make())
            self._kept.keep(key, found, weigh(found[1]))
        value: V = found[1]
        return value


def rendered(
    reply: Reply, key: tuple[Any, ...], moment: Moment, make: Callable[[], V], weigh: Callable[[V], int], *, shares: bool = True
) -> V:
    """Render a reply, or take what is kept of it where nothing of it is one answer's own.

    Args:
        reply: what is said.
        key: what the rendering depends on beside it.
        moment: whose style keeps renderings.
        make: renders.
        weigh: counts the frames.
        shares: whether the call leaves it as others get it.
    """
    style = moment.options.style
    return style.of(reply, key, make, weigh) if shares and isinstance(style, Renderings) and lasts(reply, moment) else make()


def lasts(reply: Reply, moment: Moment) -> bool:
    """Say whether a stream of a reply serves again: identifiers of tool calls and the size of events are not drawn."""
    is_named = all(block.id is not None for block in reply.blocks if isinstance(block, ToolCall))
    return reply.fixed and is_named and moment.options.stream_tokens[1] == 1
