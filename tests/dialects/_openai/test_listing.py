"""Pages of what is kept: order, length, where they begin; and paths that lead nowhere."""

from __future__ import annotations

import pytest

from understudy.dialects._openai.listing import nowhere, page
from understudy.errors import RequestError

ITEMS = [{"id": name} for name in "abc"]


def ids(found):
    return "".join(item["id"] for item in found["data"])


@pytest.mark.parametrize(
    ("query", "shown", "more"),
    [
        ({}, "cba", False),
        ({"order": "asc"}, "abc", False),
        ({"limit": "2"}, "cb", True),
        ({"limit": "2", "after": "c"}, "ba", False),
        ({"order": "asc", "after": "a"}, "bc", False),
        ({"after": "a"}, "", False),
        ({"after": "unknown"}, "", False),
    ],
)
def test_a_page_is_what_the_query_asks_for(query, shown, more):
    found = page(ITEMS, query)
    assert (ids(found), found["has_more"]) == (shown, more)
    assert (found["first_id"], found["last_id"]) == ((shown[0], shown[-1]) if shown else (None, None))


def test_what_is_usual_differs():
    assert ids(page(ITEMS, {}, "asc")) == "abc"
    assert ids(page(ITEMS, {}, usual=1)) == "c"
    assert ids(page(ITEMS, {"limit": "101"}, longest=101)) == "cba"


@pytest.mark.parametrize(
    ("query", "param", "code"),
    [
        ({"order": "up"}, "order", "invalid_value"),
        ({"limit": "x"}, "limit", "invalid_type"),
        ({"limit": "0"}, "limit", "integer_below_min_value"),
        ({"limit": "101"}, "limit", "integer_above_max_value"),
    ],
)
def test_other_wishes_are_refused(query, param, code):
    with pytest.raises(RequestError) as raised:
        page(ITEMS, query)
    assert (raised.value.failure.param, raised.value.failure.code) == (param, code)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"limit": "0"}, "c"),
        ({"limit": "-7"}, "c"),
        ({"limit": "1000"}, "cba"),
        ({"limit": "x"}, "cb"),
        ({}, "cb"),
        ({"order": "up"}, "cb"),
        ({"order": "asc"}, "ab"),
    ],
)
def test_leniently_they_come_to_the_nearest(query, shown):
    assert ids(page(ITEMS, query, usual=2, strict=False)) == shown


@pytest.mark.parametrize(
    ("within", "status", "message"),
    [
        ((), 405, "Not allowed to PUT on /v1/files. (HINT: Perhaps you meant to use a different HTTP method?)"),
        (("a",), 405, "Not allowed to PUT on /v1/files/a. (HINT: Perhaps you meant to use a different HTTP method?)"),
        (("a", "b"), 404, "Invalid URL (PUT /v1/files/a/b)"),
    ],
)
def test_paths_that_lead_nowhere(within, status, message):
    failure = nowhere("PUT", "files", within).failure
    assert (failure.status, failure.message) == (status, message)
