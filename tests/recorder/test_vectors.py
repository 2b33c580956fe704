"""The vectors of a document, wherever they stand."""

from __future__ import annotations

import json
from base64 import b64encode
from struct import pack, unpack

import pytest

from understudy.recorder.vectors import vectors_of


@pytest.mark.parametrize(
    "document",
    [
        {"data": [{"embedding": [1, 0.5]}]},
        {"data": [{"embedding": b64encode(pack("<2f", 1, 0.5)).decode()}]},
        {"embedding": {"values": [1, 0.5]}},
        {"embeddings": [{"values": [1, 0.5]}]},
        {"predictions": [{"embeddings": {"values": [1, 0.5]}}]},
        {"embeddings": [[1, 0.5]]},
        {"embeddings": {"float": [[1, 0.5]]}},
        {"embedding": [1, 0.5], "inputTextTokenCount": 1},
        [[1, 0.5]],
    ],
)
def test_where_it_stands(document):
    assert vectors_of(json.dumps(document).encode()) == [[1, 0.5]]


@pytest.mark.parametrize(
    "document",
    [
        {"data": [{"embedding": [1]}, {"other": [2]}]},
        {"embeddings": {"int8": [[1]]}},
        {"data": [{"embedding": "no base64!"}]},
        {"data": [{"embedding": "AAA="}]},
        {"data": [{"embedding": ""}]},
        {"data": []},
        {"embedding": [True]},
        [[[[[[[[1]]]]]]]],
        None,
    ],
)
def test_what_is_not_read(document):
    assert vectors_of(json.dumps(document).encode()) == []
    assert vectors_of(b"{") == []


def test_several_keep_their_order():
    assert vectors_of(b'{"data":[{"embedding":[1]},{"embedding":[2]}]}') == [[1], [2]]
    assert vectors_of(b'{"embeddings":{"float":[[1],[2]]}}') == [[1], [2]]


def test_numbers_are_short_and_stored_as_the_same_bytes():
    stored = pack("<1f", 0.1)
    ((found,),) = vectors_of(json.dumps({"data": [{"embedding": b64encode(stored).decode()}]}).encode())
    assert found == 0.1
    assert pack("<1f", found) == stored == pack("<1f", *unpack("<1f", stored))
