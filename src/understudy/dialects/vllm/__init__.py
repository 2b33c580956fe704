"""vLLM (wire.md 14.5): OpenAI's paths and the server's own; thoughts beside the content, probabilities of the prompt.

Thoughts stand in `reasoning` and, as until version 0.12, in `reasoning_content`. Unknown fields are accepted, as vLLM does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from understudy.dialects import Endpoint, Moment, Options
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Answered, Kin, KinDialect, endpoint, standard
from understudy.dialects._kin.decode import Extra, body_of, catalogue, conversation, model_of, refuse
from understudy.dialects._kin.errors import spoken, words
from understudy.dialects._kin.tokens import NAME, numbered, prompt_of, text_of
from understudy.dialects._turn import Costs, letters, uuid
from understudy.dialects.vllm import pooling
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply
from understudy.text.logprobs import scored, spelled
from understudy.text.tokens import encoding

_WINDOW = 32_768
_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>\n{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
_VERSION = b'{"version":"0.12.0"}'
_TYPES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    404: "NotFoundError",
    429: "RateLimitError",
    503: "ServiceUnavailable",
}


def _identify(moment: Moment) -> str:
    return f"chatcmpl-{uuid(moment, 'answer').replace('-', '')}"


def _identify_call(moment: Moment, position: int) -> str:
    return f"chatcmpl-tool-{letters(moment, position, 16).lower()}"


def _usage(costs: Costs) -> dict[str, Any]:
    total = costs.prompt + costs.completion
    found = {"prompt_tokens": costs.prompt, "total_tokens": total, "completion_tokens": costs.completion}
    return {**found, "prompt_tokens_details": {"cached_tokens": costs.cached} if costs.cached else None}


def _whole(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    for choice, turn in zip(document["choices"], answered.turns, strict=True):
        choice |= {"stop_reason": turn.sequence, "token_ids": None}
        if "message" not in choice:
            choice["prompt_logprobs"] = _prompt_odds(answered)
    usage = document.pop("usage")
    document |= {"service_tier": None, "system_fingerprint": None, "usage": usage}
    if answered.call.operation == "chat":
        document["prompt_logprobs"] = _prompt_odds(answered)
    return {**document, "kv_transfer_params": None}


def _prompt_odds(answered: Answered) -> list[Any] | None:
    """Score the tokens of the prompt, the first of which nothing stands before; None unless asked for."""
    call = answered.call
    wanted = asked.whole(call.extra.body.get("prompt_logprobs"))
    if wanted is None:
        return None
    tokens = numbered(_templated(call) if call.messages else call.user)
    scores = scored([token for _, token in tokens], answered.moment.random, encoding(NAME), 1, "prompt-logprobs")
    found: list[Any] = []
    for (number, token), score in zip(tokens, scores, strict=True):
        entry = {"logprob": score.logprob, "rank": 1, "decoded_token": spelled(token)}
        found.append({str(number): entry} if found else None)
    return found


def _shares(call: Call) -> bool:
    """Say whether the chunks of a stream are without the counts of its own prompt."""
    return asked.mapping(call.extra.body.get("stream_options")).get("continuous_usage_stats") is not True


def _chunk(document: dict[str, Any], answered: Answered) -> dict[str, Any]:
    options = asked.mapping(answered.call.extra.body.get("stream_options"))
    if document.get("usage", ...) is None:
        del document["usage"]
        if options.get("continuous_usage_stats") is True:
            document["usage"] = _usage(answered.costs)
    for choice in document["choices"]:
        if answered.place == "last":
            choice["stop_reason"] = answered.turns[choice["index"]].sequence
        choice["token_ids"] = None
    return document


def _error(failure: Failure) -> dict[str, Any]:
    if failure.kind in ("unauthorized", "missing_key") and failure.message is None:
        return {"error": "Unauthorized"}
    _, _, message = words(failure, {"model_not_found": ("", None, "The model `{subject}` does not exist.")})
    kind = failure.type or _TYPES.get(failure.status) or ("InternalServerError" if failure.status >= 500 else "BadRequestError")
    return {"error": {"message": message, "type": kind, "param": failure.param, "code": failure.status}}


def _listed(model: str, created: int) -> dict[str, Any]:
    permission = {"id": f"modelperm-{model}", "object": "model_permission", "created": created, "allow_sampling": True}
    return {
        "id": model,
        "object": "model",
        "created": created,
        "owned_by": "vllm",
        "root": model,
        "parent": None,
        "max_model_len": _WINDOW,
        "permission": [permission],
    }


def _asks_tokens(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /tokenize: a prompt, or messages."""
    value = body_of(request, options)
    if options.strict:
        if not value.keys() & {"prompt", "messages"}:
            refuse("Field required: prompt", "prompt")
        if value.get("continue_final_message") and value.get("add_generation_prompt"):
            refuse("Cannot set both `continue_final_message` and `add_generation_prompt` to True.")
    call = conversation("vllm", value, request, options)
    call.operation, call.user = "stored", str(value.get("prompt") or "")
    return call


def _templated(call: Call, *, opens: bool = True) -> str:
    """A conversation as the model reads it: its tools, its messages, and (`opens`) the beginning of an answer."""
    offered = [{"name": tool.name, "description": tool.description, "parameters": tool.parameters} for tool in call.tools]
    tools = f"<|tools|>\n{msgspec.json.encode(offered).decode()}\n" if offered else ""
    prompt = tools + prompt_of(call.messages)
    if call.extra.body.get("continue_final_message") is True:
        return prompt.removesuffix("\n")
    return f"{prompt}<|assistant|>\n" if opens else prompt


def _read(call: Call) -> int:
    """Count a conversation: as many tokens as `/tokenize` finds in it, and its pictures."""
    return encoding(NAME).count(_templated(call)) + asked.picture_tokens(call)


def _counted(found: Endpoint) -> Endpoint:
    return replace(found, count=_read) if found.operation == "chat" else found


def _tokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    body = call.extra.body
    tokens = numbered(_templated(call, opens=body.get("add_generation_prompt") is not False) if call.messages else call.user)
    wanted = body.get("return_token_strs") is True
    strings = [spelled(token) for _, token in tokens] if wanted else None
    found = {"count": len(tokens), "max_model_len": _WINDOW, "tokens": [number for number, _ in tokens], "token_strs": strings}
    return Body(msgspec.json.encode(found))


def _asks_text(request: Request, _params: Mapping[str, str], options: Options) -> Call:
    """Decode POST /detokenize."""
    value = body_of(request, options)
    return Call("stored", "vllm", model_of(value, options), extra=Extra(value), body=request.body)


def _detokenize(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    given = call.extra.body.get("tokens")
    numbers = [number for number in given if isinstance(number, int)] if isinstance(given, list) else []
    return Body(msgspec.json.encode({"prompt": text_of(numbers)}))


def _tokenizer(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """Answer GET /tokenizer_info, which the server has when it is started so."""
    known = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": _WINDOW, "add_bos_token": False}
    return Body(msgspec.json.encode({**known, "chat_template": _TEMPLATE}))


def _says(data: bytes) -> Any:
    def say(_call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
        return Body(data)

    return say


KIN = Kin(
    "vllm",
    ("meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-8B"),
    ("",),
    identify=_identify,
    identify_call=_identify_call,
    message={"refusal": None, "annotations": None, "audio": None, "function_call": None, "tool_calls": []},
    thought=("reasoning", "reasoning_content"),
    usage=_usage,
    whole=_whole,
    chunk=_chunk,
    shares=_shares,
    failure=spoken(_error),
    list_model=_listed,
)
DIALECT = KinDialect(
    KIN,
    (
        *map(_counted, standard(KIN, "completions", "embeddings", base="/v1")),
        *pooling.ENDPOINTS,
        endpoint("POST", "/tokenize", "stored", _asks_tokens, _tokenize, counts=False, yields=False),
        endpoint("POST", "/detokenize", "stored", _asks_text, _detokenize, counts=False, yields=False),
        endpoint("GET", "/version", "health", catalogue("vllm"), _says(_VERSION), counts=False, yields=False),
        endpoint("GET", "/tokenizer_info", "health", catalogue("vllm"), _tokenizer, counts=False),
        endpoint("GET", "/load", "health", catalogue("vllm"), _says(b'{"server_load":0}'), counts=False),
        endpoint("GET", "/health", "health", catalogue("vllm"), _says(b""), counts=False),
        endpoint("GET", "/ping", "health", catalogue("vllm"), _says(b""), counts=False),
    ),
)
