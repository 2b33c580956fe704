"""How vLLM amends documents and chunks of the family: tokens as numbers, probabilities of the prompt, stop strings, echoes.

In: documents of chats and completions. Out: the same as the server's source has them (its protocol modules, 2026).
"""

from __future__ import annotations

from typing import Any

from msgspec import structs

from understudy.dialects import Moment
from understudy.dialects import _asked as asked
from understudy.dialects._kin import Answered
from understudy.dialects._kin.kin import Tally
from understudy.dialects._kin.tokens import NAME, numbered
from understudy.dialects._openai.odds import columns
from understudy.dialects._turn import Costs, letters, uuid
from understudy.dialects.vllm.tokenizer import prompt_at, tokens_at
from understudy.model.call import Call
from understudy.text.logprobs import Scores, scored, spelled
from understudy.text.tokens import encoding

_OWN_CHUNKS = ("return_token_ids", "include_stop_str_in_output", "echo")
Document = dict[str, Any]


def identify(moment: Moment) -> str:
    """Make the identifier of an answer."""
    return f"chatcmpl-{uuid(moment, 'answer').replace('-', '')}"


def identify_text(moment: Moment) -> str:
    """Make the identifier of a text completion."""
    return f"cmpl-{uuid(moment, 'answer').replace('-', '')}"


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
        choice["prompt_token_ids"] = _given(call, index)
    if _wants(call, "echo"):
        _echo(choice, answered, begins=True)


def _given(call: Call, index: int) -> list[int]:
    """The prompt of a choice as numbers."""
    return [number for number, _ in tokens_at(call, index)]


def _echo(choice: Document, answered: Answered, *, begins: bool) -> None:
    """Put the prompt and its probabilities where a choice begins; as text not where it is told as numbers."""
    call, index, odds = answered.call, choice["index"], choice["logprobs"]
    prompt = prompt_at(call, index)
    if odds is not None:
        odds["text_offset"] = [len(prompt) + offset for offset in odds["text_offset"]]
    if not begins:
        return
    if not _wants(call, "return_token_ids"):
        choice["text"] = prompt + choice["text"]
    top = call.extra.logprobs
    if top is not None:
        before = columns(_scores(answered, index, top), top, 0)
        for name in ("token_logprobs", "top_logprobs"):
            before[name] = before[name] and [None, *before[name][1:]]
        choice["logprobs"] = before if odds is None else {name: found and found + odds[name] for name, found in before.items()}


def _scores(answered: Answered, index: int, top: int) -> Scores:
    tokens = [token for _, token in tokens_at(answered.call, index)]
    return scored(tokens, answered.moment.random, encoding(NAME), top, "prompt-logprobs")


def _prompt_odds(answered: Answered, index: int) -> list[Any] | None:
    """Score the tokens of the prompt, the first of which nothing stands before; None unless asked for."""
    call = answered.call
    echoed = call.operation == "completion" and _wants(call, "echo") and call.extra.logprobs is not None
    if asked.whole(call.extra.body.get("prompt_logprobs")) is None and not echoed:
        return None
    found: list[Any] = []
    for (number, token), score in zip(tokens_at(call, index), _scores(answered, index, 1), strict=True):
        entry = {"logprob": score.logprob, "rank": 1, "decoded_token": spelled(token)}
        found.append({str(number): entry} if found else None)
    return found


def shares(call: Call) -> bool:
    """Say whether the chunks of a stream have nothing of its own prompt or wishes."""
    return not any(_wants(call, name) for name in _OWN_CHUNKS)


def tally(call: Call) -> Tally | None:
    """Count on in each chunk, where that is asked for."""
    return _so_far if _counts_on(call) else None


def _so_far(costs: Costs, said: int) -> Document:
    return usage(structs.replace(costs, completion=said, cached=0))  # the last chunk alone says what was cached


def _counts_on(call: Call) -> bool:
    return asked.mapping(call.extra.body.get("stream_options")).get("continuous_usage_stats") is True


def chunk(document: Document, answered: Answered) -> Document:
    """Amend a chunk."""
    call, said = answered.call, "".join([_said(choice) for choice in document["choices"]])
    if document.get("usage", ...) is None:
        del document["usage"]
        if answered.tally is not None:
            document["usage"] = answered.tally
    for choice in document["choices"]:
        ids = _numbers(said) if _wants(call, "return_token_ids") else None
        if answered.place == "last":
            _end(choice, answered)
        choice["token_ids"] = ids
        is_chat = call.operation == "chat"
        begins = answered.number == 0 if is_chat else not answered.before
        if begins and _wants(call, "return_token_ids"):  # beside the first chunk of a chat, in that of each completion
            (document if is_chat else choice)["prompt_token_ids"] = _given(call, choice["index"])
        if not is_chat and _wants(call, "echo"):
            _echo(choice, answered, begins=begins)
    return document


def _said(choice: Document) -> str:
    return str(choice.get("text") or choice.get("delta", {}).get("content") or "")


def _end(choice: Document, answered: Answered) -> None:
    """Say which stop string ended a choice, and say it aloud when that is wanted; the token that ends it has no text."""
    sequence = answered.turns[choice["index"]].sequence
    choice["stop_reason"] = sequence
    aloud = sequence if sequence is not None and _wants(answered.call, "include_stop_str_in_output") else ""
    if choice.get("delta") == {}:
        choice["delta"]["content"] = aloud
    elif aloud:
        choice["text"] = aloud
