"""Dates and times as people write them, made plain: 5 March 2026 is 2026-03-05, 7 pm is 19:00.

In: a text. Out: the same with every date and every time of twelve hours in its plain form; what is no date of the calendar
stays as it is. Only what is written counts: nothing here knows what day it is. Every repetition is bounded.
"""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ORDINAL = r"(?:st|nd|rd|th)?"
_AMERICAN = re.compile(rf"\b{_NAME} (\d{{1,2}}){_ORDINAL},? (\d{{4}})(?!\d)", re.IGNORECASE)
_BRITISH = re.compile(rf"(?<![\w.])(\d{{1,2}}){_ORDINAL}(?: of)? {_NAME},? (\d{{4}})(?!\d)", re.IGNORECASE)
_SLASHED = re.compile(r"(?<![\w./])(\d{1,2})/(\d{1,2})/(\d{4})(?![\w/])")
_DOTTED = re.compile(r"(?<![\w.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?![\w.]*\d)")
_YEAR_FIRST = re.compile(r"(?<![\w./])(\d{4})/(\d{1,2})/(\d{1,2})(?![\w/])")
_HALF_DAY = re.compile(r"(?<![\w:.])(1[0-2]|0?[1-9])(?::([0-5]\d))? ?([ap])\.?m\b\.?", re.IGNORECASE)

_DAY = r"(?<!\d)(\d{4}-\d{2}-\d{2})"
TOGETHER = re.compile(rf"{_DAY}(?:,? (?:at )?|T)((?:[01]\d|2[0-3]):[0-5]\d)(?!\d)")
"""A day and a time of it, in plain forms."""

_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
RELATIVE = re.compile(
    rf"\b(?:today|tonight|tomorrow|yesterday|(?:(?:next|this|last|on) )?{_WEEKDAY}"
    r"|(?:next|this|last) (?:week(?:end)?|month|year))\b",
    re.IGNORECASE,
)
"""A day that is told from today, whichever that is."""


def plain(text: str) -> str:
    """Write all dates and times of a text in their plain forms."""
    if not any(map(str.isdigit, text)):
        return text
    text = _AMERICAN.sub(lambda found: _day(found, found[3], _month(found[1]), found[2]), text)
    text = _BRITISH.sub(lambda found: _day(found, found[3], _month(found[2]), found[1]), text)
    text = _SLASHED.sub(_slashed, text)
    text = _DOTTED.sub(lambda found: _day(found, found[3], found[2], found[1]), text)
    text = _YEAR_FIRST.sub(lambda found: _day(found, *found.groups()), text)
    return _HALF_DAY.sub(_time, text)


def relative(text: str) -> list[str]:
    """List the days that a text tells from today."""
    return [found[0].removeprefix("on ") for found in RELATIVE.finditer(text)]


def together(text: str) -> list[str]:
    """List the moments of a plain text that are a day and a time of it."""
    return [f"{found[1]}T{found[2]}" for found in TOGETHER.finditer(text)]


def _month(name: str) -> int:
    return 1 + _MONTHS.index(name[:3].lower())


def _slashed(found: re.Match[str]) -> str:
    """The month stands first, unless it cannot."""
    first, second = int(found[1]), int(found[2])
    month, day = (second, first) if first > 12 else (first, second)
    return _day(found, found[3], month, day)


def _day(found: re.Match[str], year: str, month: str | int, day: str | int) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return found[0]


def _time(found: re.Match[str]) -> str:
    hour = int(found[1]) % 12 + 12 * (found[3] in "pP")
    return f"{hour:02}:{found[2] or '00'}"
