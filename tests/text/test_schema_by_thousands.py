"""Thousands of schemas, drawn at random from a seed: every value made for one is valid, says an independent validator.

The first mill draws from the keywords of JSON Schema, the second from what strict tools may say, which the API's own rules
judge before: a schema that it refuses proves nothing.
"""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from understudy.dialects._openai import check_schema
from understudy.engine.decision import decide
from understudy.engine.tools import answer
from understudy.model.call import Call, Message, Tool
from understudy.text.schema import value_for

BATCHES, SIZE = 10, 400
WORDS = "city name age unit email count items tags price createdAt start_date on duration_ms url a b c x-y größe"
NAMES = WORDS.split()
HINTS = (
    "",
    "My name is Bob Smith, 30 years old, in Paris on March 5, 2026 at 7 pm, count 4, 'quoted', mail a@b.co",
    "Convert 100 USD to EUR, add milk, eggs and bread, turn off the light, urgent, from 900 to 1,200 euros",
)
PATTERNS = ("^[a-z]{2,8}$", "^[A-Z]{3}-[0-9]{4}$", "^(foo|bar)+$", "^\\+?[1-9]\\d{1,14}$", "\\d{3}")
ODD_PATTERNS = ("^(?=.*[A-Z])(?=.*\\d).{8,12}$", "^(?!foo)[a-z]+$", "^[\\u4e00-\\u9fff]{2,4}$", "^\\S.*\\S$")
FORMATS = ("date", "date-time", "time", "email", "uuid", "ipv4", "ipv6", "hostname", "duration")
ODD_FORMATS = ("uri", "idn-email", "json-pointer", "regex", "uri-reference")
CONSTANTS = ("a", 1, None, False, [1], {"k": "v"}, 1.5)


class Mill:
    """Draws schemas; a strict one says nothing that strict mode refuses."""

    def __init__(self, seed: int, strict: bool) -> None:
        self.draw = random.Random(seed)
        self.strict = strict

    def schema(self, depth: int = 0) -> dict[str, Any]:
        kinds = ["string", "number", "integer", "boolean", "enum", "nullable"]
        kinds += ["object", "array", "either"] * (depth < 3) + ["constant", "odd_text", "fraction"] * (not self.strict)
        if depth < 3 and not self.strict:
            kinds += ["merged", "ref", "pair", "one_of", "conditional", "open_object", "holding"]
        return getattr(self, self.draw.choice(kinds))(depth)

    def string(self, _: int) -> dict[str, Any]:
        which = self.draw.randrange(4)
        if which == 0:
            return {"type": "string", "pattern": self.draw.choice(PATTERNS)}
        if which == 1:
            return {"type": "string", "format": self.draw.choice(FORMATS)}
        if which == 2 and not self.strict:
            low = self.draw.randrange(12)
            return {"type": "string", "minLength": low, "maxLength": low + self.draw.randrange(12)}
        return {"type": "string", "description": "what it is, e.g. an example"}

    def number(self, _: int) -> dict[str, Any]:
        low = self.draw.randrange(-50, 50)
        bounds = {self.draw.choice(["minimum", "exclusiveMinimum"]): low} if self.draw.random() < 0.6 else {}
        bounds |= {self.draw.choice(["maximum", "exclusiveMaximum"]): low + 5} if self.draw.random() < 0.6 else {}
        return {"type": "number", **bounds}

    def integer(self, _: int) -> dict[str, Any]:
        low = self.draw.randrange(-50, 50)
        found: dict[str, Any] = {"type": "integer", "minimum": low, "maximum": low + self.draw.randrange(3, 40)}
        return found | ({"multipleOf": 3} if self.draw.random() < 0.3 else {})

    def boolean(self, _: int) -> dict[str, Any]:
        return {"type": "boolean"}

    def enum(self, _: int) -> dict[str, Any]:
        return {"type": "string", "enum": self.draw.sample(["celsius", "fahrenheit", "high", "low", "on", "Paris"], 3)}

    def nullable(self, _: int) -> dict[str, Any]:
        return {"type": [self.draw.choice(["string", "integer", "number"]), "null"]}

    def object(self, depth: int) -> dict[str, Any]:
        names = self.draw.sample(NAMES, self.draw.randrange(1, 5))
        found: dict[str, Any] = {"type": "object", "properties": {name: self.schema(depth + 1) for name in names}}
        needed = names if self.strict else self.draw.sample(names, self.draw.randrange(len(names) + 1))
        return found | {"required": needed, "additionalProperties": False if self.strict else self.draw.random() < 0.5}

    def array(self, depth: int) -> dict[str, Any]:
        low = self.draw.randrange(3)
        found = {"type": "array", "items": self.schema(depth + 1), "minItems": low, "maxItems": low + 2}
        unique = not self.strict and found["items"].get("type") in ("integer", "string") and "enum" not in found["items"]
        return found | ({"uniqueItems": True} if unique and self.draw.random() < 0.3 else {})

    def either(self, depth: int) -> dict[str, Any]:
        return {"anyOf": [self.schema(depth + 1), self.draw.choice([{"type": "null"}, self.schema(depth + 1)])]}

    def merged(self, depth: int) -> dict[str, Any]:
        return {"allOf": [self.object(depth + 1) | {"additionalProperties": True}, {"type": "object", "required": ["extra"]}]}

    def ref(self, _: int) -> dict[str, Any]:
        return {"$ref": f"#/$defs/{self.draw.choice(['leaf', 'tree', 'chain', 'a~1b'])}"}

    def constant(self, _: int) -> dict[str, Any]:
        return {"const": self.draw.choice(CONSTANTS)} if self.draw.random() < 0.5 else {"enum": list(CONSTANTS)}

    def odd_text(self, _: int) -> dict[str, Any]:
        odd = self.draw.random() < 0.5
        return {
            "type": "string",
            **({"pattern": self.draw.choice(ODD_PATTERNS)} if odd else {"format": self.draw.choice(ODD_FORMATS)}),
        }

    def fraction(self, _: int) -> dict[str, Any]:
        low = self.draw.choice([self.draw.randrange(-50, 50), self.draw.randrange(-(10**9), 10**9)])
        return {
            "type": "number",
            "exclusiveMinimum": low,
            "maximum": low + 5,
            "multipleOf": self.draw.choice([0.1, 0.01, 0.25]),
        }

    def pair(self, depth: int) -> dict[str, Any]:
        parts = [self.schema(depth + 1) for _ in range(self.draw.randrange(1, 4))]
        rest: dict[str, Any] = {"items": False} if self.draw.random() < 0.5 else {"items": self.schema(depth + 1)}
        return {"type": "array", "prefixItems": parts, "minItems": len(parts) + bool(rest["items"]), **rest}

    def one_of(self, depth: int) -> dict[str, Any]:
        kinds = [{"kind": {"const": f"k{i}"}, "value": self.schema(depth + 1)} for i in range(self.draw.randrange(1, 4))]
        return {"oneOf": [{"type": "object", "properties": kind, "required": [*kind]} for kind in kinds]}

    def conditional(self, _: int) -> dict[str, Any]:
        properties = {"mode": {"enum": ["fast", "slow"]}, "speed": {"type": "integer"}, "why": {"type": "string"}}
        fast = {"properties": {"mode": {"const": "fast"}}}
        ways = {"if": fast, "then": {"required": ["speed"]}, "else": {"required": ["why"]}}
        return {"type": "object", "properties": properties, "required": ["mode"], **ways}

    def open_object(self, depth: int) -> dict[str, Any]:
        found = self.object(depth)
        more = len(found["properties"]) + self.draw.randrange(3)
        rest: dict[str, Any] = {"additionalProperties": self.schema(depth + 1)}
        if self.draw.random() < 0.5:
            rest = {"patternProperties": {"^x_[a-z]+$": self.string(depth)}, "additionalProperties": False}
        return found | {"minProperties": more} | rest

    def holding(self, _: int) -> dict[str, Any]:
        least = self.draw.randrange(4)
        return {"type": "array", "minItems": least, "maxItems": max(least, 1), "contains": {"type": "integer", "minimum": 5}}


TREE = {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}
NEXT = {"anyOf": [{"$ref": "#/$defs/chain"}, {"type": "null"}]}
DEFINITIONS = {
    "leaf": {"type": "object", "properties": {"value": {"type": "integer"}}, "required": ["value"]},
    "tree": {"type": "object", "properties": TREE, "required": [*TREE], "additionalProperties": False},
    "chain": {"type": "object", "properties": {"next": NEXT}, "required": ["next"]},
    "a/b": {"type": "array", "items": {"$ref": "#/$defs/leaf"}, "minItems": 1},
}


def problems(schema, value):
    check = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in check.iter_errors(value)]


@pytest.mark.parametrize("batch", range(BATCHES))
def test_values_of_thousands_of_schemas_are_valid(draws, batch):
    mill = Mill(batch, strict=False)
    for number in range(SIZE):
        schema = (mill.object(0) if number % 4 else mill.schema()) | {"$defs": DEFINITIONS}
        value = value_for(schema, draws(number), HINTS[number % len(HINTS)])
        assert problems(schema, value) == [], schema


@pytest.mark.parametrize("batch", range(BATCHES // 2))
def test_arguments_of_thousands_of_strict_tools_are_valid(batch):
    mill = Mill(1000 + batch, strict=True)
    for number in range(SIZE):
        schema = mill.object(0)
        check_schema.Judge("function 'f'", "tools[0].function.parameters", "").strict(schema)
        said = HINTS[number % len(HINTS)]
        tool = Tool("f", "", schema)
        call = Call("chat", "openai", "m", [Message("user", said)], said, tools=(tool,), tool_choice="required")
        made = answer(call, "auto", decide(b"%d" % number, batch))
        assert problems(schema, json.loads(made[1].blocks[0].arguments)) == [], schema
