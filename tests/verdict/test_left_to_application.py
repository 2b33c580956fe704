"""Clients that never try again by default."""

import pytest

GENAI = {"user-agent": "google-genai-sdk/3.4.0 gl-python/3.11.7"}


def test_it_is_a_note(client):
    client.ask("a", status=503, headers=GENAI)
    client.ask("b", status=503, headers=GENAI, after=1)
    finding = client.finding("retries-left-out")
    assert (finding.severity, finding.count) == ("note", 1)
    assert finding.seen == "2 requests of the client google-genai failed and had no second try."
    assert client.judge().passed


@pytest.mark.parametrize(
    "agent",
    [
        "litellm/1.106.2",
        "ollama-python/0.6.3",
        "ollama-js/0.6.4 (x64 linux Node.js/v22.0.0)",
        "mistral-client-python/3.7.0",
        "mistral-client-typescript/2.7.0",
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_clients_that_leave_everything_to_the_application(client, agent, stream):
    client.ask(status=503, headers={"user-agent": agent}, stream=stream)
    assert client.ids() == ["retries-left-out"]


def test_clients_that_nobody_knows_are_asked_to_try_again(client):
    client.ask(status=503, headers={"user-agent": "mine/1.0"})
    assert client.ids() == ["gave-up-early"]


def test_who_tries_again_is_told_nothing(client):
    client.ask(status=503, headers=GENAI)
    client.ask(headers=GENAI, after=1)
    assert client.ids() == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"status": 503}, "gave-up-early"),
        ({"outcome": "aborted", "sent": 0}, "retries-left-out"),
        ({"status": 503, "body": {"message": "hi", "stream": True}}, "retries-left-out"),
    ],
)
def test_some_try_again_only_some_failures(client, fields, found):
    client.ask(headers={"user-agent": "cohere/7.3.1"}, **fields)
    assert client.ids() == [found]


AWS = "AWS4-HMAC-SHA256 Credential=AKIDANY/2026/us-east-1/bedrock/aws4_request, Signature="


def boto(number, signature, invocation="one"):
    told = {"user-agent": "Boto3/1.44.5", "amz-sdk-invocation-id": invocation, "amz-sdk-request": f"attempt={number}; max=3"}
    return {**told, "authorization": AWS + signature}


def test_tries_that_are_signed_anew_are_one_request(client):
    client.ask(status=503, headers=boto(1, "aa"))
    client.ask(status=503, headers=boto(2, "bb"), after=0.02)
    client.ask(headers=boto(3, "cc"), after=0.05)
    verdict = client.judge()
    assert (verdict.requests, verdict.exchanges, verdict.findings) == (1, 3, ())


def test_more_tries_at_once_than_its_default_are_a_fault(client):
    for number in range(1, 6):
        client.ask(status=503, headers=boto(number, str(number)), after=0.01)
    assert client.ids() == ["no-backoff"]
