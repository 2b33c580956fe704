from __future__ import annotations

import pytest

from understudy.faults.context_length import ContextLength
from understudy.model.reply import Reply


@pytest.mark.parametrize(
    ("limit", "tokens", "counts"), [(8, 9, (8, 9)), (None, 9, (8, 9)), (None, 8, (4, 8)), (None, 2, (1, 2)), (None, 1, (0, 1))]
)
def test_the_counts_are_the_true_ones(striking, limit, tokens, counts):
    reply = ContextLength(limit).on_reply(Reply(), striking(prompt_tokens=tokens))
    assert (reply.failure.kind, reply.failure.counts) == ("context_length", counts)


def test_a_prompt_that_fits_is_answered(striking):
    reply = Reply()
    assert ContextLength(9).on_reply(reply, striking(prompt_tokens=9)) is reply


def test_what_has_no_prompt_is_answered(ask, striking):
    reply = Reply()
    assert ContextLength().on_reply(reply, striking(prompt_tokens=0)) is reply
    assert ask(path="/v1/models", method="GET", headers={"x-understudy-fault": "context_length"}).status == 200


_OF_PROMPT = "This model's maximum context length is 2 tokens, however you requested 4 tokens (4 in your prompt; 0 for the "


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "hi there you people"}, (_OF_PROMPT, None, None)),
        ("/v1/completions", {"model": "gpt-3.5-turbo-instruct", "prompt": "hi there you people"}, (_OF_PROMPT, None, None)),
        (
            "/v1/responses",
            {"model": "gpt-4o", "input": "hi"},
            ("Your input exceeds the context window of this model. Please ", "input", "context_length_exceeded"),
        ),
    ],
)
def test_each_operation_has_words_of_its_own(ask, path, body, expected):
    message, param, code = ask(body, path=path, headers={"x-understudy-fault": "context_length;limit=2"}).error
    assert (message[: len(expected[0])], param, code) == expected


def test_the_error_is_the_one_of_the_provider(ask, chat):
    fits = ask(chat("hello"), headers={"x-understudy-fault": "context_length;limit=8"})
    tokens = fits.json["usage"]["prompt_tokens"]
    answer = ask(chat("hello"), headers={"x-understudy-fault": f"context_length;limit={tokens - 1}"})
    message = f"This model's maximum context length is {tokens - 1} tokens. However, your messages resulted in {tokens} tokens."
    assert answer.status == 400
    assert answer.error == (f"{message} Please reduce the length of the messages.", "messages", "context_length_exceeded")
