"""Fields that stand in a prompt with their types."""

from __future__ import annotations

import pytest

from understudy.engine.fields import listed_fields

HINT = "(must be formatted as a valid Python {})"


def test_fields_and_their_types_make_a_schema():
    text = f"Answer with the fields: `name`, then `age` {HINT.format('int')}, then `admin` {HINT.format('bool')}."
    assert listed_fields(text) == {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "admin": {"type": "boolean"}},
        "required": ["name", "age", "admin"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("written", "schema"),
    [
        ("float", {"type": "number"}),
        ("Literal['a', 'b']", {"enum": ["a", "b"]}),
        ("list[int]", {"type": "array", "items": {"type": "integer"}}),
        ("dict[str, Any]", {"type": "object"}),
        ("Optional[int]", {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        ("int | None", {"anyOf": [{"type": "integer"}, {"type": "null"}]}),
        ("Union[int, str]", {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        ("Literal[x]", {"type": "string"}),
        ("Whatever", {"type": "string"}),
        ("3 +", {"type": "string"}),
    ],
)
def test_a_type_is_read_as_python_writes_it(written, schema):
    assert listed_fields(f"the field `value` {HINT.format(written)}.")["properties"] == {"value": schema}


@pytest.mark.parametrize("text", ["", "The fields are green.", "`a`, then `b`", "fields\n`a`"])
def test_other_texts_list_none(text):
    assert listed_fields(text) is None
