"""The chunks of one choice of a chat stream, in order, with the tokens each carries (wire.md 3.3).

In: an answer worked out. Out: rows for a sheet. How a chunk is written is the chunker's business.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._cut import pieces
from understudy.dialects._openai.odds import entries, score, shared_out, tokens_of
from understudy.dialects.openai import spoken
from understudy.dialects.openai.answers import Answer, legacy_finish, wire_calls
from understudy.dialects.openai.chunks import Chunker, Row
from understudy.model.call import Call
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for

_NOTHING: dict[str, Any] = {}


def rows(call: Call, reply: Reply, answer: Answer, index: int, chunker: Chunker, moment: Moment) -> list[Row]:
    """Render the chunks of one choice."""
    encoding, extra = encoding_for(call.model), call.extra
    found: list[Row]
    finish = answer.finish
    if answer.refusal is not None and not answer.text:
        found = _refused(call, answer.refusal, index, chunker, moment)
    elif answer.speaks:
        cut = pieces(answer.text, reply, encoding, moment.options, moment.random)
        head = {"role": "assistant", "content": None, "refusal": None, "audio": {"id": spoken.identifier(index, moment)}}
        said = spoken.deltas(cut, extra.audio[1], moment)
        found = [(chunker.chunk(head), 0), *((chunker.chunk({"audio": delta}), tokens) for delta, tokens in said)]
    elif answer.calls and extra.legacy:
        found = chunker.legacy_call(answer.calls[0].name, encoding.pieces(answer.calls[0].arguments))
        finish = legacy_finish(finish)
    elif answer.calls and not answer.text:
        found = chunker.calls(wire_calls(answer, index, moment), encoding.pieces, alone=True)
    else:
        cut = pieces(answer.text, reply, encoding, moment.options, moment.random)
        if extra.logprobs is None:
            found = [(chunker.first, 0), *((chunker[text], tokens) for text, tokens in cut)]
        else:
            found = _scored(call, reply, answer, cut, index, chunker, moment)
        if answer.refusal is not None:
            found += _refused(call, answer.refusal, index, chunker, moment)[1:]
    if answer.calls and not extra.legacy and (answer.text or answer.refusal is not None):
        found += chunker.calls(wire_calls(answer, index, moment), encoding.pieces, alone=False)
    return [*found, (chunker.chunk(_NOTHING, finish), 0)]


def _refused(call: Call, refusal: str, index: int, chunker: Chunker, moment: Moment) -> list[Row]:
    encoding, top = encoding_for(call.model), call.extra.logprobs
    cut = encoding.pieces(refusal)
    head = {"role": "assistant", "content": None, "refusal": ""}
    if top is None:
        return [(chunker.chunk(head), 0), *((chunker.chunk({"refusal": text}), tokens) for text, tokens in cut)]
    found = score(encoding.split(refusal), encoding, top, index, moment, call.sampling)
    shares = shared_out(found, [text for text, _ in cut])
    odds = [{"content": None, "refusal": entries(share)} for share in shares]
    first = [(chunker.chunk(head, odds={"content": None, "refusal": []}), 0)]
    return first + [(chunker.chunk({"refusal": text}, odds=o), n) for (text, n), o in zip(cut, odds, strict=True)]


def _scored(
    call: Call, reply: Reply, answer: Answer, cut: list[tuple[str, int]], index: int, chunker: Chunker, moment: Moment
) -> list[Row]:
    """Render text with the probabilities of its tokens."""
    encoding, top = encoding_for(call.model), call.extra.logprobs
    scores = score(tokens_of(answer.text, reply, encoding), encoding, top, index, moment, call.sampling)
    shares = shared_out(scores, [text for text, _ in cut])
    head = {"role": "assistant", "content": "", "refusal": None}
    found = [(chunker.chunk(head, odds={"content": [], "refusal": None}), 0)]
    for (text, tokens), share in zip(cut, shares, strict=True):
        found.append((chunker.chunk({"content": text}, odds={"content": entries(share), "refusal": None}), tokens))
    return found
