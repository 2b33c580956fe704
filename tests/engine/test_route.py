"""Which endpoint a path belongs to; two that claim one path stop the start."""

from __future__ import annotations

import pytest

from understudy import dialects
from understudy.dialects import Endpoint
from understudy.engine.route import Router


class Fake:
    def __init__(self, name, *paths, prefixes=("",)):
        self.name, self.prefixes = name, prefixes
        self.endpoints = tuple(Endpoint(method, path, "chat", None, None) for method, path in paths)


@pytest.fixture
def router():
    return Router(dialects.load())


@pytest.mark.parametrize("prefix", ["/v1", "", "/openai/v1", "/openai"])
def test_an_endpoint_is_found_below_every_prefix(router, prefix):
    route = router.find("POST", f"{prefix}/chat/completions")
    assert route.endpoint.operation == "chat"


def test_a_trailing_slash_is_forgiven(router):
    assert router.find("GET", "/v1/models/").endpoint.operation == "models"
    assert router.find("GET", "/v1/models/x/").params == {"id": "x"}


def test_a_parameter_takes_the_rest_of_the_path(router):
    assert router.find("GET", "/v1/models/org/name").params == {"id": "org/name"}


def test_head_is_answered_where_get_is(router):
    assert router.find("HEAD", "/v1/models").endpoint.operation == "models"
    assert router.find("HEAD", "/v1/embeddings").endpoint is None


def test_another_method_is_told_what_is_allowed(router):
    assert router.find("DELETE", "/v1/models").allowed == ("GET", "HEAD", "OPTIONS")
    assert router.find("GET", "/v1/embeddings").allowed == ("POST", "OPTIONS")


@pytest.mark.parametrize("path", ["/", "", "*", "//", "/v2/models", "/v1", "/v1/chat", "/V1/models"])
def test_other_paths_are_nobodys(router, path):
    assert router.find("GET", path) == (None, None, {}, ())


def test_a_conflict_names_the_path_and_both_dialects():
    with pytest.raises(ValueError, match=r"^POST /chat is claimed by both one and two$"):
        Router([Fake("one", ("POST", "/chat")), Fake("two", ("POST", "/chat"))])


def test_the_same_path_by_another_method_is_no_conflict():
    router = Router([Fake("one", ("POST", "/chat")), Fake("two", ("GET", "/chat"))])
    assert [router.find(method, "/chat").dialect.name for method in ("POST", "GET")] == ["one", "two"]


def test_the_longest_prefix_wins():
    router = Router([Fake("one", ("GET", "/a/{x}"), ("GET", "/a/b/{y}"))])
    assert router.find("GET", "/a/b/c").params == {"y": "c"}
    assert router.find("GET", "/a/b").params == {"x": "b"}
