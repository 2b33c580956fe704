"""A recorded request, with what is looked at when it is told apart from others."""

from __future__ import annotations

import msgspec

from understudy.matching import fold
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.recorder.differences import lasting
from understudy.untrusted import NOT_JSON

_TEXTS = frozenset({"input", "inputs", "texts", "content", "requests", "instances", "prompt", "inputText"})


class Asked:
    """A request, with what is looked at when it is told apart; `earlier` is the answer that it says it follows.

    One that asks about several texts is asked about the one that is the call's, or `whole`: then `texts` are those members of
    its body that hold them.
    """

    def __init__(self, request: Request, call: Call, *, whole: bool = False) -> None:
        self.request = request
        self.call = call
        self.user = "" if whole else fold(call.user)
        try:
            body = msgspec.json.decode(call.body)
        except NOT_JSON:
            body = None
        self.body = lasting(body)
        is_one = call.operation == "embedding" and not whole
        self.texts = {name: body[name] for name in body if name in _TEXTS} if whole and isinstance(body, dict) else {}
        if is_one and isinstance(self.body, dict):  # each text is asked about by itself
            self.body = {name: value for name, value in self.body.items() if name not in _TEXTS}
        earlier = body.get("previous_response_id") if isinstance(body, dict) else None
        self.earlier = earlier if isinstance(earlier, str) else ""

    @property
    def key(self) -> bytes:
        """Equal for requests that ask for the same: identifiers, and whom they are for, do not count.

        Nor do bytes that no condition sees: of what is no JSON, and of files in forms.
        """
        call = self.call
        spoken = [[message.role, message.text] for message in call.messages]
        said = [call.operation, call.dialect, call.model, call.stream, spoken, call.user, self.body]
        return msgspec.json.encode(said, order="sorted")


def results_of(asked: Asked) -> list[str]:
    """The results of tools that a conversation ends with."""
    found: list[str] = []
    for message in reversed(asked.call.messages):
        if message.role not in ("tool", "function"):
            break
        found.append(message.text)
    return found[::-1]


def systems_of(asked: Asked) -> list[str]:
    """The texts of system and developer messages."""
    return [message.text for message in asked.call.messages if message.role in ("system", "developer")]


def turn_of(asked: Asked) -> int:
    """How often the user has spoken."""
    return sum(message.role == "user" for message in asked.call.messages) or int(bool(asked.call.user))
