"""Invoke in the forms that are text and a few members: Titan's, Llama's, Mistral's, and that of DeepSeek R1.

In: a turn, what it cost, its pieces. Out: a document, or the events of a stream. A refusal is text, thoughts and tool calls are
left out.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from understudy.dialects._cut import Pieces, parted
from understudy.dialects._turn import Costs, Turn
from understudy.dialects.bedrock.forms import Form
from understudy.dialects.bedrock.frames import Document, Span, Words
from understudy.model.token_counts import narrow


def whole(form: Form, turn: Turn, spent: Costs) -> Document:
    """Write a whole answer."""
    ended = turn.finish == "length"
    if form == "titan":
        result = {
            "tokenCount": spent.completion,
            "outputText": turn.said("text"),
            "completionReason": _titans(turn),
        }
        return {"inputTextTokenCount": spent.prompt, "results": [result]}
    return _PLAIN[form](turn.said("text"), spent.prompt, spent.completion, "length" if ended else "stop")


def spans(form: Form, turn: Turn, spent: Costs, pieces: Pieces) -> list[Span]:
    """Tell the events of a stream, which are never none."""
    texts, tokens = parted(pieces or [("", 0)])
    last = len(texts) - 1
    if form == "titan":
        ends = {at: _titan(texts[at], at, turn if at == last else None, spent) for at in (0, last)}
        return [Span("chunk", Words(_titan), texts, tokens, ends)]
    write = _PLAIN[form]
    sums = range(1, len(texts) + 1) if set(tokens) == {1} else narrow([*accumulate(tokens)])
    stop = "length" if turn.finish == "length" else "stop"
    ends = {at: write(texts[at], None if at else spent.prompt, sums[at], stop if at == last else None) for at in (0, last)}
    return [Span("chunk", Words(_plain, (form,)), texts, tokens, ends, sums if form == "llama" else ())]


def _titans(turn: Turn) -> str:
    """Say why Titan ended."""
    if turn.sequence is not None:
        return "STOP_CRITERIA_MET"
    return {"length": "LENGTH", "content_filter": "CONTENT_FILTERED"}.get(turn.finish, "FINISH")


def _llama(text: str, prompt: int | None, tokens: int, stop: str | None) -> Document:
    return {"generation": text, "prompt_token_count": prompt, "generation_token_count": tokens, "stop_reason": stop}


def _mistral(text: str, _prompt: int | None, _tokens: int, stop: str | None) -> Document:
    return {"outputs": [{"text": text, "stop_reason": stop}]}


def _deepseek(text: str, _prompt: int | None, _tokens: int, stop: str | None) -> Document:
    return {"choices": [{"text": text, "stop_reason": stop}]}


_PLAIN: dict[Form, Callable[[str, int | None, int, str | None], Document]] = {
    "llama": _llama,
    "mistral": _mistral,
    "deepseek": _deepseek,
}


def _plain(form: Form, text: str, said: int = 0) -> Document:
    """Say more in a form of few members; so many tokens have been said then."""
    return _PLAIN[form](text, None, said, None)


def _titan(text: str, at: int = 1, turn: Turn | None = None, spent: Costs | None = None) -> Document:
    """Say more as Titan does: first what the prompt cost, with the turn's end what the answer did."""
    return {
        "outputText": text,
        "index": 0,
        "totalOutputTextTokenCount": None if turn is None or spent is None else spent.completion,
        "completionReason": None if turn is None else _titans(turn),
        "inputTextTokenCount": None if at or spent is None else spent.prompt,
    }
