from __future__ import annotations

import pytest

from understudy.faults.context_length import ContextLength
from understudy.model.reply import Reply


@pytest.mark.parametrize(
    ("limit", "tokens", "counts"), [(8, 9, (8, 9)), (None, 9, (8, 9)), (None, 8, (4, 8)), (None, 1, (1, 1))]
)
def test_the_counts_are_the_true_ones(striking, limit, tokens, counts):
    reply = ContextLength(limit).on_reply(Reply(), striking(prompt_tokens=tokens))
    assert (reply.failure.kind, reply.failure.counts) == ("context_length", counts)


def test_a_prompt_that_fits_is_answered(striking):
    reply = Reply()
    assert ContextLength(9).on_reply(reply, striking(prompt_tokens=9)) is reply


def test_the_error_is_the_one_of_the_provider(ask, chat):
    fits = ask(chat("hello"), headers={"x-understudy-fault": "context_length;limit=8"})
    tokens = fits.json["usage"]["prompt_tokens"]
    answer = ask(chat("hello"), headers={"x-understudy-fault": f"context_length;limit={tokens - 1}"})
    message = f"This model's maximum context length is {tokens - 1} tokens. However, your messages resulted in {tokens} tokens."
    assert answer.status == 400
    assert answer.error == (f"{message} Please reduce the length of the messages.", "messages", "context_length_exceeded")
