"""The chunks of one choice of a chat stream, in order, with the tokens each carries (wire.md 3.3).

In: an answer worked out. Out: rows for a sheet. How a chunk is written is the chunker's business.
"""

from __future__ import annotations

from collections.abc import Callable

from understudy.dialects import Moment
from understudy.dialects._cut import Pieces, parted, pieces
from understudy.dialects._due import Looked
from understudy.dialects._openai.odds import Marks, entries, score, shared_out, tokens_of
from understudy.dialects.openai import spoken
from understudy.dialects.openai.answers import Answer, legacy_finish, wire_calls
from understudy.dialects.openai.chunks import Chunker, Rows
from understudy.model.call import Call
from understudy.model.frame import Frame
from understudy.model.reply import Reply
from understudy.text.tokens import encoding_for


def rows(call: Call, reply: Reply, answer: Answer, index: int, chunker: Chunker, moment: Moment) -> Rows:
    """Tell the chunks of one choice."""
    encoding, extra = encoding_for(call.model), call.extra
    told = Rows()
    finish = answer.finish
    if answer.refusal is not None and not answer.text:
        _refuse(told, call, answer.refusal, index, chunker, moment, opens=True)
    elif answer.speaks:
        cut = pieces(answer.text, reply, encoding, moment.options, moment.random)
        head = {"role": "assistant", "content": None, "refusal": None, "audio": {"id": spoken.identifier(index, moment)}}
        said = spoken.deltas(cut, extra.audio[1], moment)
        told.add(chunker.chunk(head))
        told.ready([chunker.chunk({"audio": delta}) for delta, _ in said], [tokens for _, tokens in said])
    elif answer.calls and extra.legacy:
        chunker.legacy_call(told, answer.calls[0].name, encoding.pieces(answer.calls[0].arguments))
        finish = legacy_finish(finish)
    elif answer.calls and not answer.text:
        chunker.calls(told, wire_calls(answer, index, moment), encoding.pieces, alone=True)
    else:
        cut = pieces(answer.text, reply, encoding, moment.options, moment.random)
        if extra.logprobs is None:
            told.add(chunker.first)
            texts, tokens = parted(cut)
            told.ready(Looked(chunker, texts), tokens)
        else:
            told.add(chunker.chunk(chunker.opening, odds={"content": [], "refusal": None}))
            spelled = tokens_of(answer.text, reply, encoding)
            scores = score(spelled, encoding, extra.logprobs, index, moment, call.sampling, reply.odds)
            told.say(cut, _sure(cut, scores, "content", chunker))
        if answer.refusal is not None:
            _refuse(told, call, answer.refusal, index, chunker, moment, opens=False)
    if answer.calls and not extra.legacy and (answer.text or answer.refusal is not None):
        chunker.calls(told, wire_calls(answer, index, moment), encoding.pieces, alone=False)
    told.add(chunker.last(finish))
    return told


def _refuse(told: Rows, call: Call, refusal: str, index: int, chunker: Chunker, moment: Moment, *, opens: bool) -> None:
    encoding, scored = encoding_for(call.model), call.extra.logprobs is not None
    cut = encoding.pieces(refusal)
    if opens:
        head = {"role": "assistant", "content": None, "refusal": ""}
        told.add(chunker.chunk(head, odds={"content": None, "refusal": []} if scored else None))
    if scored:
        scores = score(encoding.split(refusal), encoding, call.extra.logprobs, index, moment, call.sampling)
        told.say(cut, _sure(cut, scores, "refusal", chunker))
    else:
        told.say(cut, lambda text, _: chunker.chunk({"refusal": text}))


def _sure(cut: Pieces, scores: Marks, member: str, chunker: Chunker) -> Callable[[str, int], Frame]:
    """Write the pieces of a text with the probabilities of its tokens."""
    shares = shared_out(scores, [text for text, _ in cut])
    none = {"content": None, "refusal": None}
    return lambda text, at: chunker.chunk({member: text}, odds={**none, member: entries(shares[at])})
