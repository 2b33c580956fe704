"""What a number in running text is a number of: metres, minutes, money; and which an argument asks for by its name.

In: what stands before and after a number, the words of a name. Out: a measure (what is measured, and how many of the smallest
unit one is), or nothing. Two measures of the same thing can be converted. Knows no prompt and no schema.
"""

from __future__ import annotations

import re

from msgspec import Struct


class Measure(Struct, frozen=True):
    """What is measured, and how much one unit is; 0 where units are not converted."""

    kind: str
    size: float = 0.0


def _spelled(kind: str, sizes: dict[str, float]) -> dict[str, Measure]:
    return {name: Measure(kind, size) for names, size in sizes.items() for name in names.split()}


_UNITS = {
    **_spelled("time", {"ms millisecond milliseconds": 0.001, "s sec secs second seconds": 1, "min mins minute minutes": 60}),
    **_spelled("time", {"h hr hrs hour hours": 3600, "day days": 86_400, "week weeks": 604_800}),
    **_spelled("length", {"mm": 0.001, "cm centimeter centimeters centimetre centimetres": 0.01}),
    **_spelled("length", {"m meter meters metre metres": 1, "km kilometer kilometers kilometre kilometres": 1000}),
    **_spelled("length", {"mile miles mi": 1609.344, "ft foot feet": 0.3048, "inch inches": 0.0254}),
    **_spelled("mass", {"mg": 1e-6, "g gram grams": 0.001, "kg kgs kilo kilos kilogram kilograms": 1, "lb lbs": 0.45359237}),
    **_spelled("share", {"% percent": 0}),
    **_spelled("warmth", {"° °c °f degree degrees": 0}),
    **_spelled("age", {"years year yo": 0}),
}
CURRENCIES = {
    **dict.fromkeys(("$", "usd", "dollar", "dollars", "us dollars"), "USD"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds", "sterling"), "GBP"),
    **dict.fromkeys(("¥", "jpy", "yen"), "JPY"),
    **dict.fromkeys(("chf", "franc", "francs"), "CHF"),
    **dict.fromkeys(("inr", "₹", "rupee", "rupees"), "INR"),
    **{code: code.upper() for code in ("cad", "aud", "cny", "sek", "nok", "dkk", "pln", "brl", "mxn", "krw", "btc", "eth")},
}
_MONEY = Measure("money")
_BY_NAME = {
    **dict.fromkeys(("price", "cost", "bill", "budget", "fee", "salary", "payment", "fare", "rent", "total"), "money"),
    **dict.fromkeys(("percent", "percentage", "discount", "rate", "tip", "share"), "share"),
    **dict.fromkeys(("duration", "timeout", "delay", "interval"), "time"),
    **dict.fromkeys(("distance", "height", "width", "depth", "altitude", "radius"), "length"),
    **dict.fromkeys(("weight", "mass"), "mass"),
    **dict.fromkeys(("temperature", "temp"), "warmth"),
    "age": "age",
}
_AFTER = re.compile(r"[ -]?(%|°[cf]?|[€£¥₹]|[a-z]{1,12})(?![a-z])", re.IGNORECASE)
_BEFORE = re.compile(r"([$€£¥₹])\s?$")
SPELLED = re.compile(
    rf"\b(?:{'|'.join(sorted(filter(str.isalpha, CURRENCIES), key=len, reverse=True))})\b|[$€£¥₹]", re.IGNORECASE
)
"""A currency in running text."""

_LENGTHY = re.compile(r"\b\d{1,6}(?:\.\d{1,3})?[ -](?:second|minute|hour|day|week|month|year)s?\b", re.IGNORECASE)
_CONVERTED = re.compile(
    r"(?:([$€£¥₹])\s?)?\d[\d.,]{0,15}\s?([a-z°]{0,12})\s(?:is\s)?(?:to|in|into|as)\s(?:us\s)?([a-z°]{1,12})", re.IGNORECASE
)


def measure(text: str, start: int, end: int) -> Measure | None:
    """Say what the number from `start` to `end` of a text measures."""
    if _BEFORE.search(text, max(0, start - 2), start):
        return _MONEY
    found = _AFTER.match(text, end)
    if found is None:
        return None
    unit = found[1].lower()
    return _MONEY if unit in CURRENCIES else _UNITS.get(unit)


def wanted(words: list[str]) -> Measure | None:
    """Say what an argument measures by the words of its name: its unit (`weight_kg`), else what it is about (`price`)."""
    last = words[-1] if words else ""
    if last in _UNITS and last != "min" and (len(words) > 1 or len(last) > 2):  # as a name that is the least of something
        return _UNITS[last]
    return next((Measure(_BY_NAME[word]) for word in reversed(words) if word in _BY_NAME), None)


def converted(number: float, of: Measure | None, to: Measure | None) -> float:
    """Return a number of one unit in another; as it is, where that is not known of both."""
    if of is None or to is None or of.kind != to.kind or not (of.size and to.size) or of == to:
        return number
    exact = round(number * of.size / to.size, 6)
    return int(exact) if exact == int(exact) else exact


def lengths_of_time(text: str) -> list[str]:
    """List the lengths of time of a text, as it says them."""
    return _LENGTHY.findall(text)


def conversion(text: str) -> tuple[str, str] | None:
    """Find what a text wants to have converted into what: units, or currencies by their codes."""
    for found in _CONVERTED.finditer(text):
        source = found[1] or found[2]
        if source:
            return _code(source), _code(found[3])
    return None


def currencies(text: str) -> list[str]:
    """List the codes of the currencies a text speaks of."""
    return list(dict.fromkeys(_code(found[0]) for found in SPELLED.finditer(text)))


def _code(name: str) -> str:
    return CURRENCIES.get(name.lower(), name)
