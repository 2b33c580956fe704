"""What recorded traffic has of Nova's and Titan's forms, beside the golden cases."""

from __future__ import annotations

import pytest

NOVA = "/model/amazon.nova-micro-v1:0/invoke"
TITAN = "/model/amazon.titan-text-lite-v1/invoke"


@pytest.fixture
def server(engine):
    return engine(
        "rules: [{when: {user: cut}, reply: {text: so far, finish: content_filter}}, {reply: one two END three four}]"
    )


@pytest.mark.parametrize("name", ["maxTokens", "max_new_tokens"])
def test_nova_has_two_names_for_the_limit(ask, server, name):
    body = {"messages": [{"role": "user", "content": [{"text": "hi"}]}], "inferenceConfig": {name: 2}}
    answer = ask(body, NOVA, to=server).json
    assert (answer["stopReason"], answer["usage"]["outputTokens"]) == ("max_tokens", 2)
    assert answer["usage"]["cacheReadInputTokenCount"] == 0


@pytest.mark.parametrize(
    ("text", "config", "reason"),
    [
        ("hi", {}, "FINISH"),
        ("hi", {"maxTokenCount": 2}, "LENGTH"),
        ("hi", {"stopSequences": ["END"]}, "STOP_CRITERIA_MET"),
        ("cut", {}, "CONTENT_FILTERED"),
    ],
)
def test_titan_says_why_it_ended(ask, server, text, config, reason):
    (result,) = ask({"inputText": text, "textGenerationConfig": config}, TITAN, to=server).json["results"]
    assert result["completionReason"] == reason
