"""What will be answered, in no provider's words: blocks of content, or a failure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from understudy.model.allowance import Overrun

Finish = Literal["stop", "length", "tool_calls", "content_filter"]

FailureKind = Literal[
    "invalid_request",  # 400: a field is missing, of the wrong type or out of range
    "malformed_json",  # 400: the body is no JSON
    "unauthorized",  # 401
    "missing_key",  # 401: no key at all
    "forbidden",  # 403
    "not_found",  # 404: no such path
    "model_not_found",  # 404
    "no_match",  # 404: strict mode, no rule matched
    "method_not_allowed",  # 405
    "timeout",  # 408 the request took too long; 504 the answer did
    "conflict",  # 409
    "too_large",  # 413, 414, 431
    "unprocessable",  # 422: well formed, but not to be followed
    "context_length",  # 400: the prompt does not fit the window
    "content_filter",  # 400: refused by the provider's safety system
    "insufficient_quota",  # 429: out of credit
    "rate_limit",  # 429
    "overloaded",  # 503, 529
    "unavailable",  # 503: the model is not ready
    "server_error",  # 500, 502
    "bad_gateway",  # 502: said by a proxy, as a page
    "gateway_timeout",  # 504: said by a proxy, as a page
    "simulated",  # any other status asked for
    "unknown_fault",  # 400: the client asked for a failure that does not exist
]


_BY_STATUS: Final[dict[int, FailureKind]] = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "timeout",
    409: "conflict",
    413: "too_large",
    422: "unprocessable",
    429: "rate_limit",
    500: "server_error",
    502: "server_error",
    503: "overloaded",
    504: "timeout",
    529: "overloaded",
}


def kind_of(status: int) -> FailureKind:
    """Give the kind of failure that a bare status means."""
    return _BY_STATUS.get(status, "simulated")


class Failure(Struct, frozen=True):
    """An error answer. `message`, `type`, `code` of None mean the provider's own words for this kind and status.

    `counts` are the numbers of a prompt that does not fit: the window, and the tokens of the prompt. `overrun` says which limit
    a refused request would have gone over. `subject` is what the failure is about, for those words: of a path that is not there
    the method and path, of a key that is wrong its two ends, of a prompt that does not fit the operation.
    `prompt_tokens` is the cost of a prompt that a reply fails. `exact` says that the status was asked for as a number: no other
    is answered where a provider has its own for the kind.
    """

    status: int
    kind: FailureKind
    message: str | None = None
    param: str | None = None
    type: str | None = None
    code: str | None = None
    retry_after: float | None = None
    headers: tuple[tuple[str, str], ...] = ()
    counts: tuple[int, int] | None = None
    overrun: Overrun | None = None
    subject: str | None = None
    prompt_tokens: int = 0
    exact: bool = False


class Text(Struct, frozen=True):
    """Visible text: in one piece, or in several of which it is made again whenever somebody looks."""

    said: str | Sequence[str]

    @property
    def text(self) -> str:
        """All of it."""
        return self.said if isinstance(self.said, str) else "".join(self.said)


class Reasoning(Struct, frozen=True):
    """Text the model thought and (where the provider hides it) only counts."""

    text: str


class ToolCall(Struct, frozen=True):
    """A call of a tool; `arguments` is JSON text, of a `custom` tool any text. `id` None lets the dialect make one."""

    name: str
    arguments: str
    id: str | None = None
    kind: str = "function"


class Refused(Struct, frozen=True):
    """The model declines; the text says so."""

    text: str


class Item(Struct, frozen=True):
    """Something of the provider's own, as its documents say it: a search made, an image drawn. Other dialects pass it over."""

    data: dict[str, Any]


Block = Text | Reasoning | ToolCall | Refused | Item


class Usage(Struct, frozen=True):
    """Token counts that override the counted ones; None = count."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None


class Raw(Struct, frozen=True):
    """An answer byte by byte: `chunks` are (seconds since the one before, data); `headers` all fields but those of framing."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    chunks: tuple[tuple[float, bytes], ...] = ()


class Odds(Struct, frozen=True):
    """How likely a token was, as natural logarithms: itself, and others that might have stood there."""

    token: str
    logprob: float
    others: tuple[tuple[str, float], ...] = ()


class Reply(Struct, frozen=True):
    """A whole answer: immutable, so that a rule makes it once and dialects may keep what they rendered of it.

    `pieces` fixes how a stream cuts the text (one event each); None = by `stream-unit`. `atoms` are the tokens of the text when
    its maker knows them, one string each, and `odds` how likely they were, where that is told. `stream_text` replaces the text
    on streams. `vectors` answer an embedding, one an input. `fixed` promises that this very object will answer again with
    nothing of its own for each answer (as identifiers of tool calls are), so that what was rendered of it is worth keeping.
    `raw` stands for everything else, whoever asks.
    """

    blocks: tuple[Block, ...] = ()
    finish: Finish | None = None
    usage: Usage | None = None
    failure: Failure | None = None
    headers: tuple[tuple[str, str], ...] = ()
    pieces: tuple[str, ...] | None = None
    stream_text: str | None = None
    fixed: bool = False
    atoms: Sequence[str] | None = None
    odds: tuple[Odds, ...] = ()
    vectors: tuple[tuple[float, ...], ...] = ()
    raw: Raw | None = None

    @property
    def text(self) -> str:
        """All visible text."""
        return "".join(self._texts)

    def spelled(self) -> Reply:
        """The same reply with its text held as its tokens, where these make it up."""
        if self.atoms is None or [*self._texts] != ["".join(self.atoms)]:
            return self
        return replace(self, blocks=tuple(Text(self.atoms) if isinstance(b, Text) else b for b in self.blocks))

    @property
    def _texts(self) -> Iterator[str]:
        return (b.text for b in self.blocks if isinstance(b, Text))
