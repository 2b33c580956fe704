"""Faults as users write them: a mapping in a script, one line in a header.

Both name a kind (or an error, which is the kind `status` with that error), the parameters of the kind, the place, and when the
fault strikes. A mistake is a `FaultError` that knows the key to blame.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, get_args

import msgspec
from msgspec import structs

from understudy.faults._fault import Fault
from understudy.faults._named import NAMED
from understudy.faults._place import COUNTED, Place
from understudy.faults._trigger import Armed, Trigger
from understudy.kinds import Registry, hint, nearest


class FaultError(ValueError):
    """What is wrong with a fault, and the key to blame ("" for the whole)."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


@cache
def kinds() -> Registry[type[Fault]]:
    """The fault kinds there are, scanned once."""
    return Registry("fault", importlib.import_module("understudy.faults"), "FAULT")


@cache
def names() -> tuple[str, ...]:
    """Everything `kind` may say: the kinds, then the errors by name."""
    return (*kinds().names(), *(name for name in NAMED if name not in kinds().names()))


def parameters(kind: type[Fault]) -> dict[str, str]:
    """The parameters of a kind, as written, and the fields they fill; the place is not among them."""
    return {field.encode_name: field.name for field in structs.fields(kind) if field.name != "at"}


TRIGGERS: Final = tuple(field.encode_name for field in structs.fields(Trigger))


def build(name: str, given: Mapping[str, Any], *, text: bool = False) -> Armed:
    """Make a fault from its kind and everything else that is said of it; with `text` numbers may be texts.

    Raises:
        FaultError: naming the nearest kind or key, or what a key expects.
    """
    if name not in names():
        raise FaultError(f"unknown fault {name!r}{hint(name, names())}", "kind")
    if name not in kinds().names():
        if "error" in given:
            raise FaultError(f"fault {name!r}: 'error' names another error. Remove it", "error")
        given, kind = {"error": name, **given}, kinds().get("status")
    else:
        kind = kinds().get(name)
    own = parameters(kind)
    for key in given:
        if key not in (*own, "at", *TRIGGERS):
            known = _told_keys(name, kind, text=text)
            near = nearest(key, (*own, "at", *TRIGGERS))
            advice = f".{near}" if near else hint(key, known, cutoff=0.8)
            raise FaultError(f"fault {name!r}: unknown key {key!r}{advice}", key)
    if "at" in given:
        _check_place(name, kind, given["at"], text=text)
    said = {key: value for key, value in given.items() if key in own or key == "at"}
    fault = _convert(name, said, kind, text=text)
    return Armed(fault, _convert(name, {key: given[key] for key in given if key not in said}, Trigger, text=text))


def _told_keys(name: str, kind: type[Fault], *, text: bool) -> tuple[str, ...]:
    """The keys that a fault really takes: an error by name has its `error`, not every kind a place, a line spells it out."""
    own = [key for key in parameters(kind) if (name in kinds().names() or key != "error") and not (text and key == "headers")]
    counted = [place for place in kind.places if text and place in COUNTED and place not in own]
    return (*own, *(["at"] if kind.places else []), *counted, *TRIGGERS)


def _check_place(name: str, kind: type[Fault], value: object, *, text: bool) -> None:
    try:
        place = Place.read(value, text=text)
    except ValueError as error:
        raise FaultError(f"fault {name!r}: {error}", "at") from None
    if not kind.places:
        raise FaultError(f"fault {name!r}: has no place, it concerns the whole answer. Remove 'at'", "at")
    if place.kind not in kind.places:
        raise FaultError(f"fault {name!r}: at {place.kind}: expected one of {', '.join(kind.places)}", "at")


def _convert(name: str, given: dict[str, Any], kind: type[Any], *, text: bool) -> Any:
    def read(wanted: type[Any], value: Any) -> Any:
        return Place.read(value, text=text) if wanted is Place else wanted.read(value)

    try:
        return msgspec.convert(given, kind, strict=not text, dec_hook=read)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$")
        key = re.split(r"[.\[]", path.strip("`").lstrip("."))[0]
        message = message.replace("`", "")
        unknown = re.fullmatch(r"Object contains unknown field (.+)", message)
        if unknown:
            raise FaultError(f"fault {name!r}: {key}: {_unknown(kind, key, unknown[1])}", key) from None
        message = _plain(message)
        if message.startswith("invalid enum value"):
            message = f"expected one of {', '.join(_values(kind, key))}"
        message = _bounded(kind, key, message)
        if key and key in given and not message.startswith(key):
            shown = repr(given[key])
            message = f"{key} {shown if len(shown) < 60 else shown[:56] + '...'}: {message}"
        raise FaultError(f"fault {name!r}: {message}", key) from None


def _unknown(kind: type[Any], key: str, inner: str) -> str:
    """Say what a parameter that is a mapping may hold."""
    (field,) = [field for field in structs.fields(kind) if field.encode_name == key]
    (mapping,) = [part for part in get_args(field.type) if isinstance(part, type) and issubclass(part, msgspec.Struct)]
    known = [each.encode_name for each in structs.fields(mapping)]
    return f"unknown key {inner!r}{hint(inner, known)}"


def _bounded(kind: type[Any], key: str, message: str) -> str:
    """Say both bounds of a number that has two, whichever it broke."""
    if not re.fullmatch(r"expected a (whole )?number (from|up to) [0-9.]+", message):
        return message
    (field,) = [field for field in structs.fields(kind) if field.encode_name == key]
    for part in (field.type, *get_args(field.type)):
        for meta in getattr(part, "__metadata__", ()):
            if meta.ge is not None and meta.le is not None:
                return re.sub(r"(from|up to) .*", f"from {meta.ge} to {meta.le}", message)
    return message


def _values(kind: type[Any], key: str) -> list[str]:
    """The words that a parameter may be."""
    (field,) = [field for field in structs.fields(kind) if field.encode_name == key]
    return [word for part in (field.type, *get_args(field.type)) for word in get_args(part) if isinstance(word, str)]


_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
}
_BOUNDS = {">=": "from", "<=": "up to", ">": "above", "<": "below"}


def _plain(message: str) -> str:
    """Say in the words of this program what the decoder found wrong; that null stands for nothing said is no news."""
    missing = re.fullmatch(r"Object missing required field (.+)", message)
    if missing:
        return f"expected the key {missing[1]!r}, got none"
    message = message.replace(" | null", "")
    message = re.sub(r"\b(int|float|str|bool|array|object)\b", lambda found: _TYPES[found[0]], message)
    message = re.sub(r"(>=|<=|>|<)", lambda found: _BOUNDS[found[0]], message).replace(" | ", " or ")
    return message[:1].lower() + message[1:]


_PART = re.compile(r'\s*([^\s=;,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^;,"]*)))?\s*([;,]|\Z)')


def parse(text: str) -> tuple[Armed, ...]:
    """Read `KIND[;key=value...][, KIND...]`, the form of the X-Understudy-Fault header; values may stand in double quotes.

    Raises:
        FaultError: as `build`, or for a part that cannot be read.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    at, after = 0, ","
    while after or not found:
        match = _PART.match(text, at)
        if match is None:
            raise FaultError(f"unknown fault {text[at : at + 60]!r}: expected KIND[;key=value...]")
        name, quoted, bare, mark = match.groups()
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare and bare.strip()
        if after == ",":
            if value is not None:
                raise FaultError(f"unknown fault {match[0].strip(' ;,')!r}: expected KIND[;key=value...]")
            found.append((name, {}))
        elif value is None:
            raise FaultError(f"fault parameter {name!r}: expected key=value")
        else:
            found[-1][1][name] = value
        at, after = match.end(), mark
    return tuple(build(name, _from_line(name, given), text=True) for name, given in found)


def _from_line(name: str, given: dict[str, str]) -> dict[str, Any]:
    """Give the texts of a line the structure a script has: places, lists and the two triggers that are mappings."""
    kind = kinds().get(name) if name in kinds().names() else Fault
    said: dict[str, Any] = {}
    places = [key for key in given if key == "at" or (key in COUNTED and key not in parameters(kind))]
    if len(places) > 1:
        raise FaultError(f"fault {name!r}: expected one place, got {' and '.join(places)}", places[1])
    for key, value in given.items():
        if key in places:
            said["at"] = value if key == "at" else {key: value}
        elif key == "nth":
            said[key] = value.split("|") if "|" in value else value
        elif key == "window":
            said[key] = _window(value)
        elif key == "burst":
            said[key] = dict(zip(("enter", "leave", "probability"), value.split("/"), strict=False))
        else:
            said[key] = value
    return said


def _window(value: str) -> dict[str, str]:
    """Read `FROM..TO[/PERIOD]`; either end may be left out."""
    times, _, period = value.partition("/")
    start, _, end = times.partition("..")
    return {key: text for key, text in (("from", start), ("to", end), ("period", period)) if text.strip()}
