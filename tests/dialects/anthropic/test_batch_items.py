"""What makes a request of a batch: its name and its parameters, and what is refused at once."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.anthropic import batch_items
from understudy.dialects.anthropic.batch_items import Item, items_of
from understudy.errors import RequestError


def written(*items) -> bytes:
    return json.dumps({"requests": items}).encode()


def test_the_parameters_are_kept_as_they_were_sent():
    body = b'{"requests": [{"params": {"a":  1.0}, "custom_id": "x"}]}'
    assert items_of(body, strict=True) == (Item("x", b'{"a":  1.0}'),)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[]", "body: Input should be an object"),
        (b"{}", "requests: Field required"),
        (b'{"requests": [], "x": 1}', "x: Extra inputs are not permitted"),
        (b'{"requests": {}}', "requests: Input should be a valid array"),
        (written(1), "requests.0: Input should be an object"),
        (written({"params": {}}), "requests.0.custom_id: Field required"),
        (written({"custom_id": "a"}), "requests.0.params: Field required"),
        (written({"custom_id": 1, "params": {}}), "requests.0.custom_id: Input should be a valid string"),
        (written({"custom_id": "a", "params": {}, "x": 1}), "requests.0.x: Extra inputs are not permitted"),
        (written({"custom_id": "a", "params": []}), "requests.0.params: Input should be an object"),
        (written({"custom_id": "a" * 65, "params": {}}), "requests.0.custom_id: String should have at most 64 characters"),
        (
            written({"custom_id": "é", "params": {}}),
            "requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
        ),
    ],
)
def test_the_first_fault_is_said(body, message):
    with pytest.raises(RequestError) as refused:
        items_of(body, strict=True)
    assert refused.value.failure.message == message


def test_there_is_a_most(monkeypatch):
    monkeypatch.setattr(batch_items, "MOST", 1)
    with pytest.raises(RequestError, match="at most 1 items after validation, not 2"):
        items_of(written({"custom_id": "a", "params": {}}, {"custom_id": "b", "params": {}}), strict=True)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"", []),
        (b"nonsense", []),
        (b'{"requests": 5}', []),
        (written({"custom_id": "a"}, 5, {"params": {}}), ["a", "request-1"]),
        (written({"custom_id": "a", "params": {}}, {"custom_id": "a", "params": {}}), ["a", "a"]),
    ],
)
def test_leniently_what_can_be_understood_is(body, names):
    assert [item.custom_id for item in items_of(body, strict=False)] == names
