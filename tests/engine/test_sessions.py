"""Sessions by path: a base URL stands for a session."""

from __future__ import annotations

import pytest

from understudy.engine.sessions import checked_name, within
from understudy.model.http import RequestHead


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/_session/a/v1/models", "/v1/models"),
        ("/_session/a/", "/"),
        ("/_session/a", None),
        ("/_session//v1/models", None),
        ("/_session/a b/v1/models", None),
        ("/_session/../v1/models", None),
        ("/v1/models", None),
    ],
)
def test_paths_below_a_session(path, found):
    head = within(RequestHead("GET", path, path, "x=1", {"host": "h", "x-understudy-session": "other"}))
    assert (head and head.path) == found
    if head is not None:
        assert head.target == f"{found}?x=1"
        assert head.headers == {"host": "h", "x-understudy-session": "a"}


@pytest.mark.parametrize("name", ["", "a/b", "a b", "x" * 201, "é", ".", ".."])
def test_a_name_that_no_path_can_hold_is_refused(name):
    with pytest.raises(ValueError, match=r"session .* any of \. _ ~ -, not \. or \.\. alone"):
        checked_name(name)


@pytest.mark.parametrize("name", ["...", ".a", "..a", "a."])
def test_dots_beside_other_things_are_names(name):
    assert checked_name(name) == name
