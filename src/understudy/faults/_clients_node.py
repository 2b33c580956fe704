"""What official clients for Node do otherwise than those for Python: held against the clients by tests/sdk.

Measured with openai 6.49 and @anthropic-ai/sdk 1.11 on Node 20. Nothing of the program depends on it.
"""

from __future__ import annotations

from typing import Final

from understudy.faults._clients_python import AS_TEXT, UNCHANGED, Does, Row

WAITS: Final = "waits longer than it is told to"
REPLACED: Final = "says nothing: U+FFFD in the text"

_CUT: Final = "TypeError"  # `terminated`: of the HTTP library, once the head is there
_JSON: Final = "SyntaxError"
_LATE: Final = "3 APIConnectionTimeoutError"


def _same(does: Does, *faults: str) -> Row:
    return Row(faults, does, does)


OTHERWISE: Final[tuple[Row, ...]] = (
    Row(("request_timeout",), Does.both("3 APIError"), Does.both("3 RequestTimeoutError")),
    Row(("too_large",), Does.both("APIError"), Does.both("ContentTooLargeError")),
    _same(Does.both("APIError"), "status;status=418"),
    _same(Does("APIError"), "error-event;event=4", "error-event;then=go-on;event=4"),
    _same(Does(_JSON), "malformed"),
    _same(Does.both(_JSON), "truncated-json", "truncated-json;then=go-on"),
    _same(Does(REPLACED), "invalid-utf8"),
    _same(Does(_CUT), "reset;token=3", "close;token=3", "bad-chunk"),
    _same(Does.both(_CUT), "reset;at=after-headers", "close;byte=300"),
    _same(Does(whole=_CUT), "wrong-length;by=7"),
    _same(Does(whole=_JSON), "wrong-length;by=-7"),
    _same(Does.both(_LATE), "hang", "late-headers;for=1m"),
    _same(Does.both(WAITS), "hang;at=after-headers", "stall;for=1m"),
    _same(Does(WAITS), "hang;token=3"),
    _same(Does(UNCHANGED, AS_TEXT), "wrong-content-type"),
)

_OTHERWISE: Final = {fault: row for row in OTHERWISE for fault in row.faults}


def in_node(fault: str, python: Row) -> tuple[Does, Does]:
    """What the clients for Node do, of OpenAI and of Anthropic: what those for Python do, unless it is listed here."""
    row = _OTHERWISE.get(fault, python)
    return row.openai, row.anthropic
