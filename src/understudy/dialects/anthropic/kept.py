"""What requests for kept things have in common: how they are read, and how identifiers and moments are written.

In: a request. Out: a call whose `extra` is an `Ask`, which is answered from the session's store. What is wrong with the fields
is said by the module of the resource.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from msgspec import Struct

from understudy.dialects import Moment, Options
from understudy.dialects._session import address_of, store_of
from understudy.dialects.anthropic.version import betas, version_of
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.http import Request
from understudy.model.ports import Store
from understudy.model.reply import Failure

Json = dict[str, Any]
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LETTERS = 22


class Ask(Struct, gc=False):
    """A request as sent.

    `path` is what follows the name of the resource, `query` its parameters in order, `base` the address that the client knows
    the API by, `betas` what it takes part in. `wanted` is what the resource read of the body.
    """

    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    strict: bool
    betas: frozenset[str]
    base: str
    wanted: Any = None

    @property
    def parameters(self) -> dict[str, str]:
        """The query, of parameters that came several times the last."""
        return dict(self.query)


def ask(request: Request, params: Mapping[str, str], options: Options, resource: str, wanted: Any = None) -> Call:
    """Make the call of an endpoint that answers from the store.

    Args:
        request: as it came.
        params: what the route found in its path.
        options: what the settings say.
        resource: the path of the resource, `/files`.
        wanted: what was read of the body.
    """
    version_of(request, options)
    found = Ask(
        path=tuple(part for part in params.get("path", "").split("/") if part),
        query=tuple(parse_qsl(request.head.query, keep_blank_values=True)),
        strict=options.strict,
        betas=betas(request),
        base=_base(request, resource, options),
        wanted=wanted,
    )
    return Call("stored", "anthropic", extra=found, body=request.body)


def _base(request: Request, resource: str, options: Options) -> str:
    """The address of the API as the client wrote it: everything before the path of the resource."""
    head = request.head
    return f"{address_of(head, options)}{head.path.partition(resource)[0]}"


def identifier(moment: Moment, prefix: str) -> str:
    """Make an identifier (wire.md 11.3); what the same decision makes again is a thing of its own and gets another."""
    again = store_of(moment).claim(prefix + moment.key.decode())
    words = moment.random.words(f"anthropic-{prefix}{again or ''}", _LETTERS)
    return f"{prefix}_01" + "".join(_BASE62[word % 62] for word in words)


def spelled(unix: float) -> str:
    """Write a moment as RFC 3339 has it, to the microsecond."""
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def not_found(message: str, code: str | None = None) -> RequestError:
    """The refusal of something that is not kept."""
    return RequestError(Failure(404, "not_found", message, code=code))


def look_up(
    ask: Ask,
    moment: Moment,
    find: Callable[[Store, str], Json | None],
    missing: Callable[[str], RequestError],
    made: Callable[[str], Json],
) -> Json:
    """Find what a path names by `find`; what is not kept is refused as `missing`, leniently `made`."""
    name = ask.path[0] if ask.path else ""
    document = find(store_of(moment), name)
    if document is None and ask.strict:
        raise missing(name)
    return document or made(name)


def nowhere(method: str, within: tuple[str, ...]) -> RequestError:
    """The refusal of a path `within` a resource that leads nowhere, or not by this method."""
    if len(within) <= 1:
        return RequestError(Failure(405, "method_not_allowed"))
    return RequestError(Failure(404, "not_found", subject=f"{method} {'/'.join(within)}"))
