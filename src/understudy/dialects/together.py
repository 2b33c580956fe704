"""Together: OpenAI's documents with the prompt beside the choices, a seed in each, and usage on the last chunk.

Documents are those of recorded traffic (2024) and of the types of its client (together 2.36, November 2026), which want a role
in each delta and a number for each call; `seed`, `reasoning` and `cached_tokens` are the vendor's documentation. So are the
columns of `logprobs` (docs/logprobs); the number that a chunk has instead, and where likely tokens stand, are the client's
types. Errors of keys and models are recorded traffic (maruel/genai, May 2026), printed over several lines; those of bodies are
what OpenRouter passed on of them (the same), of credit, limits and windows what users report (issues of edsl, MoA, gpt4free;
2024 to November 2025). From memory is overload.
"""

from __future__ import annotations

from itertools import repeat
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import ErrorBody, Moment
from understudy.dialects import _prompts as prompts
from understudy.dialects._kin import Answered, Kin, KinDialect, serde, standard
from understudy.dialects._kin.decode import Check, Rules
from understudy.dialects._kin.errors import Words, spoken, words
from understudy.dialects._turn import Costs, letters
from understudy.dialects._window import counting
from understudy.errors import RequestError
from understudy.model.allowance import Overrun
from understudy.model.reply import Failure, FailureKind

_INVALID = "invalid_request_error"
_KEY: Words = (
    _INVALID,
    "invalid_api_key",
    "Invalid API key provided. You can find your API key at https://api.together.ai/settings/api-keys.",
)
_BUSY: Words = ("service_unavailable", None, "The server is overloaded or not ready yet.")
_TOO_LONG = (
    "Input validation error: `inputs` tokens + `max_new_tokens` must be <= {window}. Given: {prompt} `inputs` tokens and %s "
    "`max_new_tokens`"
)
_BILLING = "https://api.together.xyz/settings/billing"
_OWN: dict[FailureKind, Words] = {
    "unauthorized": _KEY,
    "missing_key": _KEY,
    "model_not_found": (
        _INVALID,
        "model_not_available",
        "Unable to access model {subject}. Please visit https://api.together.ai/models to view the list of supported models.",
    ),
    "context_length": (_INVALID, None, _TOO_LONG % 1),
    "insufficient_quota": (
        "credit_limit",
        None,
        f"Credit limit exceeded. Please navigate to {_BILLING} to add credit or upgrade your plan.",
    ),
    "rate_limit": ("credit_limit", None, "You have been rate limited."),
    "overloaded": _BUSY,
    "unavailable": _BUSY,
}
_NEEDED = {"chat": "messages", "completion": "prompt", "embedding": "input"}
_OBJECTS = {"completion": "text.completion", "chat": "chat.completion"}


def _identify(moment: Moment) -> str:
    return f"o{letters(moment, 0, 6)}-{letters(moment, 1, 6)}-{letters(moment, 2, 16).lower()}"


def _usage(costs: Costs) -> dict[str, Any]:
    total = costs.prompt + costs.completion
    found = {"prompt_tokens": costs.prompt, "completion_tokens": costs.completion, "total_tokens": total}
    return {**found, "cached_tokens": costs.cached}


def _seed(moment: Moment) -> int:
    return moment.random.integer("seed", 0, 2**53)


def _odds(found: dict[str, Any]) -> dict[str, Any]:
    """Write how sure each token is, from OpenAI's entries or columns, and what else it might have been by its text."""
    said = found.get("content")
    if said is None:
        rows = list(zip(found["tokens"], found["token_logprobs"], found["top_logprobs"] or repeat({}), strict=False))
    else:
        rows = [
            (each["token"], each["logprob"], {other["token"]: other["logprob"] for other in each["top_logprobs"]})
            for each in said
        ]
    told = {"tokens": [token for token, _, _ in rows], "token_logprobs": [chance for _, chance, _ in rows]}
    others = {token: chance for _, _, best in rows if len(best) > 1 for token, chance in best.items()}
    return {**told, "top_logprobs": others} if others else told


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice in document["choices"]:
        choice["seed"] = answered.own
        if "delta" in choice:
            choice["delta"] = {"role": "assistant", **choice["delta"]}
        if choice["logprobs"] is not None:
            told = _odds(choice["logprobs"])
            choice["logprobs"] = sum(told["token_logprobs"]) if told["tokens"] else None
            choice |= {"top_logprobs": told["top_logprobs"]} if "top_logprobs" in told else {}
    if answered.call.operation == "completion":
        document["object"] = "completion.chunk"
    return document


def _choice(choice: dict[str, Any], seed: int) -> dict[str, Any]:
    odds = None if choice["logprobs"] is None else _odds(choice["logprobs"])
    found = {"finish_reason": choice["finish_reason"], "seed": seed, "logprobs": odds, "index": choice["index"]}
    return {"text": choice["text"], **found} if "text" in choice else {**found, "message": choice["message"]}


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    head = {name: document[name] for name in ("id", "object", "created", "model")}
    head["object"] = _OBJECTS[answered.call.operation]
    choices = [_choice(choice, answered.own) for choice in document["choices"]]
    return {**head, "prompt": [], "choices": choices, "usage": document["usage"]}


def _over(overrun: Overrun) -> str:
    unit = "tokens" if "tokens" in overrun.resource else "queries"
    rate = f"{overrun.limit} {unit} per {overrun.period or 'minute'}"
    return f"You have been rate limited. Your rate limit is {rate}. Please navigate to {_BILLING} to upgrade to a paid plan."


def _error(failure: Failure) -> dict[str, Any]:
    usual = "server_error" if failure.status >= 500 else _INVALID
    kind, code, message = words(failure, _OWN, usual=(usual, None), over=_over)
    return {"error": {"message": message, "type": kind, "param": failure.param, "code": code}}


def _named(failure: Failure) -> dict[str, Any]:
    return {"id": "{request_id}", **_error(failure)}


def _failure(failure: Failure) -> ErrorBody:
    said = _SAY(failure)
    return replace(said, data=msgspec.json.format(said.data, indent=2))


def _unfit(problem: str) -> Failure:
    return Failure(400, "malformed_json", f"Invalid JSON data: {problem}", type=_INVALID, code="json_data_error")


def _needs(*needed: str) -> Check:
    """Make the check of a body that must have these members."""

    def check(value: dict[str, Any], body: bytes) -> None:
        problem = serde.misfit(value, body, needed)
        if problem is not None:
            raise RequestError(_unfit(problem))
        if "prompt" in needed and not prompts.fit(value["prompt"]):
            raise RequestError(_unfit(serde.unfit("prompt", serde.unexpected(value["prompt"], "a string"), body)))

    return check


def _unread(body: bytes) -> Failure:
    return _unfit(serde.syntax(body))


_SAY = spoken(_named, statuses={("insufficient_quota", 429): 402, ("context_length", 400): 422})


def _listed(model: str, created: int, window: int | None) -> dict[str, Any]:
    vendor, _, name = model.partition("/")
    return {
        "id": model,
        "object": "model",
        "created": created,
        "type": "embedding" if "bge" in model or "embed" in model else "chat",
        "running": False,
        "display_name": name or model,
        "organization": vendor,
        "link": f"https://huggingface.co/{model}",
        "license": "",
        "context_length": window or 131072,
        "pricing": {"hourly": 0, "input": 0.88, "output": 0.88, "base": 0, "finetune": 0},
    }


KIN = Kin(
    "together",
    ("meta-llama/Llama-3.3-70B-Instruct-Turbo", "deepseek-ai/DeepSeek-R1", "Qwen/Qwen3-235B-A22B", "BAAI/bge-large-en-v1.5"),
    ("/v1",),
    identify=_identify,
    thought=("reasoning",),
    message={"tool_calls": []},
    numbers_calls=True,
    usage=_usage,
    counts="finish",
    whole=_whole,
    chunk=_chunk,
    own=_seed,
    failure=_failure,
    failure_event=_error,
    fit=counting(_TOO_LONG % "{asked}"),
    rules=Rules({name: _needs(member, "model") for name, member in _NEEDED.items()}, _unread),
    list_model=_listed,
    lists_bare=True,
)
DIALECT = KinDialect(KIN, standard(KIN, "completions", "embeddings"))
