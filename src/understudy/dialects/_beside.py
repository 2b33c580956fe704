"""What requests say beside their conversations, read once: tools, forms and limits come again with every turn.

In: a body, and who reads it, all of it or its conversation alone. Out: its call. What was read of one body serves others that
differ in their conversations, if these bear on nothing but themselves; what is wrong with one is said by who reads all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from msgspec import Raw
from msgspec.structs import replace
from xxhash import xxh3_128_digest

from understudy.dialects._asked import last_user
from understudy.dialects._kept import Kept
from understudy.model.call import Call, Message
from understudy.untrusted import NOT_JSON

_BYTES: Final = 8 << 20  # of calls kept, without their conversations
_READ: Final = 8  # times the bytes of a body that it takes when it is read
_A_CALL: Final = 1024  # bytes of a call that says nothing

_members = msgspec.json.Decoder(dict[str, Raw]).decode


class Beside:
    """Calls by what stands in their bodies beside the conversation.

    Args:
        member: what the conversation stands in.
        bound: members that speak of it, so that bodies which have them are always read in full.
    """

    def __init__(self, member: str, bound: Sequence[str] = ()) -> None:
        self._member, self._bound = member, bound
        # a call, and how many messages it has of what stands beside its conversation, such as a system prompt
        self._calls: Kept[bytes, tuple[Call, Sequence[Message]]] = Kept(_BYTES)

    def read(
        self, body: bytes, where: bytes, said: Callable[[bytes], list[Message] | None], otherwise: Callable[[], Call]
    ) -> Call:
        """Read a body.

        Args:
            body: what was sent.
            where: what else its meaning depends on.
            said: reads a conversation; None of those that are more than texts, or may be refused.
            otherwise: reads all of it.

        Raises:
            RequestError: when `otherwise` does.
        """
        opened = cut_open(body, self._member, where, self._bound)
        found = None if opened is None else said(opened[1])
        if opened is None or not found:
            return otherwise()
        key, told = opened
        kept = self._calls.get(key)
        if kept is not None:
            like, first = kept
            return replace(like, messages=[*first, *found], user=last_user(found), body=body)
        call = otherwise()
        first = call.messages[: -len(found)]
        # marks of a prompt cache are those of what stands beside, for conversations with marks are not read
        if (call.plain or call.prefixes) and _texts(call.messages[len(first) :]) == _texts(found):
            weight = _A_CALL + _READ * (len(body) - len(told))
            self._calls.keep(key, (replace(call, messages=(), user="", body=b""), first), weight)
        return call


def cut_open(body: bytes, member: str, where: bytes, bound: Sequence[str] = ()) -> tuple[bytes, bytes] | None:
    """Find what one member of a body says, and a key for the rest of it; None where it does not stand there for certain.

    Args:
        body: what was sent.
        member: the member.
        where: what else the meaning of the rest depends on.
        bound: members beside which it is not looked for.
    """
    try:
        members = _members(body)
    except NOT_JSON:
        return None
    told = bytes(members.get(member, b""))
    if not told or any(name in members for name in bound):
        return None
    start = body.find(told)
    if body.find(told, start + 1) >= 0:  # either may be the member
        return None
    return xxh3_128_digest(b"\0".join((where, body[:start], body[start + len(told) :]))), told


def _texts(messages: Sequence[Message]) -> list[tuple[Any, ...]]:
    return [(message.role, message.content, message.tool_calls) for message in messages]
