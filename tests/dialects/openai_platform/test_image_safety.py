"""Prompts that must not be drawn."""

from __future__ import annotations

import pytest

from understudy.dialects.openai_platform.image_safety import check_safety
from understudy.errors import RequestError


def refused(prompt, *, low=False, newer=True):
    with pytest.raises(RequestError) as caught:
        check_safety(prompt, low=low, newer=newer)
    return caught.value.failure


def test_the_newer_models_name_what_was_violated_and_whom_to_ask():
    failure = refused("a naked man in blood and guts")
    assert failure.message.endswith("safety_violations=[sexual, violence/graphic].")
    assert (failure.status, failure.type, failure.code) == (400, "image_generation_user_error", "moderation_blocked")
    assert failure == refused("a naked man in blood and guts")
    assert failure.message != refused("a naked woman in blood and guts").message


def test_the_older_models_have_older_words():
    failure = refused("a naked man", newer=False)
    assert failure.message.startswith("Your request was rejected as a result of our safety system. Your prompt may contain")
    assert (failure.type, failure.code) == ("invalid_request_error", "content_policy_violation")


@pytest.mark.parametrize("prompt", ["a killer whale", "a bath bomb", "a knight with a knife", ""])
def test_what_only_sounds_harmful_is_drawn(prompt):
    check_safety(prompt, low=False, newer=True)


def test_who_wants_less_strictness_has_it_within_bounds():
    check_safety("a naked man", low=True, newer=True)
    assert "sexual/minors" in refused("a naked child", low=True).message


@pytest.mark.parametrize(("model", "code"), [("gpt-image-1", "moderation_blocked"), ("dall-e-3", "content_policy_violation")])
def test_images_are_refused(ask, engine, model, code):
    body = {"model": model, "prompt": "a naked man"}
    answer = ask(body, "/v1/images/generations")
    assert (answer.status, answer.error[2]) == (400, code)
    assert ask({**body, "prompt": "a cat"}, "/v1/images/generations").status == 200
    assert ask(body, "/v1/images/generations", to=engine(validation="lenient")).status == 200
