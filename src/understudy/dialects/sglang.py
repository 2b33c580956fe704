"""SGLang: OpenAI's documents with the stop that matched and the version of the weights; errors are one flat object.

Documents are those of recorded traffic (January to August 2026) and of the source of its OpenAI server (2026), as are the forms
of errors and of streams; the answer to a wrong key is reported (sgl-project/sglang#25127).
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects import _prompts as prompts
from understudy.dialects._kin import Answered, Kin, KinDialect, standard
from understudy.dialects._kin.completion import UNFIT
from understudy.dialects._kin.decode import Rules, needs, refuse
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._kin.events import CLOSING
from understudy.dialects._turn import Costs, letters, uuid
from understudy.dialects._window import counting, fitted
from understudy.model.call import Call
from understudy.model.reply import Failure, FailureKind

_END = 151645  # the number of the token that ends an answer, in the vocabulary of Qwen
_TOO_MUCH = (
    "Requested token count exceeds the model's maximum context length of {window} tokens. You requested a total of {total} "
    "tokens: {prompt} tokens from the input messages and {asked} tokens for the completion. Please reduce the number of tokens "
    "in the input messages or the completion to fit within the limit."
)
_OWN: dict[FailureKind, Words] = {
    "context_length": (
        "BadRequestError",
        None,
        "The input ({prompt} tokens) is longer than the model's context length ({window} tokens).",
    )
}


def _identify(moment: Moment) -> str:
    return uuid(moment, "answer").replace("-", "")


def _identify_call(moment: Moment, position: int) -> str:
    return f"call_{letters(moment, position, 24).lower()}"


def _usage(costs: Costs) -> dict[str, Any]:
    total = costs.prompt + costs.completion
    found = {"prompt_tokens": costs.prompt, "total_tokens": total, "completion_tokens": costs.completion}
    cached = {"cached_tokens": costs.cached} if costs.cached else None
    return {**found, "prompt_tokens_details": cached, "reasoning_tokens": costs.thought}


def _matched(index: int, answered: Answered) -> str | int | None:
    turn = answered.turns[index]
    return _END if turn.finish == "stop" and turn.sequence is None else turn.sequence


def _echoes(call: Call) -> bool:
    """Say whether the prompt is said before the answer."""
    return call.operation == "completion" and call.extra.body.get("echo") is True


def _shares(call: Call) -> bool:
    return not _echoes(call)


def _echo(choice: dict[str, Any], call: Call) -> None:
    choice["text"] = call.inputs[choice["index"] // call.choices] + choice["text"]


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for index, choice in enumerate(document["choices"]):
        choice["matched_stop"] = _matched(index, answered)
        if _echoes(answered.call):
            _echo(choice, answered.call)
        if "message" in choice:
            said = {"reasoning_content": None, "tool_calls": None, **choice["message"]}
            choice["message"] = {name: said[name] for name in ("role", "content", "reasoning_content", "tool_calls")}
            choice["message"]["content"] = said["content"] or ""
    return {**document, "metadata": {"weight_version": "default"}}


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        choice["matched_stop"] = _matched(choice["index"], answered) if answered.place == "last" else None
        if not answered.before and _echoes(answered.call):
            _echo(choice, answered.call)
    if document.get("usage", ...) is None:
        del document["usage"]
    return document


def _error(failure: Failure) -> dict[str, Any]:
    if failure.kind in ("unauthorized", "missing_key") and failure.message is None:
        return {"error": "Unauthorized"}
    usual = "InternalServerError" if failure.status >= 500 else "BadRequestError"
    kind, _, message = words(failure, _OWN, usual=(usual, None))
    return {"object": "error", "message": message, "type": kind, "param": failure.param, "code": failure.status}


def _error_event(failure: Failure) -> dict[str, Any]:
    return {"error": _error(failure)}


def _check_length(value: dict[str, Any], most: int | None) -> None:
    """Check what is asked of the length of an answer."""
    least = asked.whole(value.get("min_tokens")) or 0
    if most is not None and least > most:
        refuse(f"min_new_tokens must be in [0, max_new_tokens({most})], got {least}.")


def _check_chat(value: dict[str, Any], _body: bytes) -> None:
    """Check a chat."""
    needs(value, "model", "messages")
    most = asked.whole(value.get("max_completion_tokens"))
    _check_length(value, asked.whole(value.get("max_tokens")) if most is None else most)


def _check_completion(value: dict[str, Any], _body: bytes) -> None:
    """Check a text completion; a prompt of zeros alone is empty, too, as the server has it."""
    needs(value, "model")
    if "prompt" not in value:
        refuse("Field required: prompt", "prompt")
    prompt = value["prompt"]
    if prompt == "" or (isinstance(prompt, list) and not any(prompt)):
        refuse("Prompt cannot be empty")
    if not prompts.fit(prompt):
        refuse(UNFIT, "prompt")
    _check_length(value, asked.whole(value.get("max_tokens")))


def _listed(model: str, created: int, window: int | None) -> dict[str, Any]:
    entry = {"id": model, "object": "model", "created": created, "owned_by": "sglang"}
    return {**entry, "root": model, "parent": None, "max_model_len": window or 32_768}


def _fit(call: Call, prompt: int, window: int) -> Call:
    """Fit a call into a window; of a prompt that is too long alone no more is said, as the server checks it first."""
    return (fitted if prompt >= window else counting(_TOO_MUCH))(call, prompt, window)


KIN = Kin(
    "sglang",
    ("Qwen/Qwen3-32B", "meta-llama/Llama-3.1-8B-Instruct"),
    ("/v1",),
    identify=_identify,
    identify_call=_identify_call,
    usage=_usage,
    numbers_calls=True,
    cuts_on_last=("completion",),
    vectors_of_tokens=True,
    whole=_whole,
    chunk=_chunk,
    shares=_shares,
    failure=spoken(_error),
    failure_event=_error_event,
    grammar=CLOSING,
    list_model=_listed,
    fit=_fit,
    rules=Rules({"chat": _check_chat, "completion": _check_completion}),
)
DIALECT = KinDialect(KIN, standard(KIN, "completions", "embeddings"))
