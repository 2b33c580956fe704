"""The official Python client: which failure raises which class, what it tells, and when the client tries again."""

from __future__ import annotations

import openai
import pytest

pytestmark = pytest.mark.sdk

CLASSES = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    418: openai.APIStatusError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
    503: openai.InternalServerError,
    529: openai.InternalServerError,
}
RETRIES = """
rules:
  - when: {user: flaky}
    replies:
      - {error: {status: 429, headers: {retry-after-ms: "1"}}}
      - {error: {status: 500, headers: {retry-after-ms: "1"}}}
      - "third time lucky"
"""


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("status", CLASSES)
def test_a_failure_by_query_raises_its_class(ask, status, stream):
    with pytest.raises(openai.APIStatusError) as caught:
        ask(stream=stream, extra_query={"fail": status})
    assert type(caught.value) is CLASSES[status]
    assert caught.value.status_code == status
    assert caught.value.type
    assert caught.value.request_id.startswith("req_")


@pytest.mark.parametrize("status", CLASSES)
def test_a_failure_by_rule_raises_its_class(serve, connect, ask, status):
    script = f"""
    rules:
      - reply: {{error: {{status: {status}, message: "No luck today", type: bad_luck, code: c13, param: messages}}}}
    """
    with pytest.raises(openai.APIStatusError, match="No luck today") as caught:
        ask(client=connect(serve(script)))
    error = caught.value
    assert type(error) is CLASSES[status]
    assert (error.type, error.code, error.param) == ("bad_luck", "c13", "messages")


def test_a_failure_by_prompt(ask):
    with pytest.raises(openai.RateLimitError, match="Too many requests"):
        ask("[429]")


def test_a_time_out_is_a_504(ask):
    with pytest.raises(openai.InternalServerError) as caught:
        ask(extra_headers={"X-Understudy-Fault": "timeout;after=10ms"})
    assert caught.value.status_code == 504


def test_a_client_that_does_not_wait_that_long_gives_up(ask, client):
    with pytest.raises(openai.APITimeoutError):
        ask(client=client.with_options(timeout=0.05), extra_query={"fail": "timeout"})


@pytest.mark.parametrize("failure", ["nonsense", "200", "99", "600"])
def test_an_unknown_failure_is_refused(ask, failure):
    with pytest.raises(openai.BadRequestError, match=f"Unknown fail type: {failure}"):
        ask(extra_query={"fail": failure})


@pytest.mark.parametrize(
    ("wishes", "param"),
    [
        ({"messages": []}, "messages"),
        ({"temperature": 3}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"n": 0}, "n"),
        ({"messages": [{"role": "wizard", "content": "x"}]}, "messages[0].role"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_request_names_the_field(ask, wishes, param):
    with pytest.raises(openai.BadRequestError) as caught:
        ask(**wishes)
    assert caught.value.param == param
    assert caught.value.type == "invalid_request_error"


def test_keys(serve, connect, ask):
    server = serve("settings: {api-keys: [sk-good-one-0001]}")
    assert ask(client=connect(server, api_key="sk-good-one-0001")).choices
    with pytest.raises(openai.AuthenticationError) as caught:
        ask(client=connect(server, api_key="sk-wrong-one-0002"))
    assert caught.value.code == "invalid_api_key"
    assert "sk-wrong-one" not in str(caught.value)


def test_nobody_answers_in_strict_mode(serve, connect, ask):
    server = serve("rules: [{when: {user: ping}, reply: pong}]", reply="error")
    with pytest.raises(openai.NotFoundError, match="pin"):
        ask("pin", client=connect(server))


def test_without_retries_the_first_failure_counts(serve, connect, ask):
    with pytest.raises(openai.RateLimitError):
        ask("flaky", client=connect(serve(RETRIES)))


def test_by_default_the_client_tries_three_times(serve, connect, ask):
    server = serve(RETRIES)
    client = connect(server, max_retries=openai.DEFAULT_MAX_RETRIES)
    answer = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=[{"role": "user", "content": "flaky"}])
    assert answer.retries_taken == 2
    assert answer.parse().choices[0].message.content == "third time lucky"


def test_sessions_have_sequences_of_their_own(serve, connect, ask):
    server = serve(RETRIES)
    for name in ("one", "two"):
        client = connect(server, max_retries=2, default_headers={"X-Understudy-Session": name})
        assert ask("flaky", client=client).choices[0].message.content == "third time lucky"


def test_a_stream_is_tried_again_before_it_begins(serve, connect, ask):
    client = connect(serve(RETRIES), max_retries=2)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in ask("flaky", client=client, stream=True))
    assert text == "third time lucky"


def test_every_try_of_a_lasting_failure_is_counted(serve, connect, ask):
    script = 'rules: [{reply: {error: {status: 503, headers: {retry-after-ms: "1"}}}}]'
    with pytest.raises(openai.InternalServerError) as caught:
        ask(client=connect(serve(script), max_retries=2))
    assert caught.value.request.headers["x-stainless-retry-count"] == "2"


def test_x_should_retry_is_obeyed(serve, connect, ask):
    script = """
    rules:
      - when: {user: flaky}
        replies: [{error: {status: 500, headers: {x-should-retry: "false"}}}, "not reached"]
    """
    with pytest.raises(openai.InternalServerError):
        ask("flaky", client=connect(serve(script), max_retries=2))
