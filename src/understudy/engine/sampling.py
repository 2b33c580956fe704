"""What a call asks of the sampling, and what that does to the texts nobody told the server.

In: a call whose `sampling` says temperature, cut-offs, seed, penalties, biases, suffix, verbosity. Out: the decision that its
text is drawn by, generated text, told text as long as it may be and without the tokens it may not hold. Only made-up answers
come here: what a rule says is said, whatever was asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from sys import float_info
from typing import Any

import msgspec

from understudy.engine.decision import Decision, decide
from understudy.engine.extent import extent
from understudy.model.call import Call, Sampling
from understudy.model.reply import Text
from understudy.text.bias import BAN, ONLY, biases
from understudy.text.filler import Pool
from understudy.text.tokens import Encoding, encoding_for

_ROUNDS = 20  # of taking tokens out of a text: what is left may make new ones
_TRIES = 8
_MOST = float_info.max  # whole numbers in JSON may be larger
_SENTENCE = re.compile(r".+?[.!?](?=\s)", re.DOTALL)
_MORE = "There is more to say about this: each part of it can be explained step by step, with an example, if that helps."

Said = tuple[Text, Sequence[str] | None]
"""A text, and its tokens one by one where they are known."""


def steadied(call: Call, decision: Decision) -> Decision:
    """Return the decision that the text of a call is drawn by.

    At temperature 0 that is the same for the same request, whenever, in whichever session and choice it is asked for; with a
    seed it is the same for the same choice of it.
    """
    asked = call.sampling
    if asked is None or (asked.seed is None and asked.temperature != 0):
        return decision
    steady = decide(call.body + b"\0" + call.user.encode("utf-8", "surrogatepass"), 0)
    return steady.child(f"choice-{asked.choice}") if asked.choice and asked.temperature != 0 else steady


def generate(call: Call, pool: Pool, decision: Decision, length: Callable[[Decision], int] | int) -> tuple[Text, Sequence[str]]:
    """Make a text up: a text of the pool, or one that heeds what was asked of the sampling; and its tokens one by one.

    Args:
        call: what asks.
        pool: where texts are taken from, and what others are named after.
        decision: what all is drawn by, unless the call wants to be answered the same each time.
        length: draws the number of tokens, which the call may want to be fewer or more; or is that number.
    """
    asked = call.sampling
    if asked is not None:
        decision = steadied(call, decision)
    tokens = length if isinstance(length, int) else length(decision)
    if asked is not None and not isinstance(length, int):
        tokens = extent(asked, call.max_tokens, tokens)
    number = decision.integer("article", 0, pool.size - 1)
    atoms: Sequence[str] = _written(call, asked, f"{pool.seed}/{number}", tokens) if asked and _shapes(asked) else ()
    atoms = atoms or pool.pieces(number, tokens)
    if asked is not None and asked.suffix:
        from understudy.text.insertion import leading

        atoms = leading(atoms, asked.suffix, call.max_tokens)
    return Text("".join(atoms)), atoms


def worded(call: Call, text: str) -> str:
    """Say a made-up text at the length a call asks for: its first sentence, all of it, or that and an offer of more."""
    verbosity = None if call.sampling is None else call.sampling.verbosity
    if verbosity == "high":
        return f"{text} {_MORE}"
    first = _SENTENCE.match(text) if verbosity == "low" else None
    return text if first is None else first[0]


def allowed(call: Call, text: str) -> Said:
    """Say a made-up text in the tokens that a call allows: without those that are banned, with those alone that are forced."""
    asked = call.sampling
    if asked is None:
        return Text(text), None
    if asked.suffix:
        from understudy.text.insertion import before

        text = before(text, asked.suffix)
    if not asked.logit_bias:
        return Text(text), None
    encoding = encoding_for(call.model)
    if any(bias >= ONLY for bias in biases(asked.logit_bias, encoding).values()):
        forced = _written(call, asked, text, encoding.count(text))
        return Text("".join(forced)), forced
    return Text(_without(text, encoding, banned(call))), None


def best(call: Call, decision: Decision, make: Callable[[Decision], Any]) -> Any:
    """Make a JSON value, of several the one with the fewest banned tokens: the form comes first."""
    value = make(decision)
    unwanted = banned(call)
    if not unwanted:
        return value
    encoding = encoding_for(call.model)

    def offences(found: Any) -> int:
        return sum(token in unwanted for token in encoding.split(msgspec.json.encode(found).decode()))

    fewest, turn = offences(value), 0
    while fewest and turn < _TRIES:
        turn += 1
        other = make(decision.child(f"other-{turn}"))
        found = offences(other)
        if found < fewest:
            value, fewest = other, found
    return value


def banned(call: Call) -> frozenset[bytes]:
    """Name the tokens that may not be said."""
    asked = call.sampling
    if asked is None or not asked.logit_bias:
        return frozenset()
    return frozenset(token for token, bias in biases(asked.logit_bias, encoding_for(call.model)).items() if bias <= BAN)


def _shapes(asked: Sampling) -> bool:
    """Say whether anything was asked that texts of the pool do not heed."""
    numbers = (asked.top_p, asked.top_k, asked.min_p, asked.repetition_penalty)
    return bool(
        asked.frequency_penalty or asked.presence_penalty or asked.logit_bias or any(value is not None for value in numbers)
    )


def _written(call: Call, asked: Sampling, name: str, tokens: int) -> tuple[str, ...]:
    """Write a text as its call asks for it; nothing where it asks for what is usual."""
    from understudy.text.sampled import USUAL, Sampler, write  # 5 ms that few servers need

    wanted = biases(asked.logit_bias, encoding_for(call.model)).items()
    sampler = Sampler(
        min(max(_else(asked.top_p, 1.0), 0.0), 1.0),
        max(int(_else(asked.top_k, 0)), 0),
        min(max(_else(asked.min_p, 0.0), 0.0), 1.0),
        _else(asked.frequency_penalty, 0.0),
        _else(asked.presence_penalty, 0.0),
        _else(asked.repetition_penalty, 1.0),
        tuple((text, bias) for token, bias in wanted if (text := token.decode("utf-8", "ignore")).encode() == token),
    )
    return () if sampler == USUAL else write(name, tokens, sampler)


def _else(value: float | None, usual: float) -> float:
    return usual if value is None else float(min(max(value, -_MOST), _MOST))


def _without(text: str, encoding: Encoding, unwanted: frozenset[bytes]) -> str:
    """Take tokens out of a text, until none is left that its neighbours make again."""
    for _ in range(_ROUNDS):
        tokens = encoding.split(text)
        left = [token for token in tokens if token not in unwanted]
        if len(left) == len(tokens):
            return text
        text = b"".join(left).decode("utf-8", "ignore")
    return ""
