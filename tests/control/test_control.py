"""Requests for controls: what is theirs, how they are answered, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from understudy.control import Control, Page, Route, _routing
from understudy.control._routing import all_routes, controls
from understudy.errors import Problem, RequestError, ScriptError, UsageError
from understudy.model.http import Request, RequestHead
from understudy.model.plan import Plan
from understudy.model.reply import Failure

PAGE = Path(__file__).parents[2] / "docs/reference/control.md"


class Wanted(Struct, forbid_unknown_fields=True):
    """What the test's control takes."""

    number: int = 1


@pytest.fixture
def offer(monkeypatch):
    """Put a control of the test's own in place of all others."""

    def offered(*routes: Route) -> None:
        monkeypatch.setattr(_routing, "controls", lambda: [Control("own", "", routes)])
        _routing._table.cache_clear()

    yield offered
    _routing._table.cache_clear()


@pytest.mark.parametrize(
    "path", ["/v1/chat/completions", "/", "/metrics/x", "/metricsx", "/_understudyx", "/x/_understudy/health"]
)
def test_other_paths_are_left_alone(app, path):
    assert app.respond(Request(RequestHead("GET", path, path, "", {"host": "localhost"}), b"", 0.0)) is None


def test_controls_can_be_loaded_ahead(app):
    controls.cache_clear()
    app.load()
    assert controls.cache_info().currsize == 1


def test_an_answer_is_json_that_nobody_keeps(control):
    answer = control("GET", "health")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-length"] == str(len(answer.body))
    assert answer.headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert "connection" not in answer.headers
    assert answer.json["status"] == "ok"
    assert answer.body.endswith(b"}\n")


def test_head_is_answered_without_a_body(control):
    whole, answer = control("GET", "health"), control("HEAD", "health")
    assert (answer.status, answer.body, answer.headers) == (200, b"", whole.headers)


@pytest.mark.parametrize(
    ("version", "keep_alive", "said"), [("1.1", False, "close"), ("1.0", True, "keep-alive"), ("1.0", False, "close")]
)
def test_what_becomes_of_the_connection_is_said(control, version, keep_alive, said):
    assert control("GET", "health", version=version, keep_alive=keep_alive).headers["connection"] == said


def test_nothing_is_allowed_to_other_sites(control):
    answer = control("GET", "health", origin="http://elsewhere.example")
    assert [name for name in answer.headers if name.startswith("access-control")] == []


def test_an_unknown_path_names_the_nearest(control):
    answer = control("GET", "helth")
    assert (answer.status, answer.json["error"]["kind"]) == (404, "not_found")
    assert answer.problem == (
        "control path '/_understudy/helth': expected one that exists. Did you mean '/_understudy/health'?"
    )
    assert control("GET", "metric").problem.endswith("Did you mean '/metrics'?")
    assert control("GET", "zzzzzz").problem.endswith("expected one that exists. GET /_understudy/ lists all paths.")


def test_a_wrong_method_names_the_right_ones(control):
    answer = control("PUT", "pacing")
    assert (answer.status, answer.headers["allow"]) == (405, "GET, DELETE, HEAD, OPTIONS")
    assert answer.problem == "method PUT on /_understudy/pacing: expected one of GET, DELETE, HEAD, OPTIONS."


def test_options_are_told(control):
    answer = control("OPTIONS", "pacing")
    assert (answer.status, answer.body, answer.headers["allow"]) == (204, b"", "GET, DELETE, HEAD, OPTIONS")
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("path", ["/_understudy", "/_understudy/"])
def test_the_root_lists_all_controls(control, path):
    listed = control("GET", path).json["controls"]
    assert [item["name"] for item in listed] == controls().names()
    assert {(route["method"], route["path"]) for item in listed for route in item["routes"]} == {
        (route.method, route.whole_path) for route in all_routes()
    }


def test_a_trailing_slash_is_forgiven(control):
    assert control("GET", "health/").status == 200


def test_an_unknown_parameter_is_refused(control):
    answer = control("GET", "pacing?sinc=start")
    assert (answer.status, answer.problem) == (400, "query parameter 'sinc': expected one of since. Did you mean 'since'?")
    assert control("GET", "health?x=1").problem == "query parameter 'x': expected none."
    assert control("GET", "pacing?since=start&since=reset").problem == (
        "query parameter 'since': expected it once, got it twice."
    )


def test_the_rest_of_a_path_is_a_parameter(control, offer):
    offer(
        Route("GET", "rules", "", lambda ask, sight: "all"),
        Route("DELETE", "rules/{name}", "", lambda ask, sight: ask.params["name"]),
    )
    assert control("GET", "rules").json == "all"
    assert control("DELETE", "rules/a/b c").json == "a/b c"
    assert control("DELETE", "rules").status == 405
    assert control("GET", "rules/x").headers["allow"] == "DELETE, OPTIONS"


def test_two_controls_cannot_claim_one_path(control, offer, mistakes):
    route = Route("GET", "a", "", lambda ask, sight: None)
    offer(route, route)
    assert control("GET", "a").status == 500
    assert str(mistakes[0]) == "GET /_understudy/a is claimed by two controls"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b'{"number": "x"}', "body $.number: expected a whole number, got a text."),
        (b'{"numbr": 1}', "body $: object contains unknown field `numbr`."),
        (b'{"int": 1}', "body $: object contains unknown field `int`."),
        (b"[1]", "body $: expected a mapping, got a list."),
        (b"{", "body: expected JSON, got something else (Input data was truncated)."),
        (b"number: 1", "body: expected JSON, got something else (JSON is malformed: invalid character (byte 4))."),
        (
            b'{"\xb1": 1}',
            "body: expected JSON, got something else ('utf-8' codec can't decode byte 0xb1 in position 0: invalid start byte).",
        ),
    ],
)
def test_a_body_that_does_not_fit_is_refused(control, offer, body, problem):
    offer(Route("POST", "a", "", lambda ask, sight: ask.body.number, body=Wanted))
    answer = control("POST", "a", body)
    assert (answer.status, answer.problem) == (400, problem)


def test_a_body_is_decoded_as_the_route_says(control, offer):
    offer(
        Route("POST", "typed", "", lambda ask, sight: ask.body.number, body=Wanted),
        Route("POST", "free", "", lambda ask, sight: ask.body, body=Any),
        Route("POST", "raw", "", lambda ask, sight: ask.request.body.decode()),
    )
    assert [control("POST", "typed", body).json for body in (b'{"number": 2}', b"", b" \n")] == [2, 1, 1]
    assert control("POST", "free", [1]).json == [1]
    assert control("POST", "raw", b"- yaml").json == "- yaml"


def _raise(error):
    def raising(_ask, _sight):
        raise error

    return raising


def test_refusals_reach_the_client_with_every_problem(control, offer):
    problems = [Problem("PUT timing", 1, "first", "$.itl"), Problem("PUT timing", 2, "second")]
    offer(
        Route("GET", "request", "", _raise(RequestError(Failure(409, "conflict", "not now", headers=(("retry-after", "1"),))))),
        Route("GET", "script", "", _raise(ScriptError(problems))),
        Route("GET", "usage", "", _raise(UsageError("one\ntwo"))),
    )
    answer = control("GET", "request")
    assert (answer.status, answer.problem, answer.headers["retry-after"]) == (409, "not now", "1")
    assert control("GET", "script").json["error"]["problems"] == ["PUT timing:1: first ($.itl)", "PUT timing:2: second"]
    answer = control("GET", "usage")
    assert (answer.status, answer.json["error"]["problems"]) == (400, ["one", "two"])


def test_a_bug_of_ours_keeps_its_words_for_the_log(control, offer, mistakes):
    offer(Route("GET", "a", "", _raise(ZeroDivisionError("secret"))))
    answer = control("GET", "a")
    assert answer.status == 500
    assert b"secret" not in answer.body
    assert [type(error) for error in mistakes] == [ZeroDivisionError]


def test_a_control_may_answer_with_a_page_or_a_plan(control, app, offer):
    plan = Plan([b"x"])
    offer(
        Route("GET", "page", "", lambda ask, sight: Page(b"<p>", "text/html", 201, (("x-a", "b"),))),
        Route("GET", "plan", "", lambda ask, sight: plan),
    )
    answer = control("GET", "page")
    assert (answer.status, answer.headers["content-type"], answer.headers["x-a"], answer.body) == (
        201,
        "text/html",
        "b",
        b"<p>",
    )
    head = RequestHead("GET", "/_understudy/plan", "/_understudy/plan", "", {"host": "localhost"})
    assert app.respond(Request(head, b"", 0.0)) is plan


def test_every_route_and_parameter_is_in_the_reference():
    page = PAGE.read_text(encoding="utf-8")
    missing = [
        f"{route.method} {route.whole_path}" for route in all_routes() if f"`{route.method} {route.whole_path}`" not in page
    ]
    missing += [name for route in all_routes() for name in route.query if f"`{name}`" not in page]
    assert missing == []
