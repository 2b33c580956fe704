"""How sure the model was of what it said: `logprobs` of a chat (types of the official client 5.21, of 2026-11).

In: texts, or the pieces of one. Out: for each token of a whole answer, and for each piece of a stream, its text, the numbers of
its tokens and their log probabilities. Tokens are o200k's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from understudy.dialects import Moment
from understudy.dialects._kin.tokens import NAME
from understudy.dialects._openai.odds import shared_out
from understudy.text.logprobs import Scored, Scores, scored, spelled
from understudy.text.tokens import encoding
from understudy.text.vocabulary import load


def odds(text: str, place: int, moment: Moment) -> list[dict[str, Any]]:
    """Say how sure each token is of the text in that place of the content."""
    return [_item(spelled(each.token), [each]) for each in _scores(text, place, moment)]


def odds_of_pieces(pieces: Sequence[str], place: int, moment: Moment) -> Callable[[int], dict[str, Any]]:
    """Say it for the pieces of such a text, each when it is asked for by its number."""
    shares = shared_out(_scores("".join(pieces), place, moment), pieces)
    return lambda at: _item(pieces[at], shares[at])


def _scores(text: str, place: int, moment: Moment) -> Scores:
    made = encoding(NAME)
    return scored(made.split(text), moment.random, made, 0, f"logprobs-{place}")


def _item(text: str, found: Sequence[Scored]) -> dict[str, Any]:
    rank = load(NAME).rank
    return {"text": text, "token_ids": [rank(each.token) for each in found], "logprobs": [each.logprob for each in found]}
