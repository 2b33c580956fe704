"""Paths that go on behind their parameter, and requests told apart by their query."""

from __future__ import annotations

import pytest

from understudy.dialects import Endpoint
from understudy.engine.route import Router


class Fake:
    def __init__(self, name, *endpoints):
        self.name, self.prefixes, self.endpoints = name, ("/v1",), endpoints


def endpoint(path, method="POST", **rest):
    return Endpoint(method, path, "chat", None, None, **rest)


SING, SHOUT, GET = endpoint("/models/{id}:sing"), endpoint("/models/{id}:singLoud"), endpoint("/models/{id}", "GET")


@pytest.fixture
def router():
    return Router([Fake("one", GET, SING, SHOUT)])


@pytest.mark.parametrize(
    ("path", "method", "found", "params"),
    [
        ("/v1/models/m:sing", "POST", SING, {"id": "m"}),
        ("/v1/models/a/b:singLoud", "POST", SHOUT, {"id": "a/b"}),
        ("/v1/models/m", "GET", GET, {"id": "m"}),
        ("/v1/models/m:hum", "GET", GET, {"id": "m:hum"}),
    ],
)
def test_the_longest_ending_that_fits_is_taken(router, path, method, found, params):
    route = router.find(method, path)
    assert (route.endpoint.path, route.params) == (found.path, params)


def test_an_ending_alone_is_no_model(router):
    assert router.find("POST", "/v1/models/:sing").endpoint is None


def test_the_methods_of_an_ending_are_its_own(router):
    assert router.find("GET", "/v1/models/m:sing").allowed == ("POST", "OPTIONS")


def test_a_query_parameter_tells_requests_apart():
    all_of_them, some = endpoint("/models", "GET"), endpoint("/models", "GET", wants=("?key",))
    router = Router([Fake("all", all_of_them), Fake("some", some)])
    assert router.find("GET", "/v1/models", {}, "a=b&key=x").dialect.name == "some"
    assert router.find("GET", "/v1/models", {}, "a=key").dialect.name == "all"
    assert router.find("GET", "/v1/models", {}).dialect.name == "all"


def test_two_that_no_ending_tells_apart_stop_the_start():
    with pytest.raises(ValueError, match="claimed by both one and two"):
        Router([Fake("one", SING), Fake("two", SING)])
