"""What requests for kept things have in common: how they are read, pages, names and moments.

In: a request. Out: a call whose `extra` is an `Ask`, which is answered from the session's store. What is wrong with the fields
is said by the module of the resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from understudy.dialects import Moment, Options
from understudy.dialects._session import address_of, store_of
from understudy.dialects.gemini.check import refuse
from understudy.dialects.gemini.press import JSON
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure

Document = dict[str, Any]
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LENGTH = 12


class Ask(Struct, gc=False):
    """A request as sent.

    `name` is what it names, the last word of its path; `path` is the whole of it, `base` the address of the server as the
    client knows it. `value` is what was read of the body, `body` all of it.
    """

    name: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    base: str
    strict: bool
    value: Document
    body: bytes


def ask(request: Request, params: Mapping[str, str], options: Options, value: Document | None = None) -> Call:
    """Make the call of an endpoint that answers from the store; `value` is what was read of the body."""
    head = request.head
    found = Ask(
        name=next(iter(params.values()), "").rpartition("/")[2],
        path=head.path,
        query=dict(parse_qsl(head.query, keep_blank_values=True)),
        headers=head.headers,
        base=address_of(head, options),
        strict=options.strict,
        value=value or {},
        body=request.body,
    )
    return Call("stored", "gemini", extra=found, body=request.body)


def looked_up(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode a request that has no body."""
    return ask(request, params, options)


def identifier(moment: Moment, purpose: str) -> str:
    """Make the twelve letters of a name; what the same decision makes again is a thing of its own and gets another."""
    again = store_of(moment).claim(purpose + moment.key.decode())
    drawn = moment.random.words(f"gemini-{purpose}{again or ''}", _LENGTH)
    return "".join(_LETTERS[word % len(_LETTERS)] for word in drawn)


def spelled(unix: float) -> str:
    """Write a moment as RFC 3339 has it, to the microsecond."""
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def answer(document: Any, headers: tuple[tuple[str, str], ...] = ()) -> Body:
    """Write a document."""
    return Body(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n", content_type=JSON, headers=headers)


def page_of(items: list[Document], wish: Ask, member: str, usual: int, largest: int) -> Body:
    """Write a page of a list; a page token is the number of items before the page."""
    size = _number(wish, "pageSize", "page_size") or usual
    start = _number(wish, "pageToken", "page_token")
    if start > len(items):
        refuse("page_token is invalid.")
    size = min(size, largest)
    found: Document = {member: items[start : start + size]} if items[start:] else {}
    if start + size < len(items):
        found["nextPageToken"] = str(start + size)
    return answer(found)


def _number(wish: Ask, *names: str) -> int:
    text = next((wish.query[name] for name in names if wish.query.get(name)), "0")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        is_token = names[0] == "pageToken"
        refuse("page_token is invalid." if is_token else f"Invalid value at 'page_size' (TYPE_INT32), \"{text}\"")
    return int(text)


def forbidden(message: str) -> RequestError:
    """The refusal of something that is not kept: the API does not tell it from what is another's."""
    return RequestError(Failure(403, "forbidden", message))
