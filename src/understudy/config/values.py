"""Scalar values as users write them: texts, numbers, switches, words, names, paths.

A `Kind` says what is expected, reads a written value into the one the program uses, and shows it again. Flags and environment
variables are texts and pass through `parse` first; script values come as YAML typed them. This module knows no setting and no
script key, and reports nothing: a value that does not fit is a `ValueError`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args

from msgspec import Struct

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_ON, _OFF = ("on", "true", "yes", "1"), ("off", "false", "no", "0")

SWITCH_WORDS = (*_ON, *_OFF)
IN_QUOTES: Final = " Put it in quotes to make it a text."


def describe(value: object, limit: int = 60) -> str:
    """Say what was got: a text in quotes (shortened), a number, true, false, nothing, a list, a mapping."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 4] + "..." + text[-1]


def as_number(text: str) -> object:
    """Turn the text of a flag into a number when it is one."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return text
    return float(text) if "." in text else int(text)


def _as_written(text: str) -> object:
    return text


def _as_names(text: str) -> object:
    return [name.strip() for name in text.split(",") if name.strip()]


class Kind(Struct, frozen=True):
    """One kind of value.

    `read` raises ValueError for a value that does not fit; `schema` is JSON Schema of what it takes. `parse` turns the text of
    a flag into what a script would hold. `show` prints a value that was read, as a user would write it.
    """

    expected: str
    read: Callable[[object], Any]
    schema: dict[str, Any]
    metavar: str = "TEXT"
    parse: Callable[[str], object] = _as_written
    show: Callable[[Any], str] = str

    def takes(self, value: object) -> bool:
        """Say whether a value fits."""
        return not self.misfits(value)

    def misfits(self, value: object) -> list[Misfit]:
        """Name what in a value does not fit: parts of it, else all of it."""
        try:
            self.read(value)
        except PartsError as wrong:
            return list(wrong.args)
        except ValueError:
            return [Misfit((), self, value)]
        return []


class Misfit(NamedTuple):
    """What does not fit, where it is in the value that was read, and what is expected there."""

    at: tuple[str | int, ...]
    kind: Kind
    got: object

    def told(self, *, secret: bool = False) -> str:
        """Say what is wrong, and whether quotes would mend it; what a secret is stays untold."""
        free = any("string" in way.get("type", "") for way in self.kind.schema.get("anyOf", [self.kind.schema]))
        mended = free and isinstance(self.got, bool | int | float) and self.kind.takes(describe(self.got))
        got = "a secret" if secret and isinstance(self.got, str | int | float) else describe(self.got)
        return f"expected {self.kind.expected}, got {got}.{IN_QUOTES if mended else ''}"


class PartsError(ValueError):
    """Parts of a value do not fit; its arguments are the misfits."""


def text(value: object) -> str:
    """Read a text; half a surrogate pair (a byte of a flag that is no UTF-8) is none, since it cannot be sent."""
    if not isinstance(value, str):
        raise ValueError
    if not value.isascii():
        value.encode()
    return value


def filled(value: object) -> str:
    """Read a text that holds more than white space."""
    if not text(value).strip():
        raise ValueError
    return text(value)


def number(value: object) -> int | float:
    """Read a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    if not abs(value) <= 1e300 or not math.isfinite(value):
        raise ValueError
    return value


def amount(value: object) -> float:
    """Read a finite number that is not negative."""
    if number(value) < 0:
        raise ValueError
    return float(number(value))


def _length(value: object) -> float:
    if amount(value) > MOST_TOKENS:
        raise ValueError
    return amount(value)


def whole(expected: str, low: int, high: int | None = None, metavar: str = "N") -> Kind:
    """Make the kind of whole numbers in [low, high]."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < low or (high is not None and value > high):
            raise ValueError
        return value

    schema = {"type": "integer", "minimum": low} | ({} if high is None else {"maximum": high})
    return Kind(expected, read, schema, metavar, as_number)


def choice(literal: Any) -> Kind:
    """Make the kind of a `Literal`: one of its words."""
    words = get_args(literal)

    def read(value: object) -> str:
        if value not in words:
            raise ValueError
        return text(value)

    return Kind(f"{', '.join(words[:-1])} or {words[-1]}", read, {"enum": list(words)}, "|".join(words))


def _real(value: object) -> float:
    return float(number(value))


def _logarithm(value: object) -> float:
    if number(value) > 0:
        raise ValueError
    return float(number(value))


def _token(value: object) -> str:
    if not text(value):
        raise ValueError
    return text(value)


def _show_real(value: float) -> str:
    return f"{value:.15g}"


def _switch(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = text(value).strip().lower()
    if word not in SWITCH_WORDS:
        raise ValueError
    return word in _ON


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError
    wrong = [Misfit((index,), NAME, name) for index, name in enumerate(value) if not NAME.takes(name)]
    if wrong:
        raise PartsError(*wrong)
    return tuple(dict.fromkeys(value))


def _path(value: object) -> Path | None:
    if value is None:
        return None
    if "\0" in filled(value):
        raise ValueError
    return Path(filled(value))


def _show_optional(value: object) -> str:
    return "none" if value is None else str(value)


_FILLED = {"type": "string", "pattern": r"\S"}
_FILLED_OR_NULL = {"type": ["string", "null"], "pattern": r"\S"}

TEXT = Kind("a text", text, {"type": "string"})
NAME = Kind("a text that is not empty", filled, _FILLED)
PORT = whole("a port number from 0 to 65535", 0, 65535, "PORT")
COUNT = whole("a whole number from 0 up", 0)
POSITIVE = whole("a whole number from 1 up", 1)
MOST_TOKENS: Final = 200_000  # of a generated text: it is made while others wait, a million in 0.2 s
LENGTH = whole(f"a whole number from 1 to {MOST_TOKENS}", 1, MOST_TOKENS)
_TOKENS_SCHEMA: Final = {"type": "number", "minimum": 0, "maximum": MOST_TOKENS}
TOKENS = Kind(f"a number from 0 to {MOST_TOKENS}", _length, _TOKENS_SCHEMA, "N", as_number, _show_real)
INTEGER = whole("a whole number from 0 to 18446744073709551615", 0, 2**64 - 1)
LOGARITHM = Kind("a number of at most 0", _logarithm, {"type": "number", "maximum": 0}, "N", as_number, _show_real)
TOKEN = Kind("a text that is not empty", _token, {"type": "string", "minLength": 1})
NUMBER = Kind("a number", _real, {"type": "number"}, "N", as_number, _show_real)
SWITCH = Kind(
    "on or off",
    _switch,
    {"anyOf": [{"type": "boolean"}, {"enum": list(SWITCH_WORDS)}]},
    "on|off",
    show=lambda on: "on" if on else "off",
)
NAMES = Kind(
    "a list of names",
    _names,
    {"type": "array", "items": _FILLED},
    "NAME[,NAME...]",
    _as_names,
    lambda names: ", ".join(names) or "none",
)
FILE = Kind("the path of a file", _path, _FILLED_OR_NULL, "PATH", show=_show_optional)
