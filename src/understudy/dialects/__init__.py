"""One file or folder for each provider protocol: decode, encode, errors, and nothing else.

A dialect turns a request into a `Call` and a `Reply` into bytes of its provider. It knows no rule, fault, delay, quota or log.
Modules whose name starts with `_` are shared below the public siblings, which never import each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

from msgspec import Struct

from understudy.kinds import Registry
from understudy.model.call import Call, Operation
from understudy.model.frame import Body, Stream
from understudy.model.http import Request
from understudy.model.ports import Random
from understudy.model.reply import Failure, Reply

StreamUnit = Literal["token", "char", "word"]


class Listed(Struct, frozen=True):
    """A model that the catalogue shows."""

    id: str
    created: int = 1715367049
    owned_by: str = "openai"


class Options(Struct, frozen=True):
    """What a dialect needs of the settings; made once for each generation of the script.

    `style` is what `Dialect.style` compiled from the script's `shapes`. `models` None means that any name is answered.
    """

    strict: bool = True
    default_model: str = "gpt-4o-mini"
    stream_unit: StreamUnit = "token"
    stream_tokens: tuple[int, int] = (1, 1)
    listed: tuple[Listed, ...] = ()
    only_listed: bool = False
    style: Any = None


class Moment(Struct, gc=False):
    """What an encoder needs beside call and reply: the draws and the identifier of this answer, and its creation time.

    `key` is 22 base62 characters drawn from the decision, `salt` 7 more from seed and session: identifiers are made of them.
    `prompt_tokens` is what the endpoint counted.
    """

    random: Random
    key: bytes
    salt: bytes
    created: int
    options: Options
    prompt_tokens: int = 0


def _nothing(_call: Call) -> int:
    return 0


class Endpoint(Struct, frozen=True):
    """One operation of a provider.

    `path` may end in `{name}`, which takes the rest of the path, slashes included. `count` gives the prompt tokens of a call.
    """

    method: str
    path: str
    operation: Operation
    decode: Callable[[Request, Mapping[str, str], Options], Call]
    encode: Callable[[Call, tuple[Reply, ...], Moment], Body | Stream]
    count: Callable[[Call], int] = _nothing


class ErrorBody(Struct, frozen=True):
    """A provider-shaped error document."""

    status: int
    data: bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"


class Dialect(Protocol):
    """A provider protocol."""

    name: str
    prefixes: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]

    def style(self, shapes: Mapping[str, Any]) -> Any:
        """Compile the script's `shapes` for this dialect.

        Raises:
            ShapeError: naming the place and what was expected there.
        """
        ...

    def failure(self, failure: Failure, style: Any) -> ErrorBody:
        """Say an error in the provider's words."""
        ...

    def fields(self, operation: str, style: Any) -> str:
        """The provider's own header fields for a good answer, as a block of `name: value\\r\\n` lines.

        The engine fills `{request_id}`, `{processing_ms}`, `{tokens_left}` and `{tokens_reset}`.
        """
        ...


class ShapeError(Exception):
    """A wrong entry under `shapes`: where (path below the dialect's entry) and why."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


def load() -> Registry[Dialect]:
    """Scan this package for dialects."""
    import understudy.dialects as package

    return Registry("dialect", package, "DIALECT")
