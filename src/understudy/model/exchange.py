"""One finished exchange, as the sinks see it.

What many exchanges share is in a `Context`, made once for each distinct request head; texts that only some sink prints are
properties, so that an exchange costs little when nobody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from understudy.model.http import Request
from understudy.model.plan import Delivery
from understudy.model.reply import Reply

DEFAULT_SESSION: Final = "default"
"""The session of who names none."""


class Context(Struct, frozen=True):
    """What a request head says of its exchanges; `secret_free` are its header fields with secrets masked."""

    secret_free: dict[str, str] = {}
    dialect: str = ""
    operation: str = "none"
    session: str = DEFAULT_SESSION


class Particulars(Struct, frozen=True):
    """What only few exchanges have to tell.

    Attributes:
        faults: what struck the answer, each as a header would ask for it: `error-event;then=go-on`.
        failure: the kind of failure that was answered, "" for a good answer.
        retry_after: the seconds after which the client was asked to come back, None when it was not.
        drawn: the name under which each of the faults drew, for who makes the answer again.
        error_at: the moment a fault put an error event into the stream, in seconds after the request; None when none did.
        others: what was to be said beside `Exchange.reply`, to further choices or inputs, where that is something else.
    """

    faults: tuple[str, ...] = ()
    failure: str = ""
    retry_after: float | None = None
    drawn: tuple[str, ...] = ()
    others: tuple[Reply, ...] = ()
    error_at: float | None = None


NOTHING: Final = Particulars()
"""What most exchanges have to tell."""


class Work(Struct, gc=False):
    """How an answer was made, as far as its delivery does not tell; times in seconds.

    Attributes:
        queued: how long it waited for its turn in a simulated engine.
        first: from the request to its first token, where no event shows it because the answer is not streamed.
        tokens: how many were made, of an answer that broke off; None where nobody counted.
    """

    queued: float = 0.0
    first: float | None = None
    tokens: int | None = None


class Exchange(Struct, gc=False):
    """Request in, answer out: what the journal keeps, the metrics count and the log prints.

    The decoded call is not kept: it takes several times the room of the body it came from, which is.
    `started` is wall time in unix seconds, `duration` seconds from the whole request to the last byte handed to the socket,
    `token` the decision token as ASCII (empty when nothing was decided), `serial` numbers the answers of the process,
    `finish` is why a model's answer ended: stop, length, tool_calls, content_filter, error; empty where no model answered.
    `delivery` is how the answer was played when it took time; `reply` is what was to be said, in no provider's words, the first
    of several; None where nothing was, as to a preflight. It is mostly the rule's own, and the bytes can be made of it again.
    `would_limit` says which limits on trial would have refused it, `particulars` is what most exchanges have none of. Whoever
    records the exchange calls `settle` with it, once. `work` is None where there is nothing to tell of it.
    """

    started: float
    request: Request
    context: Context
    model: str = ""
    rule: str = ""
    token: bytes = b""
    serial: int = 0
    status: int = 200
    stream: bool = False
    prompt_tokens: int = 0
    completion_tokens: int = 0
    duration: float = 0.0
    sent: int = 0
    finish: str = ""
    outcome: str = "done"
    delivery: Delivery | None = None
    would_limit: str = ""
    settle: Callable[[Exchange], None] | None = None
    particulars: Particulars = NOTHING
    reply: Reply | None = None
    work: Work | None = None

    @property
    def said(self) -> str:
        """The text that was to be said."""
        reply = self.reply
        if reply is None:
            return ""
        return reply.stream_text if self.stream and reply.stream_text is not None else reply.text

    @property
    def is_whole(self) -> bool:
        """Say whether all of the answer was sent. A stream to an HTTP/1.0 client ends by closing, too."""
        return self.outcome == "done" or (self.outcome == "closed" and not self.particulars.faults)

    @property
    def secret_free(self) -> dict[str, str]:
        """The request's header fields, secrets masked."""
        return self.context.secret_free

    @property
    def dialect(self) -> str:
        """The provider protocol."""
        return self.context.dialect

    @property
    def operation(self) -> str:
        """What was asked for: chat, embedding ... or none."""
        return self.context.operation

    @property
    def session(self) -> str:
        """The session whose state was used."""
        return self.context.session

    @property
    def decision(self) -> str:
        """The token that reproduces the random decisions."""
        return self.token.decode()

    @property
    def request_id(self) -> str:
        """The x-request-id of the answer."""
        return request_id(self.token, self.serial).decode()


REQUEST_ID: Final = b"req_%.16b%016x"
"""The x-request-id of an answer: 16 hexadecimal digits of its decision token, 16 of its number."""


def request_id(token: bytes, serial: int) -> bytes:
    """Spell the x-request-id of an answer, also of one without a decision."""
    return REQUEST_ID % (token or b"0" * 16, serial)
