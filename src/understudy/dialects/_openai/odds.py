"""`logprobs` of chat and of legacy completions (wire.md 3.2, 3.3, 4): the probabilities of what was said, in the API's members.

Tokens are shared out to the chunks of a stream by where they begin.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from understudy.dialects import Moment
from understudy.model.call import Sampling
from understudy.model.lazy import Lazy, Spelled
from understudy.model.reply import Odds, Reply
from understudy.model.token_counts import narrow
from understudy.text.bias import biases
from understudy.text.logprobs import Guess, Scored, Scores, scored, spelled
from understudy.text.tokens import Encoding

Entry = dict[str, Any]


def _as_bytes(atom: str, _place: int) -> bytes:
    return atom.encode()


def tokens_of(text: str, reply: Reply, encoding: Encoding) -> Sequence[bytes]:
    """The tokens of what is said of a reply: those its maker knows, else the encoding's."""
    if reply.atoms and reply.atoms[-1] and text == reply.text:
        return Spelled(_as_bytes, reply.atoms)
    if reply.atoms is None or not reply.text.startswith(text):
        return encoding.split(text)
    left, found = len(text), []
    for atom in reply.atoms:
        if left <= 0:
            break
        found.append(atom[:left].encode())
        left -= len(atom)
    return found


def score(
    tokens: Sequence[bytes],
    encoding: Encoding,
    top: int,
    index: int,
    moment: Moment,
    asked: Sampling | None = None,
    told: tuple[Odds, ...] = (),
) -> Marks:
    """Score the tokens of one choice, as its sampling was asked for, or as it was told of them."""
    known = zip(tokens, told, strict=False)
    if told and len(tokens) <= len(told) and all(each.token.encode().startswith(token) for token, each in known):
        return Told(tokens, told, top)
    bias = biases(None if asked is None else asked.logit_bias, encoding)
    return scored(tokens, moment.random, encoding, top, f"logprobs-{index}", bias)


class Told(Lazy[Scored]):
    """The scores of tokens as a script has them."""

    __slots__ = ("_odds", "_tokens", "_top")

    def __init__(self, tokens: Sequence[bytes], odds: Sequence[Odds], top: int) -> None:
        self._tokens, self._odds, self._top = tokens, odds, top

    def __len__(self) -> int:
        return len(self._tokens)

    @property
    def ends(self) -> list[int]:
        """Where each token ends, in bytes."""
        return [*accumulate(map(len, self._tokens))]

    def _at(self, place: int) -> Scored:
        token, odds = self._tokens[place], self._odds[place]
        known = {token: odds.logprob} | {other.encode(): chance for other, chance in odds.others if other != odds.token}
        best = sorted(known.items(), key=lambda pair: -pair[1])[: self._top]
        return Scored(token, odds.logprob, tuple(Guess(*guess) for guess in best))


Marks = Scores | Told


def entries(found: Sequence[Scored]) -> list[Entry]:
    """Build the entries of a chat choice."""
    return [{**_entry(token.token, token.logprob), "top_logprobs": [_guess(g) for g in token.best]} for token in found]


class Shares(Lazy[list[Scored]]):
    """The scores of the tokens that begin in each piece of a text, worked out whenever they are looked at."""

    __slots__ = ("_ends", "_found")

    def __init__(self, found: Marks, ends: Sequence[int]) -> None:
        self._found, self._ends = found, ends

    def __len__(self) -> int:
        return len(self._ends)

    def _at(self, place: int) -> list[Scored]:
        return self._found[self._ends[place - 1] if place else 0 : self._ends[place]]


def shared_out(found: Marks, pieces: Sequence[str]) -> Shares:
    """Give each piece of a text the tokens that begin in it; the last piece takes what begins behind."""
    reach, places = accumulate(len(piece.encode("utf-8", "surrogatepass")) for piece in pieces), found.ends
    ends = [min(bisect_left(places, end) + 1, len(found)) if end else 0 for end in reach]
    if ends:
        ends[-1] = len(found)
    each = range(1, len(found) + 1)
    return Shares(found, each if ends == [*each] else narrow(ends))


def columns(found: Sequence[Scored], top: int, start: int) -> dict[str, Any]:
    """Build the four columns of a legacy completion.

    Args:
        found: the scored tokens.
        top: how many alternatives were asked for; none are shown for 0.
        start: characters before the first token, the prompt's among them.
    """
    names = [_legacy(token.token) for token in found]
    chances = [token.logprob for token in found]
    best = [{_legacy(guess.token): guess.logprob for guess in (*token.best, token.own)} for token in found]
    offsets, at = [], start
    for token in found:
        offsets.append(at)
        at += sum(byte & 0xC0 != 0x80 for byte in token.token)  # each character has one byte that begins it
    return {
        "tokens": names,
        "token_logprobs": chances,
        "top_logprobs": best if top else None,
        "text_offset": offsets,
    }


def _entry(token: bytes, logprob: float) -> Entry:
    return {"token": spelled(token), "logprob": logprob, "bytes": list(token)}


def _guess(guess: Guess) -> Entry:
    return _entry(guess.token, guess.logprob)


def _legacy(token: bytes) -> str:
    text = spelled(token)
    return text if text.encode() == token else f"bytes:{text}"
