"""How vLLM amends documents and chunks of the family: tokens as numbers, probabilities of the prompt, stop strings, echoes.

In: documents of chats and completions. Out: the same as the server's source has them (its protocol modules, 2026).
"""

from __future__ import annotations

from typing import Any

from msgspec import structs

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Answered
from understudy.dialects._kin.tokens import NAME, numbered
from understudy.dialects._turn import Costs, letters, uuid
from understudy.dialects.vllm.tokenizer import prompt_at
from understudy.model.call import Call
from understudy.text.logprobs import scored, spelled
from understudy.text.tokens import encoding

_OWN_CHUNKS = ("return_token_ids", "include_stop_str_in_output", "echo")
Document = dict[str, Any]


def identify(moment: Moment) -> str:
    """Make the identifier of an answer."""
    return f"chatcmpl-{uuid(moment, 'answer').replace('-', '')}"


def identify_call(moment: Moment, position: int) -> str:
    """Make the identifier of a tool call."""
    return f"chatcmpl-tool-{letters(moment, position, 16).lower()}"


def usage(costs: Costs) -> Document:
    """Write the counts."""
    total = costs.prompt + costs.completion
    found = {"prompt_tokens": costs.prompt, "total_tokens": total, "completion_tokens": costs.completion}
    return {**found, "prompt_tokens_details": {"cached_tokens": costs.cached} if costs.cached else None}


def _wants(call: Call, member: str) -> bool:
    return call.extra.body.get(member) is True


def _numbers(text: str) -> list[int]:
    return [number for number, _ in numbered(text)]


def whole(document: Document, answered: Answered) -> Document:
    """Amend a whole document."""
    call = answered.call
    is_chat, wants_ids = call.operation == "chat", _wants(call, "return_token_ids")
    for choice, turn in zip(document["choices"], answered.turns, strict=True):
        holder, member = (choice["message"], "content") if is_chat else (choice, "text")
        ids = _numbers(holder[member] or "") if wants_ids else None
        if turn.sequence is not None and _wants(call, "include_stop_str_in_output"):
            holder[member] = (holder[member] or "") + turn.sequence
        choice |= {"stop_reason": turn.sequence, "token_ids": ids}
        if not is_chat:
            _complete(choice, answered, wants_ids=wants_ids)
    counts = document.pop("usage")
    document |= {"service_tier": None, "system_fingerprint": None, "usage": counts}
    if is_chat:
        document["prompt_logprobs"] = _prompt_odds(answered, 0)
        if wants_ids:
            document["prompt_token_ids"] = _numbers(prompt_at(call, 0))
    return {**document, "kv_transfer_params": None}


def _complete(choice: Document, answered: Answered, *, wants_ids: bool) -> None:
    """Amend a choice of a text completion, where what the prompt is told of stands, too."""
    call, index = answered.call, choice["index"]
    choice["prompt_logprobs"] = _prompt_odds(answered, index)
    if wants_ids:
        choice["prompt_token_ids"] = _numbers(prompt_at(call, index))
    if _wants(call, "echo"):
        choice["text"] = prompt_at(call, index) + choice["text"]


def _prompt_odds(answered: Answered, index: int) -> list[Any] | None:
    """Score the tokens of the prompt, the first of which nothing stands before; None unless asked for."""
    if asked.whole(answered.call.extra.body.get("prompt_logprobs")) is None:
        return None
    tokens = numbered(prompt_at(answered.call, index))
    scores = scored([token for _, token in tokens], answered.moment.random, encoding(NAME), 1, "prompt-logprobs")
    found: list[Any] = []
    for (number, token), score in zip(tokens, scores, strict=True):
        entry = {"logprob": score.logprob, "rank": 1, "decoded_token": spelled(token)}
        found.append({str(number): entry} if found else None)
    return found


def shares(call: Call) -> bool:
    """Say whether the chunks of a stream have nothing of its own prompt or wishes."""
    return not (_counts_on(call) or any(_wants(call, name) for name in _OWN_CHUNKS))


def _counts_on(call: Call) -> bool:
    return asked.mapping(call.extra.body.get("stream_options")).get("continuous_usage_stats") is True


def chunk(document: Document, answered: Answered) -> Document:
    """Amend a chunk."""
    call, said = answered.call, "".join([_said(choice) for choice in document["choices"]])
    if document.get("usage", ...) is None:
        del document["usage"]
        if _counts_on(call):  # the last chunk alone says what was cached
            document["usage"] = usage(structs.replace(answered.costs, completion=answered.said, cached=0))
    for choice in document["choices"]:
        ids = _numbers(said) if _wants(call, "return_token_ids") else None
        if answered.place == "last":
            _end(choice, answered)
        choice["token_ids"] = ids
        if answered.number == 0:
            _begin(document, choice, answered)
    return document


def _said(choice: Document) -> str:
    return str(choice.get("text") or choice.get("delta", {}).get("content") or "")


def _end(choice: Document, answered: Answered) -> None:
    """Say which stop string ended a choice, and say it aloud when that is wanted."""
    sequence = answered.turns[choice["index"]].sequence
    choice["stop_reason"] = sequence
    if sequence is not None and _wants(answered.call, "include_stop_str_in_output"):
        if "delta" in choice:
            choice["delta"]["content"] = sequence
        else:
            choice["text"] = sequence


def _begin(document: Document, choice: Document, answered: Answered) -> None:
    """What only the first chunk has: the prompt, as numbers or as it is."""
    call = answered.call
    if _wants(call, "return_token_ids"):
        holder = document if call.operation == "chat" else choice
        holder["prompt_token_ids"] = _numbers(prompt_at(call, choice["index"]))
    if call.operation == "completion" and _wants(call, "echo"):
        choice["text"] = prompt_at(call, choice["index"]) + choice["text"]
