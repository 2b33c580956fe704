"""Probabilities of what the family's chats and completions say: OpenAI's members, whole or shared out to chunks.

In: a call that asked for them, what is said. Out: the `logprobs` of a choice, or of each piece of its text in order.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from understudy.dialects import Moment
from understudy.dialects._kin.kin import Document
from understudy.dialects._openai.odds import Marks, columns, entries, score, shared_out, tokens_of
from understudy.model.call import Call
from understudy.model.reply import Reply
from understudy.model.token_counts import narrow
from understudy.text.tokens import encoding_for


def odds(call: Call, text: str, reply: Reply, index: int, moment: Moment) -> Document | None:
    """Say how sure each token of a choice is; None when nobody asked."""
    if call.extra.logprobs is None:
        return None
    found = _scored(call, text, reply, index, moment)
    return columns(found, call.extra.logprobs, 0) if call.operation == "completion" else {"content": entries(found)}


def odds_of_pieces(call: Call, pieces: list[str], reply: Reply, index: int, moment: Moment) -> Callable[[int], Document]:
    """Say it for the pieces of a choice's text, each when it is asked for by its place."""
    shares = shared_out(_scored(call, "".join(pieces), reply, index, moment), pieces)
    if call.operation != "completion":
        return lambda place: {"content": entries(shares[place])}
    starts = narrow([*accumulate(map(len, pieces), initial=0)])
    return lambda place: columns(shares[place], call.extra.logprobs, starts[place])


def _scored(call: Call, text: str, reply: Reply, index: int, moment: Moment) -> Marks:
    encoding = encoding_for(call.model)
    tokens = tokens_of(text, reply, encoding)
    return score(tokens, encoding, call.extra.logprobs, index, moment, call.sampling, reply.odds)
