"""JSON Schema of faults in scripts, made of the same declarations that read them."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import msgspec
from msgspec import structs

from understudy.faults._duration import Seconds
from understudy.faults._place import Place
from understudy.faults._reading import kinds, names
from understudy.faults._trigger import Trigger

Schema = dict[str, Any]

ABOUT = {
    "when": "only calls that fit these conditions, the keys of a rule's `when`; others are not counted",
    "probability": "the share of calls that are struck, from 0 to 1; each call decides for itself",
    "nth": "the number of the call that is struck, or a list of numbers",
    "first": "only the first N calls",
    "every": "every N-th call",
    "window": "only from `from` to `to` after the start of the server, over again each `period`",
    "burst": "bad times and good ones by turns: calls `enter` and `leave` bad times with these probabilities, and within "
    "one `probability` (1) of them are struck",
    "max": "so many strikes at most",
    "per": "whose calls are counted: those of the `session` (as a rule), of each `key`, of each `model`",
}
"""What the keys of a trigger mean."""


@cache
def trigger_properties() -> tuple[dict[str, Schema], dict[str, Schema]]:
    """The keys of a trigger with their schemas, and the definitions these refer to."""
    found, defs = _described(Trigger)
    return {key: {**schema, "description": ABOUT[key]} for key, schema in found["properties"].items()}, defs


def entry_schema(defs: dict[str, Schema], when: Schema) -> Schema:
    """Describe a fault with its trigger; its parts go into `defs`. `when` is the schema of conditions."""
    triggers, inner = trigger_properties()
    defs.update(inner)
    aliases = [name for name in names() if name not in kinds().names()]
    ways = []
    for kind in kinds():
        found, inner = _described(kind)
        defs.update(inner)
        said = [kind.name, *(aliases if kind.name == "status" else [])]
        properties = {key: value for key, value in found["properties"].items() if key != "at"}
        place = {"at": Place.schema()} if kind.places else {}
        defs[f"fault-{kind.name}"] = {
            "type": "object",
            "description": inspect.getdoc(kind),
            "properties": {"kind": {"enum": said}, **properties, **place, **triggers, "when": when},
            "required": ["kind", *found["required"]],
            "additionalProperties": False,
        }
        ways.append({"$ref": f"#/$defs/fault-{kind.name}"})
    return {"anyOf": ways}


def _described(kind: type[Any]) -> tuple[Schema, dict[str, Schema]]:
    """Describe the fields of a kind one by one, and the definitions they refer to."""

    def own(wanted: type[Any]) -> Schema:
        if issubclass(wanted, Place | Seconds):
            return wanted.schema()
        raise NotImplementedError(wanted)  # what msgspec asks of a hook that does not know a type

    found: Schema = {"properties": {}, "required": []}
    defs: dict[str, Schema] = {}
    for field in structs.fields(kind):
        (schema,), inner = msgspec.json.schema_components([field.type], schema_hook=own, ref_template="#/$defs/{name}")
        defs.update(inner)
        found["properties"][field.encode_name] = schema
        if field.required:
            found["required"].append(field.encode_name)
    return found, defs
