"""`header`: request headers by name: a text condition, or true (sent) or false (not sent)."""

from __future__ import annotations

import re
from typing import Any

from understudy.matching._conditions import Condition, Problems
from understudy.matching._text import TEXT_REF
from understudy.matching._text_matcher import TextMatcher, looking
from understudy.model.http import Request
from understudy.wire.fields import NAME

_SECRET = re.compile(r"authorization|api-?key|cookie|token|secret|password")


def _texts(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _named(name: str) -> TextMatcher:
    field = name.strip().lower()

    def read(_call: object, request: Request) -> str | None:
        return request.head.headers.get(field)

    hidden = _SECRET.search(field) is not None
    return TextMatcher(f"header.{field}", "", looking(read, _texts), presence=True, hidden=hidden)


class HeaderMatcher:
    """A mapping of header names, of which all conditions must hold."""

    name = "header"
    summary = "Request headers: name (case does not count) and what its value must be; true = sent, false = not sent."

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the value."""
        value = {"anyOf": [{"$ref": TEXT_REF}, {"type": "boolean"}]}
        return {"description": self.summary, "type": "object", "additionalProperties": value, "minProperties": 1}

    def build(self, value: object, problems: Problems) -> list[Condition]:
        """Compile the value."""
        if not isinstance(value, dict) or not value:
            problems.expected("a mapping of header names to text conditions", value, "Write {x-name: value}.")
            return []
        conditions: list[Condition] = []
        for name, wanted in value.items():
            below = problems.at(str(name))
            if isinstance(name, str) and NAME.fullmatch(name.strip()):
                conditions += _named(name).build(wanted, below)
            else:
                below.expected("the name of a header", name)
        return conditions


MATCHER = HeaderMatcher()
