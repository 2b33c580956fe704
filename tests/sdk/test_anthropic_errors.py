"""The official Anthropic client: which failure raises which class, what it tells, and when the client tries again."""

from __future__ import annotations

from collections.abc import Callable

import anthropic
import pytest

pytestmark = pytest.mark.sdk

ASKED = {"model": "claude-sonnet-5", "max_tokens": 1024, "messages": [{"role": "user", "content": "hello"}]}
CLASSES = {
    400: ("BadRequestError", "invalid_request_error"),
    401: ("AuthenticationError", "authentication_error"),
    402: ("PaymentRequiredError", "billing_error"),
    403: ("PermissionDeniedError", "permission_error"),
    404: ("NotFoundError", "not_found_error"),
    408: ("RequestTimeoutError", "timeout_error"),
    409: ("ConflictError", "conflict_error"),
    413: ("ContentTooLargeError", "request_too_large"),
    422: ("UnprocessableEntityError", "invalid_request_error"),
    429: ("RateLimitError", "rate_limit_error"),
    500: ("InternalServerError", "api_error"),
    503: ("ServiceUnavailableError", "overloaded_error"),
    504: ("GatewayTimeoutError", "timeout_error"),
    529: ("OverloadedError", "overloaded_error"),
}
FLAKY = """
rules:
  - replies:
      - {error: {status: 529, headers: {retry-after-ms: "1"}}}
      - {error: {status: 429, headers: {retry-after-ms: "1"}}}
      - "third time lucky"
"""
BROKEN = """
rules: [{reply: "one two three"}]
faults:
  - {kind: error-event, status: 529, error: overloaded, at: {event: 5}}
"""


@pytest.fixture
def link(made) -> Callable[..., anthropic.Anthropic]:
    """Make a client of a server; it does not try again unless told to."""
    own = {"api_key": "sk-ant-any", "max_retries": 0}
    return lambda server, **options: made(anthropic.Anthropic, base_url=server.url, **(own | options))


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("status", CLASSES)
def test_a_status_raises_its_class(serve, link, status, stream):
    client = link(serve(f"rules: [{{reply: {{error: {status}}}}}]"))
    name, kind = CLASSES[status]
    with pytest.raises(anthropic.APIStatusError) as caught:
        client.messages.create(**ASKED, stream=stream)
    assert type(caught.value).__name__ == name
    assert caught.value.type == kind
    assert caught.value.body["request_id"] == caught.value.request_id


def test_the_client_tries_again_until_it_succeeds(serve, link):
    client = link(serve(FLAKY), max_retries=2)
    assert client.messages.create(**ASKED).content[0].text == "third time lucky"


def test_an_error_in_a_stream_raises_after_what_was_said(serve, link):
    said = []
    with pytest.raises(anthropic.APIStatusError) as caught, link(serve(BROKEN)).messages.stream(**ASKED) as stream:
        said.extend(stream.text_stream)
    assert said == ["one"]
    assert caught.value.type == "overloaded_error"


@pytest.mark.parametrize(("key", "status"), [("sk-right", 200), ("sk-wrong", 401)])
def test_keys_are_asked_for(serve, link, key, status):
    client = link(serve(api_keys=["sk-right"]), api_key=key)
    if status == 200:
        assert client.messages.create(**ASKED).content
    else:
        with pytest.raises(anthropic.AuthenticationError):
            client.messages.create(**ASKED)


def test_a_version_of_2026_refuses_sampling_parameters(plain, link):
    with pytest.raises(anthropic.BadRequestError, match="temperature: Extra inputs are not permitted"):
        link(plain).messages.create(**ASKED, extra_body={"temperature": 0.5})


def test_an_unlisted_model_is_not_found(serve, link):
    client = link(serve(only_listed_models=True, models=["claude-opus-4-8"]))
    with pytest.raises(anthropic.NotFoundError, match="model: claude-sonnet-5"):
        client.messages.create(**ASKED)
