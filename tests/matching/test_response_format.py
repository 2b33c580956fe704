"""`response_format`: by its type, however the dialect keeps it."""

import pytest
from msgspec import Struct


class Format(Struct):
    type: str


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        (None, "text"),
        ({"type": "json_schema", "json_schema": {}}, "json_schema"),
        (Format("json_object"), "json_object"),
        ("json_object", "json_object"),
        ({"type": 3}, "text"),
        ([], "text"),
    ],
)
def test_the_type_of_the_format(ask, sent, kind):
    assert ask({"response_format": kind}, response_format=sent) == {}
    assert ask({"response_format": {"not": kind}}, response_format=sent) is None
