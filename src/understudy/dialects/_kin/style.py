"""What one generation of the script keeps of a provider of the family: renderings, and what stood beside messages.

In: the messages of a request like one that was read before. Out: those that no provider refuses, whatever else it looks at:
roles and texts, the system first, then user and assistant in turns.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from understudy.dialects._beside import Beside
from understudy.dialects._due import Table
from understudy.dialects._fixed import Renderings
from understudy.dialects._kept import Kept
from understudy.dialects._stencil import Row
from understudy.model.call import Message
from understudy.untrusted import NOT_JSON

_TABLES: Final = 16  # of chunks that streams share: of each model, of each of its choices, of text and thought
_TURNS = {"system": ("system", "user"), "user": ("assistant",), "assistant": ("user",)}


class _Said(Struct, gc=False, forbid_unknown_fields=True):
    role: Literal["system", "user", "assistant"]
    content: Annotated[str, Meta(min_length=1)]


_read = msgspec.json.Decoder(list[_Said]).decode


class Style(Renderings):
    """Renderings, and what is `beside` messages.

    `said` are tables of the chunks that streams share, `joints` what belongs between the halves of them, where they have such.
    """

    def __init__(self) -> None:
        super().__init__()
        self.joints: Kept[tuple[Any, ...], tuple[Row | None]] = Kept(_TABLES)
        self.said: Kept[tuple[Any, ...], Table[Any, Any]] = Kept(_TABLES)
        self.beside = Beside("messages", bound=("response_format",))  # one form wants that messages speak of it


def in_turns(told: bytes) -> list[Message] | None:
    """Read messages that no provider refuses; None of others."""
    try:
        found = _read(told)
    except NOT_JSON:
        return None
    awaited: tuple[str, ...] = ("system", "user")
    for message in found:
        if message.role not in awaited:
            return None
        awaited = _TURNS[message.role]
    return [Message(message.role, message.content) for message in found] if awaited == ("assistant",) else None
