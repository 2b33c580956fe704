"""What a legacy completion may not ask, by its model and by what else it asks (wire.md 2.4, 4).

In: a body whose fields are checked one by one, or a call and the tokens of its prompts. Out: nothing, or the refusal in the
API's words: those about echo, suffix and the window are of users' reports (2023 to 2026), about `best_of` of the documentation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from understudy.dialects._openai.check import refuse
from understudy.dialects._openai.families import family
from understudy.dialects._window import fitted
from understudy.dialects.openai.check_chat import logit_bias
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.reply import Failure
from understudy.text.tokens import encoding_for


def completion(value: Mapping[str, Any], *, streams: bool) -> None:
    """Check what fields ask for together; `streams` says that the answer will be a stream."""
    wanted = value.get("n") or 1
    _enough(wanted, value.get("best_of") or wanted, streams=streams)
    if value.get("logit_bias") is not None:
        logit_bias(value["logit_bias"], "logit_bias")
    if value.get("stream_options") is not None and not streams:
        refuse("The 'stream_options' parameter is only allowed when 'stream' is enabled.", "stream_options")


def of_model(value: Mapping[str, Any], model: str) -> None:
    """Check what a model of the API's own can do: complete at all, insert, score what it repeats."""
    traits = family(model)
    if traits.known and traits.chats:
        message = (
            "This is a chat model and not supported in the v1/completions endpoint. Did you mean to use v1/chat/completions?"
        )
        raise RequestError(Failure(404, "not_found", message, "model", type="invalid_request_error"))
    if not traits.known:
        return
    if value.get("suffix") is not None and not traits.inserts:
        refuse("Unrecognized request argument supplied: suffix")
    if traits.inserts and value.get("echo") is True and value.get("logprobs") is not None:
        refuse("Setting 'echo' and 'logprobs' at the same time is not supported for this model.")


def tokens(prompts: Sequence[str | tuple[int, ...]], model: str) -> None:
    """Check that numbers in prompts are those of tokens."""
    token = encoding_for(model).token
    for number in (number for prompt in prompts if not isinstance(prompt, str) for number in prompt):
        try:
            token(number)
        except (IndexError, ValueError):
            refuse(f"Invalid token in prompt: {number}.")


def within_window(call: Call) -> None:
    """Check that each prompt and its answer fit into what the model can look at."""
    window, count = family(call.model).window, encoding_for(call.model).count
    for item in call.extra.prompts if window else ():
        prompt = (count(item) if isinstance(item, str) else len(item)) + count(call.extra.suffix)
        _within(call, prompt, window)


def fit(call: Call, prompt: int, window: int) -> Call:
    """Fit a call into a window."""
    _within(call, prompt, window)
    return fitted(call, prompt, window)


def _within(call: Call, prompt: int, window: int) -> None:
    answer = call.max_tokens or 0
    if prompt + answer > window:
        message = (
            f"This model's maximum context length is {window} tokens, however you requested {prompt + answer} tokens "
            f"({prompt} in your prompt; {answer} for the completion). Please reduce your prompt; or completion length."
        )
        raise RequestError(Failure(400, "context_length", message, counts=(window, prompt), subject=call.operation))


def _enough(wanted: int, made: int, *, streams: bool) -> None:
    """Check that enough choices are made, and that none has to be thrown away that was sent already."""
    if made < wanted:
        refuse(
            "You requested that the server return more choices than it will generate (HINT: you must set 'n' (currently "
            f"{wanted}) to be at most 'best_of' (currently {made}), or omit either parameter if you don't specifically want to "
            "use them.)"
        )
    if streams and made > wanted:
        refuse("Streaming is not supported when 'best_of' is greater than 'n'.", "best_of")
