"""By what exchanges are chosen: values that must be equal, a span of time, a text that was said by either side.

In: filters by name. Out: a test for exchanges. Knows no journal and no query string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from understudy.kinds import nearest
from understudy.model.exchange import Exchange
from understudy.observe.account import said_by

Test = Callable[[Exchange], bool]

_ESCAPE: Final = re.compile(r'\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt]')
_NESTED: Final = 3  # JSON in texts of JSON is read so deep: the arguments of a call are, in a body that tells of them

READERS: Final[Mapping[str, Callable[[Exchange], Any]]] = {
    name: attrgetter(path)
    for name, path in {
        "session": "session",
        "dialect": "dialect",
        "operation": "operation",
        "model": "model",
        "rule": "rule",
        "decision": "decision",
        "status": "status",
        "stream": "stream",
        "finish": "finish",
        "outcome": "outcome",
        "request_id": "request_id",
        "method": "request.head.method",
        "path": "request.head.path",
    }.items()
}
"""What must be equal: the name, and how to read it from an exchange."""


def _since(moment: float) -> Test:
    return lambda exchange: exchange.started >= moment


def _until(moment: float) -> Test:
    return lambda exchange: exchange.started < moment


def _text(wanted: str) -> Test:
    """Look for a text in what the client sent and in what it was to be told, in upper or lower case."""
    wanted = wanted.casefold()

    def stands_in(text: str) -> bool:
        for _ in range(_NESTED):
            if wanted in text.casefold():
                return True
            if "\\" not in text:
                return False
            text = _ESCAPE.sub(_unescaped, text)
        return wanted in text.casefold()

    return lambda exchange: stands_in(exchange.request.body.decode("utf-8", "replace")) or stands_in(said_by(exchange))


def _unescaped(found: re.Match[str]) -> str:
    return _meant(found[0])


@lru_cache(maxsize=4096)
def _meant(escape: str) -> str:
    """Say what something that JSON escapes (RFC 8259 section 7) stands for."""
    return str(json.loads(f'"{escape}"'))


TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {"since": _since, "until": _until, "text": _text}
"""What is more than equality: the name, and what makes the test of a value."""

HELP: Final[Mapping[str, str]] = {
    **{name: f"only exchanges with this {name.replace('_', ' ')}" for name in READERS},
    "since": "only those that came at this moment or later, in unix seconds",
    "until": "only those that came before this moment, in unix seconds",
    "text": "only those in which this text was sent or answered, in upper or lower case",
}
"""Every filter, with what it does."""


def chooser(filters: Mapping[str, Any]) -> Test:
    """Make the test of whether an exchange passes all filters.

    Raises:
        ValueError: for an unknown filter, naming the nearest.
    """
    for name in filters:
        if name not in HELP:
            raise ValueError(f"unknown filter {name!r}: expected one of {', '.join(HELP)}.{nearest(name, HELP)}")
    equal = [(READERS[name], value) for name, value in filters.items() if name in READERS]
    more = [TESTS[name](value) for name, value in filters.items() if name in TESTS]
    return lambda exchange: all(read(exchange) == value for read, value in equal) and all(test(exchange) for test in more)
