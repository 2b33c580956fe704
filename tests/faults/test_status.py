from __future__ import annotations

import re

import pytest

from understudy import faults
from understudy.faults.status import Status
from understudy.model.reply import Reply, Text


def fault(text):
    return {"x-understudy-fault": text}


def test_the_reply_becomes_the_error(striking):
    failure = Status(503, message="Full.").on_reply(Reply((Text("x"),)), striking()).failure
    assert (failure.status, failure.kind, failure.message) == (503, "overloaded", "Full.")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 409, 413, 418, 422, 429, 500, 502, 503, 504, 529, 599])
def test_every_error_status_can_be_asked_for(ask, chat, status):
    answer = ask(chat(stream=True), headers=fault(f"status;status={status}"))
    assert answer.status == status
    assert answer.error[0]


JSON = [name for name in faults.NAMED if name not in ("bad_gateway", "gateway_timeout")]


@pytest.mark.parametrize("name", JSON)
def test_errors_by_name_have_the_body_of_the_provider(ask, chat, name):
    answer = ask(chat(), headers=fault(name))
    assert answer.status == faults.NAMED[name][0]
    assert answer.error[0]
    assert "simulated" not in answer.body.decode().lower()


@pytest.mark.parametrize(("name", "status"), [("bad_gateway", 502), ("gateway_timeout", 504)])
def test_a_proxy_answers_a_page(ask, chat, name, status):
    answer = ask(chat(), headers=fault(name))
    assert (answer.status, answer.headers["content-type"]) == (status, "text/html")
    assert answer.body.startswith(b"<html>")
    assert int(answer.headers["content-length"]) == len(answer.body)


def test_a_rate_limit_says_when_to_come_back(ask, chat):
    answer = ask(chat(), headers=fault("rate_limit;retry-after=1500ms"))
    headers = answer.headers
    assert (headers["retry-after"], headers["retry-after-ms"]) == ("2", "1500")
    assert (headers["x-ratelimit-remaining-requests"], headers["x-ratelimit-reset-requests"]) == ("0", "1.5s")
    assert answer.error == ("Rate limit reached for requests. Please try again in 1.5s.", None, "rate_limit_exceeded")


def test_words_and_headers_of_ones_own(ask, engine, chat):
    script = """
    faults:
      - {kind: status, status: 418, message: Short., type: tea, code: pot, headers: {x-brew: 3}}
    """
    answer = ask(chat(), to=engine(script))
    assert answer.json["error"] == {"message": "Short.", "type": "tea", "param": None, "code": "pot"}
    assert answer.headers["x-brew"] == "3"


def test_the_query_answers_in_the_words_it_always_had(ask, chat):
    assert ask(chat(), "/v1/chat/completions?fail=503").error[0] == "Simulated 503 error"


@pytest.mark.parametrize("status", [200, 399, 600, 700])
def test_a_status_that_is_no_error_is_told_both_bounds(status):
    message = f"fault 'status': status {status}: expected a whole number from 400 to 599"
    with pytest.raises(faults.FaultError, match=rf"^{re.escape(message)}$"):
        faults.build("status", {"status": status})
