"""Answers that are no model's."""

from __future__ import annotations

import pytest

from understudy.engine.refusing import error_document, refused
from understudy.model.http import Refusal
from understudy.model.reply import Failure


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, "invalid_request"), (408, "timeout"), (413, "too_large"), (431, "too_large"), (503, "overloaded")],
)
def test_what_http_refuses_has_a_kind(status, kind):
    failure = refused(Refusal(status, "why"))
    assert (failure.status, failure.kind, failure.message) == (status, kind, "why")
    assert failure.retry_after == (1.0 if status == 503 else None)


def test_a_head_request_gets_no_body(ask):
    answer = ask(b"", "/nowhere", method="HEAD")
    assert (answer.status, answer.body) == (404, b"")
    assert int(answer.headers["content-length"]) > 0


def test_a_preflight_allows_everything(ask):
    answer = ask(b"", method="OPTIONS", headers={"origin": "https://app.example"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "content-length" not in answer.headers


def test_an_options_request_for_nothing_is_not_found(ask):
    assert ask(b"", "/nowhere", method="OPTIONS").status == 404


@pytest.mark.parametrize(
    ("alive", "version", "expected"), [(False, "1.1", "close"), (False, "1.0", "close"), (True, "1.0", "keep-alive")]
)
def test_errors_say_what_becomes_of_the_connection(ask, alive, version, expected):
    assert ask(b"{}", keep_alive=alive, version=version).headers["connection"] == expected


def test_a_proxy_says_it_by_a_page(engine):
    world = engine().world
    dialect = world.dialects[0]
    options = world.options[dialect.name]
    page = error_document(dialect, Failure(502, "bad_gateway", headers=(("x-a", "b"),)), options)
    assert (page.status, page.content_type, page.headers) == (502, "text/html", (("x-a", "b"),))
    assert b"<h1>502 Bad Gateway</h1>" in page.data
    assert error_document(dialect, Failure(502, "server_error"), options).content_type == "application/json"


ANTHROPIC = {"model": "claude-sonnet-5", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}


@pytest.mark.parametrize(
    ("fault", "reset"),
    [("rate_limit", "22:13:20"), ("rate_limit;retry-after=20s", "22:13:40"), ("rate_limit;retry-after=1ms", "22:13:21")],
)
def test_an_account_that_has_no_requests_left_is_told_until_when(fault, reset, ask):
    answer = ask(ANTHROPIC, "/v1/messages", headers={"anthropic-version": "2023-06-01", "x-understudy-fault": fault})
    told = {name: value for name, value in answer.headers.items() if name.startswith("anthropic-ratelimit-requests-")}
    assert answer.headers["date"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert list(told.values()) == ["4000", "0", f"2023-11-14T{reset}Z"]


def test_a_failure_that_names_the_fields_itself_is_believed(engine, ask):
    script = """faults: [{kind: rate_limit, headers: {Anthropic-RateLimit-Requests-Remaining: 7}}]"""
    answer = ask(ANTHROPIC, "/v1/messages", to=engine(script), headers={"anthropic-version": "2023-06-01"})
    fields = {name.lower(): value for name, value in answer.headers.items()}
    assert fields["anthropic-ratelimit-requests-remaining"] == "7"
    assert len(answer.headers) == len(fields)


def test_limits_of_the_script_tell_what_is_really_left(engine, ask):
    headers = {"anthropic-version": "2023-06-01", "x-understudy-fault": "rate_limit"}
    answer = ask(ANTHROPIC, "/v1/messages", to=engine("limits: [{rpm: 5}]"), headers=headers)
    assert answer.headers["anthropic-ratelimit-requests-limit"] == "5"
    assert answer.headers["anthropic-ratelimit-requests-remaining"] == "4"
