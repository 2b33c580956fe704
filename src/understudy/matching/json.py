"""`json`: JMESPath expressions over the raw JSON body, for whatever has no key of its own.

A text is an expression whose result must be true (as JMESPath has it: not null, false or empty; 0 is true). A mapping says
what each expression must give: a text condition, or a value that must be equal. A body that is no JSON, and an expression
that fails on it, never match. JMESPath is imported when the first expression appears.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, Protocol

import msgspec

from understudy.matching._conditions import NO_GROUPS, Condition, Groups, Problems, Test
from understudy.matching._excerpts import quoted
from understudy.matching._nodes import Node
from understudy.matching._operators import OPERATORS
from understudy.matching._text import COMBINERS, TEXT_REF, build_text, quote_advice
from understudy.matching._views import View
from understudy.model.call import Call
from understudy.model.http import Request

_FAILED: Any = object()
_last: tuple[bytes | None, Any] = (None, _FAILED)


def _body(call: Call, request: Request) -> Any:
    """The parsed body, `_FAILED` when it is no JSON; parsed once however many conditions ask."""
    global _last  # noqa: PLW0603 - one slot, replaced whole: the memory of the last body
    body = call.body or request.body
    seen = _last
    if seen[0] is body:
        return seen[1]
    try:
        parsed = msgspec.json.decode(body)
    except Exception:  # whatever is wrong with a body (syntax, encoding, depth): it does not match
        parsed = _FAILED
    _last = (body, parsed)
    return parsed


class Expectation(Protocol):
    """What the result of an expression must be."""

    def holds(self, result: Any) -> Groups | None:
        """The regex groups, or None."""
        ...

    def distance(self, result: Any) -> float:
        """How far off, 0 to 1."""
        ...

    def phrase(self) -> str:
        """Say what is wanted."""
        ...


class _True:
    def holds(self, result: Any) -> Groups | None:
        empty = result is None or result is False or (isinstance(result, str | list | dict) and not result)
        return None if empty else NO_GROUPS

    def distance(self, result: Any) -> float:
        return 1.0 if self.holds(result) is None else 0.0

    def phrase(self) -> str:
        return "something true"


class _Equal:
    def __init__(self, wanted: Any) -> None:
        self._wanted = wanted

    def holds(self, result: Any) -> Groups | None:
        return NO_GROUPS if _same(self._wanted, result) else None

    def distance(self, result: Any) -> float:
        return 1.0 if self.holds(result) is None else 0.0

    def phrase(self) -> str:
        return _shown(self._wanted)


class _Text:
    def __init__(self, node: Node) -> None:
        self._node = node

    def holds(self, result: Any) -> Groups | None:
        return self._node.test(_texts(result))

    def distance(self, result: Any) -> float:
        return self._node.distance(_texts(result))

    def phrase(self) -> str:
        return self._node.phrase(quoted)


def _texts(result: Any) -> View:
    found = result if isinstance(result, list) else [result]
    return View(tuple([text for text in found if isinstance(text, str)]))


def _same(one: Any, other: Any) -> bool:
    """Equality of JSON: true is not 1, 1 is 1.0, lists keep their order."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    return bool(one == other)


def _shown(value: Any) -> str:
    if value is _FAILED:
        return "nothing that can be read as JSON"
    if isinstance(value, str):
        return quoted(value)
    text = msgspec.json.encode(value).decode("utf-8", "replace")
    return text if len(text) <= 80 else f"{text[:80]}..."


class JsonCondition:
    """Holds when an expression gives what is expected."""

    def __init__(self, expression: str, search: Callable[[Any], Any], expectation: Expectation) -> None:
        self.key = f"json.{expression}"
        self._search = search
        self._expectation = expectation
        holds, result = expectation.holds, self._result

        def test(call: Call, request: Request) -> Groups | None:
            got = result(call, request)
            return None if got is _FAILED else holds(got)

        self.test: Test = test

    def _result(self, call: Call, request: Request) -> Any:
        body = _body(call, request)
        if body is _FAILED:
            return _FAILED
        try:
            return self._search(body)
        except Exception:  # a function given the wrong type, a result too deep: no match, as documented
            return _FAILED

    def distance(self, call: Call, request: Request) -> float:
        """How far off: 0 holds, 1 has nothing in common."""
        got = self._result(call, request)
        return 1.0 if got is _FAILED else self._expectation.distance(got)

    def miss(self, call: Call, request: Request) -> str:
        """Say what was wanted and what came."""
        return f"{self.key}: expected {self._expectation.phrase()}, got {_shown(self._result(call, request))}"

    def describe(self) -> str:
        """Say what is wanted."""
        return f"{self.key}: {self._expectation.phrase()}"


class JsonMatcher:
    """An expression, or a mapping of expressions to what they must give."""

    name = "json"
    summary = "JMESPath over the raw body: an expression that must be true, or expressions and what each must give."

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value."""
        expected = {"anyOf": [{"$ref": TEXT_REF}, {}]}
        mapping = {"type": "object", "additionalProperties": expected, "minProperties": 1}
        return {"description": self.summary, "anyOf": [{"type": "string"}, mapping]}

    def build(self, value: object, problems: Problems) -> list[Condition]:
        """Compile the value."""
        if isinstance(value, str):
            search = _compile(value, problems)
            return [] if search is None else [JsonCondition(value, search, _True())]
        if not isinstance(value, dict) or not value:
            problems.expected("a JMESPath expression or a mapping of expressions to values", value)
            return []
        conditions: list[Condition] = []
        for expression, wanted in value.items():
            below = problems.at(expression if isinstance(expression, int) else str(expression))
            if not isinstance(expression, str):
                below.expected("a JMESPath expression", expression, "Put quotes around it.")
                continue
            search = _compile(expression, below)
            expectation = _expectation(wanted, below)
            if search is not None and expectation is not None:
                conditions.append(JsonCondition(expression, search, expectation))
        return conditions


def _compile(expression: str, problems: Problems) -> Callable[[Any], Any] | None:
    import jmespath
    from jmespath.exceptions import ArityError, JMESPathError, UnknownFunctionError

    try:
        compiled = jmespath.compile(expression)
    except (JMESPathError, RecursionError) as error:
        problems.add(f"expected a JMESPath expression, got {quoted(expression)}: {_sentence(error)}")
        return None
    try:
        compiled.search({})
    except (UnknownFunctionError, ArityError) as error:
        problems.add(f"cannot use {quoted(expression)}: {_sentence(error)}")
        return None
    except (JMESPathError, RecursionError):
        pass  # an empty body has none of the fields; that says nothing about the expression
    search: Callable[[Any], Any] = compiled.search
    return search


def _sentence(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(":.") + "."


def _expectation(wanted: object, problems: Problems) -> Expectation | None:
    if isinstance(wanted, str) or (isinstance(wanted, dict) and _is_text_condition(wanted)):
        node = build_text(wanted, problems)
        return None if node is None else _Text(node)
    if not _is_json(wanted):
        problems.expected("a text condition or a JSON value", wanted, quote_advice(wanted))
        return None
    return _Equal(wanted)


def _is_text_condition(mapping: dict[Any, Any]) -> bool:
    """Whether a mapping is meant as a text condition (misspelled ones included) and not as a value."""
    known = (*OPERATORS, *COMBINERS)
    return any(get_close_matches(str(key), known, n=1, cutoff=0.8) for key in mapping)


def _is_json(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_is_json, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(inner) for key, inner in value.items())
    return value is None or isinstance(value, str | bool | int | float)


MATCHER = JsonMatcher()
