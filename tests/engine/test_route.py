"""Which endpoint a path belongs to; two that claim one path stop the start."""

from __future__ import annotations

import pytest

from understudy import dialects
from understudy.dialects import Endpoint
from understudy.engine.route import Router, router_of


class Fake:
    def __init__(self, name, *paths, prefixes=("",), wants=()):
        self.name, self.prefixes = name, prefixes
        self.endpoints = tuple(Endpoint(method, path, "chat", None, None, wants=wants) for method, path in paths)


@pytest.fixture
def router():
    return Router(dialects.served())


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


@pytest.mark.parametrize("path", ["", "*", "//", "/v2/models", "/v1", "/v1/chat", "/V1/models"])
def test_other_paths_are_nobodys(router, path):
    assert router.find("GET", path)[1:] == (None, {}, ())


def speaker(router, *request):
    return router.find(*request).dialect.name


def test_the_first_dialect_speaks_where_nobody_is_meant(router):
    assert speaker(router, "GET", "/v1/nothing") == "openai"
    assert speaker(Router(dialects.served(["anthropic", "openai"])), "GET", "/v1/nothing") == "anthropic"


def test_a_name_in_the_path_or_a_header_says_who_is_meant(router):
    assert speaker(router, "GET", "/anthropic/v1/nothing") == "anthropic"
    assert speaker(router, "GET", "/v1/nothing", {"anthropic-version": "2023-06-01"}) == "anthropic"
    assert speaker(router, "GET", "/openai/nothing", {"anthropic-version": "2023-06-01"}) == "openai"


def test_who_has_the_beginning_of_the_path_and_the_header_goes_before_who_has_the_name(router):
    assert speaker(router, "GET", "/openai/nothing") == "openai"
    assert speaker(router, "GET", "/openai/nothing", {"api-key": "any"}) == "azure"


def test_header_fields_settle_whose_a_shared_path_is():
    router = Router([Fake("one", ("GET", "/a")), Fake("two", ("GET", "/a"), wants=("x-two", "x-ii"))])
    assert speaker(router, "GET", "/a", {}) == "one"
    assert speaker(router, "GET", "/a", {"x-ii": ""}) == "two"
    assert speaker(router, "HEAD", "/a/", {"x-two": ""}) == "two"
    assert speaker(router, "GET", "/one/a", {"x-two": ""}) == "one"
    assert speaker(router, "GET", "/two/a", {}) == "two"
    assert speaker(router, "POST", "/a", {"x-two": ""}) == "two"


def test_a_path_that_nobody_claims_for_all_is_the_first_claimants():
    assert speaker(Router([Fake("two", ("GET", "/a"), wants=("x-two",))]), "GET", "/a", {}) == "two"


def test_two_that_want_the_same_header_field_are_in_conflict():
    fakes = [Fake("one", ("GET", "/a/{b}"), wants=("x", "y")), Fake("two", ("GET", "/a/{c}"), wants=("y", "z"))]
    with pytest.raises(ValueError, match=r"^GET /a/\{c\} is claimed by both one and two$"):
        Router(fakes)


def test_every_dialect_has_the_catalogue_to_itself_under_its_own_name(router):
    for dialect in dialects.load():
        paths = [e.path for e in dialect.endpoints if e.operation == "models"]
        assert all(speaker(router, "GET", f"/{dialect.name}{dialect.prefixes[0]}{path}") == dialect.name for path in paths)


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


def test_worlds_of_the_same_dialects_share_a_router():
    all_of_them, some = dialects.served(), dialects.served(["anthropic", "openai"])
    assert router_of(all_of_them) is router_of(dialects.served())
    assert router_of(some) is not router_of(all_of_them)
    assert speaker(router_of(some), "GET", "/v1/nothing") == "anthropic"
