"""How a log line looks: JSON for machines, text for terminals; neither can be forged by what is logged.

A `Line` becomes one string that ends with its only line break (in text, a stack trace follows on indented lines). Control
characters, also those beyond ASCII that terminals obey and editors break lines at, come out escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

_STACK_SHOWN = 20_000
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BARE = re.compile(r"[\w./:@%+,*~-]+", re.ASCII)
_RESERVED = frozenset({"time", "level", "event", "stack"})


class Line(Struct):
    """What is logged: unix time in seconds, level, event, fields and a stack trace or ""."""

    at: float
    level: str
    event: str
    fields: Mapping[str, Any]
    stack: str = ""


Form = Callable[[Line], str]


def rfc3339(at: float) -> str:
    """Spell a unix time in UTC with milliseconds: 2026-01-31T12:00:00.000Z; the epoch when it is no date."""
    try:
        second, millisecond = divmod(int(at * 1000 + 0.001), 1000)
        return f"{_second(second)}.{millisecond:03d}Z" if at >= 0 else rfc3339(0.0)
    except (ValueError, OverflowError, OSError):
        return rfc3339(0.0)


@lru_cache(maxsize=4)
def _second(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def json_line(line: Line) -> str:
    """Spell a line as JSON: time, level, event, the fields in their order, the stack."""
    fields = line.fields
    if not _RESERVED.isdisjoint(fields):
        fields = {f"{name}_" if name in _RESERVED else name: value for name, value in fields.items()}
    whole = {"time": rfc3339(line.at), "level": line.level, "event": line.event, **fields}
    if line.stack:
        whole["stack"] = _cut(line.stack)
    return _escaped(_json(whole)) + "\n"


def text_line(line: Line) -> str:
    """Spell a line for a terminal: the time of day in UTC, level, event, fields that are not empty."""
    fields = [f" {_name(name)}={_value(value)}" for name, value in line.fields.items() if value is not None and value != ""]
    head = f"{rfc3339(line.at)[11:]} {line.level:<7} {_escaped(line.event)} {''.join(fields)}".rstrip()
    stack = [f"    {_escaped(row)}" for row in _cut(line.stack).splitlines()]
    return "\n".join([head, *stack]) + "\n"


FORMS: dict[str, Form] = {"json": json_line, "text": text_line}


def _json(value: Any) -> str:
    try:
        return _ENCODER.encode(value).decode()
    except Exception:  # a field that cannot be encoded (half a character, a value that fails to print) costs its form only
        return _ENCODER.encode({_whole(str(name)): _plain(inner) for name, inner in value.items()}).decode()


def _plain(value: object) -> str | float | None:
    if value is None or isinstance(value, int | float):
        return value
    try:
        text = value if isinstance(value, str) else repr(value)
    except Exception:  # its repr fails; that it was there is all that can be said
        text = f"<{type(value).__name__}>"
    return _whole(text)


def _whole(text: str) -> str:
    """Spell half characters (lone surrogates) out, for UTF-8 has no place for them."""
    return text.encode("utf-8", "backslashreplace").decode()


_ENCODER = msgspec.json.Encoder(enc_hook=str)


def _escaped(text: str) -> str:
    return text if text.isascii() and text.isprintable() else _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else _escaped(repr(name))


def _value(value: object) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value):
        return value
    return _escaped(_json({"": value})[4:-1])


def _cut(stack: str) -> str:
    if len(stack) <= _STACK_SHOWN:
        return stack
    half = _STACK_SHOWN // 2
    return f"{stack[:half]}\n... {len(stack) - 2 * half:,} characters left out ...\n{stack[-half:]}"
