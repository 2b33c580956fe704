"""The probabilities of what a response says: asked for by `include`, members in alphabetical order (wire.md 7.3)."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.dialects import Moment
from understudy.dialects._openai.odds import entries, score, tokens_of
from understudy.dialects.openai_responses.wishes import Json, Wish
from understudy.model.reply import Reply
from understudy.text.tokens import Encoding


def with_odds(text: str, reply: Reply, encoding: Encoding, wish: Wish, moment: Moment) -> list[Json]:
    """Score the tokens of a text."""
    top = wish.body.get("top_logprobs")
    top = top if isinstance(top, int) else 0
    found = entries(score(tokens_of(text, reply, encoding), encoding, top, 0, moment, told=reply.odds))
    return [{**_sorted(each), "top_logprobs": [_sorted(guess) for guess in each["top_logprobs"]]} for each in found]


def shared_out(odds: list[Json], cut: Sequence[str]) -> list[list[Json]]:
    """Give each piece of a text the tokens that begin in it; the last piece takes what is left."""
    shares: list[list[Json]] = [[] for _ in cut]
    ends, at = [], 0
    for piece in cut:
        at += len(piece.encode("utf-8", "surrogatepass"))
        ends.append(at)
    k = at = 0
    for each in odds:
        while k < len(cut) - 1 and at >= ends[k]:
            k += 1
        shares[k].append(each)
        at += len(each["bytes"])
    return shares


def _sorted(entry: Json) -> Json:
    return dict(sorted(entry.items()))
