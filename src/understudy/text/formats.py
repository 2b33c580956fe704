"""String formats of JSON Schema: an example of each, and the test whether a text has one.

In: the name of a format, a text or a way to choose. Out: a text in that format. Sources: JSON Schema draft 2020-12 validation,
section 7.3; RFC 3339 (date, time, date-time, duration), RFC 4122 (uuid). Formats not listed here accept any text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from understudy.text import clues

Choose = Callable[[int], int]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN = {
    "uuid": clues.UUID,
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+"),
    "hostname": re.compile(rf"{_LABEL}(?:\.{_LABEL})*"),
    "duration": re.compile(r"P(?!$)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?|P\d+W", re.ASCII),
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
}
_PLAIN |= {"idn-email": _PLAIN["email"], "idn-hostname": _PLAIN["hostname"], "iri": _PLAIN["uri"]}
_CHECKED = frozenset((*_PLAIN, "date", "time", "date-time", "ipv4", "ipv6"))
# What a text must look like to be taken from a prompt, of formats that nearly every text has.
_SHORTEST = {"email": "a@b.co", "idn-email": "a@b.co", "uri": "a:b", "iri": "a:b", "hostname": "a", "idn-hostname": "a"}
_POINTER = r"(?:/(?:[^~/\s]|~[01])*)+"
_PLAIN |= {
    **dict.fromkeys(("uri-reference", "iri-reference"), re.compile(r"[/?#.][^\s<>\"{}|\\^`]*|[A-Za-z][A-Za-z0-9+.-]*:\S+")),
    "uri-template": re.compile(r"\S*\{[^{}\s]+\}\S*"),
    "json-pointer": re.compile(_POINTER),
    "relative-json-pointer": re.compile(rf"\d+(?:#|{_POINTER})"),
    "regex": re.compile(r"\^.*\$"),
    "byte": re.compile(r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|[A-Za-z0-9+/]{3}="),
}


def adapted(kind: str, text: str) -> str | None:
    """Return the text in a format, completed where little is missing (a time zone, seconds); None when nobody can say it is."""
    if kind == "date":
        return text if _is_day(text) else None
    if kind == "time":
        return _completed(text)
    if kind == "date-time":
        day, _, clock = text.partition("T")
        time = _completed(clock or "00:00")
        return f"{day}T{time}" if time and _is_day(day) else None
    if kind in ("ipv4", "ipv6"):
        return text if _is_address(text, int(kind[-1])) else None
    pattern = _PLAIN.get(kind)
    return text if pattern is None or pattern.fullmatch(text) else None


def has(kind: str, text: str) -> bool:
    """Say whether a text has a format; True where nobody can say."""
    return kind not in _CHECKED or adapted(kind, text) == text


def example(kind: str, choose: Choose) -> str | None:
    """Return a text in a format; None for formats that are not known."""
    make = _EXAMPLES.get(kind)
    return None if make is None else make(choose)


def sized(kind: str, text: str, least: int) -> Iterator[str]:
    """Yield a text in a format that is as long as it has to be, and one as short as it can be; none where length is fixed."""
    if kind not in _SHORTEST:
        return
    missing = least - len(text)
    if missing > 0:
        yield text + "x" * missing if kind in ("uri", "iri") else "x" * missing + text
    yield _SHORTEST[kind]


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


def _is_address(text: str, version: int) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(text).version == version and "%" not in text
    except ValueError:
        return False


def _completed(clock: str) -> str | None:
    time, sign, zone = re.match(r"([\d:.]*)([Zz+-]?)(.*)", clock, re.DOTALL).groups()  # type: ignore[union-attr]  # matches any text
    time = time if len(time.partition(":")[0]) == 2 else f"0{time}"
    time = f"{time}:00" if time.count(":") == 1 else time
    whole = f"{time}{sign.upper() or 'Z'}{zone}"
    return whole if _CLOCK.fullmatch(whole) else None


def _date(choose: Choose) -> str:
    return f"{2026 + choose(2)}-{1 + choose(12):02}-{1 + choose(28):02}"


def _time(choose: Choose) -> str:
    return f"{8 + choose(12):02}:{15 * choose(4):02}:00Z"


def _uuid(choose: Choose) -> str:
    digits = "".join(f"{choose(65536):04x}" for _ in range(8))
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[choose(4)]}{digits[17:20]}-{digits[20:]}"


_EXAMPLES: dict[str, Callable[[Choose], str]] = {
    "date": _date,
    "time": _time,
    "date-time": lambda choose: f"{_date(choose)}T{_time(choose)}",
    "email": lambda choose: f"{('ada', 'grace', 'alan', 'linus')[choose(4)]}@example.com",
    "idn-email": lambda choose: f"{('ada', 'grace')[choose(2)]}@example.com",
    "uuid": _uuid,
    "uri": lambda choose: f"https://example.com/{('docs', 'news', 'items', 'about')[choose(4)]}",
    "uri-reference": lambda choose: f"/{('docs', 'news', 'items', 'about')[choose(4)]}",
    "iri": lambda choose: f"https://example.com/{('docs', 'news')[choose(2)]}",
    "iri-reference": lambda choose: f"/{('docs', 'news')[choose(2)]}",
    "uri-template": lambda _: "https://example.com/items/{id}",
    "hostname": lambda choose: f"{('www', 'api', 'mail')[choose(3)]}.example.com",
    "idn-hostname": lambda choose: f"{('www', 'api')[choose(2)]}.example.com",
    "ipv4": lambda choose: f"192.0.2.{1 + choose(254)}",
    "ipv6": lambda choose: f"2001:db8::{1 + choose(0xFFFE):x}",
    "duration": lambda choose: ("PT30M", "PT1H", "PT1H30M", "P1D", "P3D")[choose(5)],
    "json-pointer": lambda choose: f"/items/{choose(10)}",
    "relative-json-pointer": lambda choose: f"{choose(3)}/name",
    "regex": lambda choose: ("^[a-z]+$", "^[0-9]+$")[choose(2)],
    "byte": lambda choose: ("aGVsbG8=", "d29ybGQ=")[choose(2)],
    "password": lambda choose: f"Correct-Horse-{10 + choose(90)}",
}
