"""What an error says about the next try: how long to wait for it, and whether to make it.

In: header fields, and a body. Out: values. Sources: RFC 9110 section 10.2.3 for `retry-after`; `retry-after-ms` and
`x-should-retry` as the official clients of OpenAI and Anthropic read them (`_parse_retry_after_header` and `_should_retry` of
their `_base_client.py`); google.rpc.RetryInfo, a google.protobuf.Duration in JSON, for `retryDelay`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import isfinite

_MILLI = 1000
_DELAY = re.compile(rb'"retryDelay": ?"([0-9]+(?:\.[0-9]+)?)s"')
_MEANT = {"true": True, "false": False}


def wait_asked(fields: Iterable[tuple[str, str]], now: float, body: bytes = b"") -> float | None:
    """Read for how many seconds a client is asked to wait: as `retry-after-ms`, else `retry-after` says, or less by the body.

    Args:
        fields: names in any case.
        now: unix time of the answer, for a `retry-after` that is a date.
        body: JSON, of which a `retryDelay` counts.

    Returns:
        None where nothing is asked or nobody can read it; a moment that has passed is 0.
    """
    told = _told(fields)
    milliseconds, seconds = _number(told.get("retry-after-ms")), _number(told.get("retry-after"))
    asked = milliseconds / _MILLI if milliseconds is not None else seconds
    if asked is None and "retry-after" in told:
        asked = _seconds_until(told["retry-after"], now)
    waits = [float(delay) for delay in _DELAY.findall(body)]
    if asked is not None:
        waits.append(max(0.0, asked))
    return min(waits, default=None)


def retry_asked(fields: Iterable[tuple[str, str]]) -> bool | None:
    """Read whether `x-should-retry` asks for another try or forbids it; None where it does not say."""
    return _MEANT.get(_told(fields).get("x-should-retry", ""))


def _told(fields: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return {name.lower(): value.strip() for name, value in fields}


def _number(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if isfinite(number) else None


def _seconds_until(date: str, now: float) -> float | None:
    from email.utils import parsedate_to_datetime  # 20 ms that only who asks by a date needs

    try:
        return parsedate_to_datetime(date).timestamp() - now
    except (ValueError, OverflowError):
        return None
