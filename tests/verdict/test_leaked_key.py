"""Secrets in prompts."""

import pytest

OWN = "sk-" + "a1B2" * 8


def test_the_own_key_in_the_body_is_found(client):
    client.ask(f"use {OWN}", key=OWN)
    assert client.finding("leaked-key").seen == "The body of a request holds the API key it came with."


def test_a_key_in_the_query_is_the_own_one_too(client):
    client.ask(f"use {OWN}", query=f"alt=sse&key={OWN}")
    assert client.finding("leaked-key").seen == "The body of a request holds the API key it came with."


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        ("sk-proj-" + "a1B2" * 8, "sk-p... of 40 characters"),
        ("ghp_" + "a1B2" * 9, "ghp_... of 40 characters"),
        ("AKIA" + "ABCD5678" * 2, "AKIA... of 20 characters"),
        ("-----BEGIN RSA PRIVATE " + "KEY-----", "a private key"),
    ],
)
def test_what_looks_like_a_secret_is_found_and_not_told(client, secret, kind):
    client.ask(f"my key is {secret}, thanks")
    assert client.ids() == ["leaked-key"]
    finding = client.finding("leaked-key")
    assert finding.seen == f"The body of a request holds what looks like a secret: {kind}."
    assert secret not in repr(finding)


@pytest.mark.parametrize(
    "text",
    ["sk-any", "sk-your-key-goes-here-xxxxxxxx", "risk-" + "a1B2" * 8, "set OPENAI_API_KEY", "task-1234567890123456789012"],
)
def test_words_and_placeholders_are_not(client, text):
    client.ask(text, key="any")
    assert client.ids() == []


@pytest.mark.parametrize(("length", "found"), [(15, []), (16, ["leaked-key"])])
def test_an_own_key_is_no_word(client, length, found):
    key = "open-sesame-please"[:length]
    client.ask(f"say {key}", key=key)
    assert client.ids() == found
