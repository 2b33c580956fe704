"""What a request asks of the server itself: query parameters, X-Understudy-* headers, magic prompts.

Read once for each distinct head. Bad controls are refused with a sentence, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from msgspec import Struct

from understudy import durations, faults
from understudy.config.values import describe
from understudy.engine.pace import Pace
from understudy.errors import RequestError
from understudy.faults import Armed, Place
from understudy.faults.malformed import Malformed, MalformedChunk
from understudy.faults.status import Simulated
from understudy.faults.timeout import Timeout
from understudy.kinds import hint
from understudy.model.call import Call
from understudy.model.exchange import DEFAULT_SESSION
from understudy.model.reply import Failure

_ERRORS, _ANY_STATUS = "[45][0-9]{2}", "(?!20[45]|304)[2-5][0-9]{2}"  # but those that have no body
_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,400})")  # what parseInt(text, 10) reads (ECMA-262)
# Values of `fail` with words of their own, and statuses that have others where they are asked for in another way.
_NAMED, _OTHERWISE = ("429", "500"), ("429", "500", "504")
_MAGIC = re.compile(r"\[([1-5]\d\d)\]\Z")
_PREFIX = "x-understudy-"
_PARAMETERS = ("delay", "fail", "fail_chunk", "stream")
_HEADERS = ("session", "fault", "delay", "rule", "decision", "timing")
_NO_CONTROLS = ("token", "would-limit", "bottleneck")  # of the control API, and of answers, which a proxy may send back
_SWITCH = {"": False, "true": True, "1": True, "false": False, "0": False}
# What the last message "[429]" answers, in the words of the small server that had it first.
_MAGIC_WORDS = {429: "Too many requests. Please try again later."}


class Controls(Struct, frozen=True):
    """Everything a head asks for; the default asks for nothing."""

    delay: float = 0.0
    faults: tuple[Armed, ...] = ()
    stream: bool = False
    session: str = DEFAULT_SESSION
    rule: str | None = None
    decision: bytes | None = None
    timing: Pace | None = None


def _bad(message: str) -> RequestError:
    return RequestError(Failure(400, "invalid_request", message))


def _query_fault(value: str, *, lenient: bool) -> Armed:
    if value == "timeout":
        return Armed(Timeout())
    number = _INTEGER.match(value) if lenient else None
    status = str(int(number[1])) if number else value
    if not re.fullmatch(_ANY_STATUS if lenient else _ERRORS, status):
        raise RequestError(Failure(400, "unknown_fault", f"Unknown fail type: {value}"))
    if status in _OTHERWISE and value not in _NAMED:
        return Armed(Simulated(int(status), message=f"Simulated {status} error", type="simulated_error"))
    return Armed(Simulated(int(status)))


def _milliseconds(name: str, value: str) -> float:
    try:
        return durations.seconds(value)
    except ValueError as error:
        raise _bad(f"{name}: {error}") from None


def read(query: str, headers: Mapping[str, str], *, lenient: bool = False) -> Controls:
    """Read the controls of a head; `lenient` reads the query as JavaScript's parseInt does.

    Raises:
        RequestError: for a control that is not understood.
    """
    if _PREFIX not in " ".join(headers) and not query:
        return Controls()
    asked = _parsed(query) if lenient else _asked(query)
    delay, wanted = 0.0, []
    if "delay" in asked:
        delay += _milliseconds("delay", asked["delay"])
    if "fail" in asked:
        wanted.append(_query_fault(asked["fail"], lenient=lenient))
    if "fail_chunk" in asked:
        chunk = asked["fail_chunk"]
        if not re.fullmatch(r"0*[1-9][0-9]{0,8}", chunk):
            raise _bad(f"fail_chunk {chunk!r}: expected the number of an event, from 1")
        kind = MalformedChunk if lenient else Malformed
        wanted.append(Armed(kind(at=Place("event", int(chunk)))))
    own = _own(headers)
    if "delay" in own:
        delay += _milliseconds("X-Understudy-Delay", own["delay"])
    if "fault" in own:
        try:
            wanted += faults.parse(own["fault"])
        except ValueError as error:
            raise _bad(f"X-Understudy-Fault: {error}") from None
    return Controls(
        delay,
        tuple(wanted),
        _stream(asked.get("stream", "")),
        own.get("session", DEFAULT_SESSION)[:200],
        own.get("rule"),
        _decision(own.get("decision")),
        _timing(own["timing"]) if "timing" in own else None,
    )


def _asked(query: str) -> dict[str, str]:
    """The parameters of a query, ours once each; one without a value asks for nothing."""
    given = parse_qsl(query)
    asked = dict(given)
    if len(asked) < len(given):
        names = [name for name, _ in given]
        twice = next((name for name in _PARAMETERS if names.count(name) > 1), None)
        if twice is not None:
            raise _bad(f"{twice}: expected it once, got it {names.count(twice)} times")
    return asked


def _parsed(query: str) -> dict[str, str]:
    """Spell out parameters as a server understands them that parses numbers and looks no further.

    One that comes twice is a list to Express, which as a text has commas between its items (ECMA-262, Array.prototype.join).
    """
    given: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        given.setdefault(name, []).append(value)
    asked = {name: text for name, values in given.items() if (text := ",".join(values))}
    numbers = {name: min(int(found[1]), 999_999_999) for name, value in asked.items() if (found := _INTEGER.match(value))}
    made = {name: str(numbers[name]) for name in ("delay", "fail_chunk") if numbers.get(name, 0) > 0}
    if "fail" in asked:
        made["fail"] = asked["fail"]
    if asked.get("stream") == "true":
        made["stream"] = "true"
    return made


def _own(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of ours, by what follows the prefix."""
    own = {name.removeprefix(_PREFIX): value for name, value in headers.items() if name.startswith(_PREFIX)}
    for name in own:
        if name not in _HEADERS and name not in _NO_CONTROLS:
            raise _bad(f"X-Understudy-{name.title()}: unknown control {describe(name)}{hint(name, _HEADERS)}")
    return own


def _stream(word: str) -> bool:
    if word.lower() not in _SWITCH:
        raise _bad(f"stream {describe(word)}: expected true or false")
    return _SWITCH[word.lower()]


def _timing(text: str) -> Pace:
    """Read `ttft=2s;itl={exponential: {mean: 50ms}}`: the keys of a script's `timing`, with the values they have there."""
    from understudy.config.grammar.timing import read_timing  # 30 ms that only who sends this header needs

    given: dict[str, object] = {}
    for part in filter(None, map(str.strip, _parts(text))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name or name in given:
            raise _bad(f"X-Understudy-Timing {describe(part)}: expected each key once, as KEY=VALUE such as ttft=2s;itl=50ms")
        given[name] = _value(name, value)
    if not given:
        raise _bad(f"X-Understudy-Timing {describe(text)}: expected KEY=VALUE such as ttft=2s;itl=50ms, got none")
    try:
        return Pace.of(read_timing(given, "X-Understudy-Timing"))
    except ValueError as error:
        raise _bad(str(error)) from None


def _parts(text: str) -> Iterator[str]:
    """Split at the semicolons that are in no braces; a comma outside of them is where two headers of the name were joined."""
    depth = start = 0
    for mark in re.finditer(r"[][{};,]", text):
        if mark[0] in "{[":
            depth += 1
        elif mark[0] in "}]":
            depth -= 1
        elif depth < 1 and mark[0] == ",":
            expected = "one header of that name, with ; between its keys as in ttft=2s;itl=50ms"
            raise _bad(f"X-Understudy-Timing {describe(text)}: expected {expected}")
        elif depth < 1:
            yield text[start : mark.start()]
            start = mark.end()
    yield text[start:]


def _value(name: str, text: str) -> object:
    """Read a value as it would be read in a script."""
    from understudy.config.source import parse
    from understudy.config.source.yamltext import plain

    if not text.startswith("{"):
        return plain(text)
    document = parse(text, "X-Understudy-Timing")
    if document.problems:
        raise _bad(f"X-Understudy-Timing: {name} {describe(text)}: {document.problems[0].message}")
    return document.data


def _decision(token: str | None) -> bytes | None:
    if token is None:
        return None
    if not re.fullmatch(r"[0-9a-fA-F]{32}", token):
        raise _bad(f"X-Understudy-Decision {token!r}: expected the 32 hexadecimal digits of an x-understudy-decision header")
    return bytes.fromhex(token)


def magic(call: Call) -> Failure | None:
    """Read a last message that is exactly `[STATUS]`: that error."""
    match = _MAGIC.match(call.last_text)
    if match is None or int(match[1]) < 400:
        return None
    status = int(match[1])
    return Failure(status, "simulated", _MAGIC_WORDS.get(status))
