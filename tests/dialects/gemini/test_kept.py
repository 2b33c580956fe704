"""What requests for kept things have in common."""

from __future__ import annotations

import pytest

from understudy.dialects import Options
from understudy.dialects.gemini.kept import Ask, ask, page_of, spelled
from understudy.errors import RequestError
from understudy.model.http import Request, RequestHead


def wish(query="", **headers) -> Ask:
    head = RequestHead("GET", "/v1beta/files/a", "/v1beta/files/a", query, headers)
    return ask(Request(head, b"", 0.0), {"id": "a"}, Options(scheme="https")).extra


def test_the_address_is_the_one_that_the_client_knows():
    assert wish(host="api.test").base == "https://api.test"
    assert wish(**{"host": "api.test", "x-forwarded-proto": "http"}).base == "http://api.test"
    assert wish().name == "a"


def test_moments_are_written_to_the_microsecond():
    assert spelled(1_700_000_000.25) == "2023-11-14T22:13:20.250000Z"


@pytest.mark.parametrize(
    ("query", "members", "token"),
    [
        ("", [0, 1], '"2"'),
        ("pageSize=9", [0, 1, 2], None),
        ("page_size=1&page_token=1", [1], '"2"'),
        ("pageToken=3", None, None),
    ],
)
def test_pages(query, members, token):
    body = page_of([{"n": n} for n in range(5)][:3], wish(query), "items", 2, 3).data.decode()
    assert ('"nextPageToken": ' + token in body) if token else "nextPageToken" not in body
    assert [n for n in range(3) if f'"n": {n}' in body] == (members or [])


@pytest.mark.parametrize("query", ["pageToken=4", "pageToken=x", "pageSize=-1"])
def test_pages_that_are_none(query):
    with pytest.raises(RequestError):
        page_of([{}] * 3, wish(query), "items", 2, 3)
