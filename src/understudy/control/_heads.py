"""The heads of answers to controls, and whole pages under them: nothing of them is for caches, or for browsers of other sites.

In: what is answered, to whom, and when. Out: bytes. Knows no control.
"""

from __future__ import annotations

from collections.abc import Iterable

from understudy.control._nouns import Page
from understudy.model.http import RequestHead
from understudy.model.ports import Clock
from understudy.wire.response import head, http_date

_UNWANTED = (("cache-control", "no-store"), ("x-content-type-options", "nosniff"))


def whole(request: RequestHead, clock: Clock, page: Page) -> bytes:
    """Frame a page."""
    kind = [("content-type", page.content_type)] if page.content_type else []
    length = None if page.status == 204 else len(page.data)
    fields = _fields(clock, kind, page.headers)
    start = head(page.status, fields, length=length, close=not request.keep_alive, version=request.version)
    return start if request.method == "HEAD" else start + page.data


def opened(request: RequestHead, clock: Clock, kind: str, own: Iterable[tuple[str, str]]) -> bytes:
    """Spell the head of an answer that is sent as it is made: in chunks, or to an HTTP/1.0 client until the connection ends."""
    chunked = request.version == "1.1"
    fields = _fields(clock, [("content-type", kind)], own)
    closes = not chunked or not request.keep_alive
    return head(200, fields, length=None, chunked=chunked, close=closes, version=request.version)


def _fields(clock: Clock, kind: Iterable[tuple[str, str]], own: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("date", http_date(int(clock.wall())).decode()), *kind, *_UNWANTED, *own]
