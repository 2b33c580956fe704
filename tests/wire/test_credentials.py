"""Where the API key of a request stands."""

from __future__ import annotations

import pytest

from understudy.model.http import RequestHead
from understudy.wire.credentials import api_key

SIGNED = "AWS4-HMAC-SHA256 Credential=AKID/20261120/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=0"
KEYS = {
    "bearer": ({"authorization": "Bearer sk-1"}, "", "sk-1"),
    "bearer in small letters": ({"authorization": "bearer  sk-1 "}, "", "sk-1"),
    "bearer before the others": ({"authorization": "Bearer sk-1", "x-api-key": "sk-2"}, "key=k", "sk-1"),
    "x-api-key": ({"x-api-key": "sk-2"}, "", "sk-2"),
    "api-key": ({"api-key": "sk-3"}, "", "sk-3"),
    "x-goog-api-key": ({"x-goog-api-key": "sk-4"}, "key=k", "sk-4"),
    "query": ({}, "alt=sse&key=k", "k"),
    "query, encoded": ({}, "key=a%2Bb", "a+b"),
    "query, behind an empty header": ({"x-goog-api-key": " ", "authorization": "Bearer "}, "key=k", "k"),
    "another parameter": ({}, "monkey=k", None),
    "empty parameter": ({}, "key=", None),
    "the access key of a signed request": ({"authorization": SIGNED}, "", "AKID"),
    "a signed request without an access key": ({"authorization": "AWS4-HMAC-SHA256 Credential=/20261120"}, "", None),
    "another scheme": ({"authorization": "Basic abc"}, "", None),
    "empty": ({"authorization": "Bearer "}, "", None),
    "empty header": ({"x-api-key": " "}, "", None),
    "none": ({}, "", None),
}


@pytest.mark.parametrize(("headers", "query", "key"), KEYS.values(), ids=KEYS)
def test_keys(headers, query, key):
    assert api_key(RequestHead("POST", f"/?{query}", "/", query, headers)) == key
