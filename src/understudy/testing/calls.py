"""What a test may ask of one call: what the client said, what was understood of it, what it got.

A `SeenCall` reads from the ledger; nothing is worked out before it is asked for. Prints itself without secrets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from understudy.model.call import Call, Message
from understudy.model.exchange import Exchange
from understudy.model.http import Request
from understudy.model.reply import Reply, ToolCall
from understudy.testing._ledger import Take

_NOTHING = Call("chat", "")


class SeenCall:
    """One call that the server got. It may still be under way: then `status` is None and `outcome` is "open"."""

    def __init__(
        self,
        take: Take,
        decode: Callable[[Request], Call | None],
        about: Call | None = None,
        groups: Mapping[str, str] | None = None,
    ) -> None:
        self._take = take
        self._decode = decode
        self._about = about
        self._groups = groups

    # -- what the client asked ----------------------------------------------------------------------------------------

    @cached_property
    def understood(self) -> Call | None:
        """The call in no provider's words; None when the server could not understand it."""
        return self._about or self._take.call or self._decode(self._take.request)

    @property
    def _call(self) -> Call:
        return self.understood or _NOTHING

    @property
    def user(self) -> str:
        """The text of the last user message; of several inputs the first one, which `parts` tells apart."""
        return self._call.user

    @property
    def parts(self) -> list[SeenCall]:
        """The call about each of its inputs, as rules are tried on it; where it has one, or none, the call alone."""
        call = self._call
        if self._about is not None or len(call.inputs) < 2:
            return [self]
        texts = [item if isinstance(item, str) else "" for item in call.inputs]
        return [SeenCall(self._take, self._decode, call.about(text)) for text in texts]

    @property
    def system(self) -> str:
        """The text of the last system (or developer) message."""
        return self._call.system

    @property
    def model(self) -> str:
        """The model asked for."""
        return self._call.model

    @property
    def messages(self) -> Sequence[Message]:
        """The conversation: messages, with the attributes `role`, `content` and `text`."""
        return self._call.messages

    @property
    def tools(self) -> list[str]:
        """The names of the tools the client offers."""
        return [tool.name for tool in self._call.tools]

    @property
    def tool_result(self) -> str:
        """The text of the last result of a tool."""
        return self._call.message_text("tool")

    @property
    def stream(self) -> bool:
        """Whether a stream was asked for."""
        return self._call.stream

    @property
    def operation(self) -> str:
        """What was asked for: chat, completion, embedding ... or none, when no API has such a path."""
        return self._take.operation

    @property
    def dialect(self) -> str:
        """The provider protocol."""
        return self._exchange.dialect if self._exchange else self._call.dialect

    @property
    def session(self) -> str:
        """The session it belongs to."""
        return self._take.session

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self._take.request.head.method

    @property
    def path(self) -> str:
        """The path, without the query."""
        return self._take.request.head.path

    @property
    def headers(self) -> Mapping[str, str]:
        """The header fields as they came, secrets too; names are in lower case."""
        return self._take.request.head.headers

    @property
    def raw(self) -> bytes:
        """The body as it came."""
        return self._take.request.body

    @cached_property
    def json(self) -> Any:
        """The body as plain data.

        Raises:
            ValueError: when it is no JSON.
        """
        return msgspec.json.decode(self.raw)

    # -- what it got --------------------------------------------------------------------------------------------------

    @property
    def rule(self) -> str:
        """The name of the rule that answered; "default" when none did, "" when the server refused or worked the answer out.

        Of several inputs it is that of the first, as `reply` and `match` are, or of the one whose error was the answer.
        """
        return self._take.rule if self._exchange is None else self._exchange.rule

    @property
    def is_scripted(self) -> bool:
        """Whether a rule or a response answered, rather than the server on its own."""
        return self._take.is_scripted and self._take.rule != ""

    @property
    def match(self) -> Mapping[str, str]:
        """The groups of the regular expressions of the rule, by name and by number ("1"), where its reply is a function."""
        return self._take.groups if self._groups is None else self._groups

    @property
    def reply(self) -> str:
        """The text it was answered with, or was to be: faults may have kept it from the client."""
        return self._reply.text

    @property
    def tool_calls(self) -> list[ToolCall]:
        """The calls of tools it was answered with; `arguments` is JSON text."""
        return [block for block in self._reply.blocks if isinstance(block, ToolCall)]

    @property
    def _reply(self) -> Reply:
        return self._take.replies[0] if self._take.replies else Reply()

    @property
    def status(self) -> int | None:
        """The HTTP status; None while it is under way."""
        return self._exchange.status if self._exchange else None

    @property
    def prompt_tokens(self) -> int:
        """Tokens of the prompt."""
        return self._exchange.prompt_tokens if self._exchange else 0

    @property
    def completion_tokens(self) -> int:
        """Tokens of the answer."""
        return self._exchange.completion_tokens if self._exchange else 0

    @property
    def tokens(self) -> int:
        """Tokens of both."""
        return self.prompt_tokens + self.completion_tokens

    @property
    def duration(self) -> float:
        """Seconds from the whole request to the last byte, on the server's clock."""
        return self._exchange.duration if self._exchange else 0.0

    @property
    def outcome(self) -> str:
        """How it ended: done, closed, aborted, client_gone, server_stopped; "open" while it is under way."""
        return self._exchange.outcome if self._exchange else "open"

    @property
    def decision(self) -> str:
        """The token that reproduces its random decisions when it is sent as X-Understudy-Decision."""
        return self._exchange.decision if self._exchange else ""

    @property
    def request_id(self) -> str:
        """The x-request-id of the answer."""
        return self._exchange.request_id if self._exchange else ""

    @property
    def exchange(self) -> Exchange | None:
        """What the journal has of it; None while it is under way."""
        return self._exchange

    @property
    def request(self) -> Request:
        """The HTTP request."""
        return self._take.request

    @property
    def _exchange(self) -> Exchange | None:
        return self._take.exchange

    @property
    def title(self) -> str:
        """Say in a few words what it was and what it got."""
        asked = " ".join(filter(None, (self.operation, self.model))) if self.understood else f"{self.method} {self.path}"
        got = self.outcome if self.status is None else f"status {self.status}"
        return f"{asked}, {got}" + (f", rule {self.rule!r}" if self.rule else "")

    def __repr__(self) -> str:
        return f"<SeenCall {self.title}, user {self.user[:60]!r}>"
