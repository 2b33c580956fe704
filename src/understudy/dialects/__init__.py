"""One file or folder for each provider protocol: decode, encode, errors, and nothing else.

A dialect turns a request into a `Call` and a `Reply` into bytes of its provider. It knows no rule, fault, delay, quota or log.
Modules whose name starts with `_` are shared below the public siblings, which never import each other; only
`azure`, which hosts OpenAI's API and is nothing without it, stands on OpenAI's three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, Protocol

from msgspec import Struct

from understudy.dialects._window import Fit, fitted
from understudy.kinds import Registry
from understudy.model.allowance import Allowance
from understudy.model.call import Call, Operation
from understudy.model.frame import Body, Stream
from understudy.model.http import Request, RequestHead
from understudy.model.ports import Agent, Random, Store
from understudy.model.reply import Failure, Reply

StreamUnit = Literal["token", "char", "word"]

_FIRST = "openai"  # whose words clients expect where nothing tells whom a request is for


class Listed(Struct, frozen=True):
    """A model that the catalogue shows."""

    id: str
    created: int = 1715367049
    owned_by: str = "openai"


def _not_said(_model: str) -> None:
    return None


class Options(Struct, frozen=True):
    """What a dialect needs of the settings; made once for each generation of the script.

    `style` is what `Dialect.style` compiled from the script's `shapes`, `scheme` that of the server's own addresses. `listed`
    is the catalogue of models; `only_listed` says that any other name is refused. `window` gives by the name of a model the
    tokens of prompt and answer together that a script has room for, None where it does not say.
    """

    strict: bool = True
    default_model: str = "gpt-4o-mini"
    stream_unit: StreamUnit = "token"
    stream_tokens: tuple[int, int] = (1, 1)
    listed: tuple[Listed, ...] = ()
    only_listed: bool = False
    style: Any = None
    scheme: str = "http"
    window: Callable[[str], int | None] = _not_said


class Making(Struct):
    """What is known of the making of an answer once it is encoded: `made` says whether a simulated engine has made all of it.

    It is None without an engine. Who is told afterwards keeps this, and not the moment, which holds whom to tell.
    """

    made: Callable[[], bool] | None = None


class Moment(Struct, gc=False):
    """What an encoder needs beside call and reply: the draws and the identifier of this answer, and its creation time.

    `key` is 22 base62 characters drawn from the decision, `salt` 7 more from seed and session: identifiers are made of them.
    `prompt_tokens` is what the endpoint counted. Endpoints that keep things find the session's `store`, the exact `wall` time
    and an `agent` that asks the server itself here; `waits` says, for frames that carry so many tokens each, the seconds before
    each of them. `warm_tokens` is the length of the longest of the call's prefixes that the prompt cache held; `cached_tokens`
    is what a simulated engine holds of the prompt, None without one. What an encoder leaves in `afterwards` is told once how
    the answer went, by an `Outcome`: `done` when all of it was handed to the connection; `making` says how far it is made.
    """

    random: Random
    key: bytes
    salt: bytes
    created: int
    options: Options
    prompt_tokens: int = 0
    store: Store | None = None
    agent: Agent | None = None
    wall: float = 0.0
    waits: Callable[[Sequence[int]], Iterable[float]] | None = None
    warm_tokens: int = 0
    cached_tokens: int | None = None
    afterwards: Callable[[str], None] | None = None
    making: Making | None = None


def _nothing(_call: Call) -> int:
    return 0


def _never(_call: Call) -> bool:
    return False


def always(_call: Call) -> bool:
    """Say that every call needs the store: what an endpoint of what is kept `keeps`."""
    return True


class Endpoint(Struct, frozen=True):
    """One operation of a provider.

    `path` may hold one `{name}`, which takes the rest of the path, slashes included, up to what stands behind it there. `count`
    gives the prompt tokens of a call.
    `keeps` says of which calls something is kept between requests, for these alone get the session's store. Of these a `recall`
    is asked, too: it completes a decoded call by what the store holds at that moment (unix time in seconds), and gives the same
    object back where that changes no count. The operation `stored` is answered from the store alone, and no rule is asked.
    `tells` says of a call that its answer tells of a failure instead of being one.
    `begins` gives a prompt of so many tokens as one text, if the provider caches the like without being asked.
    Several dialects may claim one path if at most one of them claims it for all requests: `wants` names the header fields
    (after a "?": query parameters) of which a request has at least one when it is meant for this endpoint.
    An endpoint that `yields` gives way to others on its path, as those of providers that took over OpenAI's paths must; below
    the name of its dialect it is always there. `echoes` are header fields of a request that its answers and errors bring back;
    `refuses` gives an error of the provider's the form that it has here. `insists` are header fields and their values (after a
    "?": query parameters) without which the real API refuses a request. `fit` says what the provider refuses of a call, and
    where it ends the answer, when a script gives its model a window. `meant` reads an item of the provider's own, as a script
    spells it, and raises `ShapeError` for what no such item can have. `adapts` says whether a session has an adapter (LoRA) of
    a name, which a model has beside its own weights.
    """

    method: str
    path: str
    operation: Operation
    decode: Callable[[Request, Mapping[str, str], Options], Call]
    encode: Callable[[Call, tuple[Reply, ...], Moment], Body | Stream]
    count: Callable[[Call], int] = _nothing
    recall: Callable[[Call, Store, float], Call] | None = None
    keeps: Callable[[Call], bool] = _never
    tells: Callable[[Call], bool] = _never
    wants: tuple[str, ...] = ()
    yields: bool = False
    begins: Callable[[Call, int], bytes] | None = None
    echoes: tuple[str, ...] = ()
    refuses: Callable[[ErrorBody, RequestHead], ErrorBody] | None = None
    insists: tuple[tuple[str, str], ...] = ()
    fit: Fit = fitted
    meant: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    adapts: Callable[[Store, str], bool] | None = None


class ErrorBody(Struct, frozen=True):
    """A provider-shaped error document.

    The engine puts the request's identifier where `data` says `{request_id}`, and into the header field `id_field`. Where a
    header says `{reset_at}` it puts the moment from which a retry makes sense.
    """

    status: int
    data: bytes
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"
    id_field: str = "x-request-id"


class Dialect(Protocol):
    """A provider protocol. `models` are the names it lists while the setting is not given; none means the setting's own."""

    name: str
    prefixes: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    models: tuple[str, ...]

    def style(self, shapes: Mapping[str, Any]) -> Any:
        """Compile the script's `shapes` for this dialect.

        Raises:
            ShapeError: naming the place and what was expected there.
        """
        ...

    def failure(self, failure: Failure, style: Any) -> ErrorBody:
        """Say an error in the provider's words."""
        ...

    def failure_event(self, failure: Failure, style: Any) -> bytes:
        """Say an error in the middle of a stream: a whole event of the provider's stream, not yet framed for HTTP."""
        ...

    def fields(self, operation: str, style: Any, /) -> str:
        """The provider's own header fields for a good answer, as a block of `name: value\\r\\n` lines.

        The engine fills `{request_id}`, `{processing_ms}`, `{tokens_left}`, `{tokens_reset}` and `{reset_at}`.
        """
        ...

    def allowance(self, allowance: Allowance, wall: float, /) -> tuple[tuple[str, str], ...]:
        """Spell what is left of the limits as header fields, which replace those of the same names in any answer.

        `wall` is unix time in seconds, for who spells moments.
        """
        ...


class ShapeError(Exception):
    """A wrong entry under `shapes`: where (path below the dialect's entry) and why."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path


@cache
def load() -> Registry[Dialect]:
    """The dialects there are, scanned once."""
    import understudy.dialects as package

    return Registry("dialect", package, "DIALECT")


def item_problems(item: dict[str, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    """Check an item of a provider's own with those who read such items: (path below the item, message) for each mistake."""
    found = {}
    for read in {endpoint.meant: None for dialect in load() for endpoint in dialect.endpoints if endpoint.meant is not None}:
        try:
            read(item)
        except ShapeError as error:
            found[error.path] = str(error)
    return list(found.items())


def is_adapter(store: Store, name: str) -> bool:
    """Say whether a session has an adapter of that name, whichever dialect it was loaded by."""
    return any(adapts(store, name) for adapts in _adapting())


@cache
def _adapting() -> tuple[Callable[[Store, str], bool], ...]:
    return tuple({endpoint.adapts: None for dialect in load() for endpoint in dialect.endpoints if endpoint.adapts is not None})


def served(only: Sequence[str] = ()) -> tuple[Dialect, ...]:
    """Choose the dialects a server speaks: those named, else all. The first of them answers requests that are for none.

    Raises:
        KeyError: for a name nobody has, with the nearest known one.
    """
    registry = load()
    names = list(dict.fromkeys(only)) or sorted(registry.names(), key=lambda name: name != _FIRST)
    return tuple(registry.get(name) for name in names)
