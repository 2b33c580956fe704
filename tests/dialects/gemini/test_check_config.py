"""How an answer is to be made: what is out of bounds, and for which model."""

from __future__ import annotations

import pytest

PRO, FLASH, LITE, THREE = "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite", "gemini-3-flash-preview"


def _thinks(**asked):
    return {"thinkingConfig": asked}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"topP": 1.1}, "* GenerateContentRequest.generation_config.top_p: top_p must be in the range [0.0, 1.0].\n"),
        ({"topK": 0}, "* GenerateContentRequest.generation_config.top_k: top_k must be positive.\n"),
        (
            {"stopSequences": list("abcdef")},
            "* GenerateContentRequest.generation_config.stop_sequences: the number of stop_sequences must not exceed 5.\n",
        ),
        (
            {"responseMimeType": "image/png"},
            (
                "* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, "
                "`application/json`, `application/xml`, `application/yaml` and `text/x.enum`.\n"
            ),
        ),
        ({"maxOutputTokens": 0}, "Request contains an invalid argument."),
    ],
)
def test_bounds_of_every_model(refusal, contents, config, message):
    assert refusal(contents("x", generationConfig=config)) == message


@pytest.mark.parametrize(
    ("model", "name", "value", "most"),
    [
        (FLASH, "maxOutputTokens", -1, 65_536),
        (FLASH, "maxOutputTokens", 65_537, 65_536),
        ("gemini-2.0-flash", "maxOutputTokens", 8_193, 8_192),
        (FLASH, "candidateCount", 9, 8),
        ("gemini-1.5-flash", "topK", 50, 40),
    ],
)
def test_a_number_beyond_what_the_model_supports(refusal, contents, model, name, value, most):
    assert refusal(contents("x", generationConfig={name: value}), model) == (
        f"Unable to submit request because it has a {name} value of {value} but the supported range is from 1 (inclusive) to "
        f"{most + 1} (exclusive). Update the value and try again."
    )


@pytest.mark.parametrize(
    ("model", "config", "message"),
    [
        (THREE, {"candidateCount": 2}, "Multiple candidates is not enabled for this model"),
        (
            THREE,
            _thinks(thinkingBudget=1, thinkingLevel="LOW"),
            "You can only set only one of thinking budget and thinking level.",
        ),
        (FLASH, _thinks(thinkingLevel="LOW"), "Thinking level is not supported for this model."),
        (PRO, _thinks(thinkingBudget=0), "Budget 0 is invalid. This model only works in thinking mode."),
        (
            PRO,
            _thinks(thinkingBudget=64_000),
            "The thinking budget 64000 is invalid. Please choose a value between 128 and 32768.",
        ),
        (LITE, _thinks(thinkingBudget=256), "The thinking budget 256 is invalid. Please choose a value between 512 and 24576."),
        (FLASH, _thinks(thinkingBudget=-2), "The thinking budget -2 is invalid. Please choose a value between 0 and 24576."),
    ],
)
def test_what_a_model_does_not_do(refusal, contents, model, config, message):
    assert refusal(contents("x", generationConfig=config), model) == message


@pytest.mark.parametrize(
    ("model", "config"),
    [
        (FLASH, {"candidateCount": 8, "maxOutputTokens": 65_536, "topK": 64}),
        (FLASH, _thinks(thinkingBudget=0)),
        (PRO, _thinks(thinkingBudget=-1)),
        (PRO, _thinks(thinkingBudget=128)),
        (LITE, _thinks(thinkingBudget=0)),
        (THREE, _thinks(thinkingLevel="low")),
        ("of-nobody", {"candidateCount": 2, "maxOutputTokens": 1_000_000, **_thinks(thinkingLevel="LOW")}),
    ],
)
def test_what_it_does(say, contents, model, config):
    assert say(contents("x", generationConfig=config), model).status == 200
