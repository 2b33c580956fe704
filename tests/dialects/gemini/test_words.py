"""The sentences of failures that bring none."""

from __future__ import annotations

import pytest

from understudy.dialects.gemini.words import message
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure

BUSY = "This model is currently experiencing high demand. Spikes in demand are usually temporary. Please try again later."


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure(503, "overloaded"), BUSY),
        (Failure(418, "simulated"), "Simulated 418 error"),
        (Failure(429, "rate_limit"), "Resource has been exhausted (e.g. check quota)."),
        (
            Failure(400, "context_length", counts=(10, 11)),
            "The input token count (11) exceeds the maximum number of tokens allowed (10).",
        ),
        (
            Failure(404, "model_not_found", subject="gemini-9"),
            (
                "models/gemini-9 is not found for API version v1beta, or is not supported for generateContent. Call "
                "ModelService.ListModels to see the list of available models and their supported methods."
            ),
        ),
        (Failure(401, "unauthorized", subject="AIz"), "API key not valid. Please pass a valid API key."),
        (Failure(400, "invalid_request", "No."), "No."),
    ],
)
def test_what_is_said(failure, words):
    assert message(failure) == words


def test_a_limit_of_tokens_has_a_name_of_its_own():
    overrun = Overrun("input-tokens", "minute", 250_000, 250_000, 1, None, model="m")
    told = message(Failure(429, "rate_limit", overrun=overrun))
    assert told.endswith(
        "\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_input_token_count, "
        "limit: 250000, model: m"
    )


def test_vertex_says_it_otherwise(engine, ask, contents):
    to = engine("rules: [{reply: {error: rate_limit}}]")
    path = "/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-flash"
    whole = ask(contents("x"), f"{path}:generateContent", to=to)
    stream = ask(contents("x"), f"{path}:streamGenerateContent", to=to)
    assert whole.status == stream.status == 429
    assert whole.json["error"]["message"].startswith(
        "Resource exhausted. Please try again later. Please refer to https://cloud."
    )
    assert stream.json == [whole.json]
