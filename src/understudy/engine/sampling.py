"""What a call asks of the sampling, and what that does to the texts nobody told the server.

In: a call whose body names `temperature`, `top_p`, `seed`, the penalties, `logit_bias`, `suffix`, as most providers do. Out:
the decision that its text is drawn by, generated text, told text without the tokens it may not hold. Only made-up answers
come here: what a rule says is said, whatever was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard

import msgspec
from msgspec import Struct

from understudy.engine.decision import Decision, decide
from understudy.model.call import Call
from understudy.model.reply import Text
from understudy.text.filler import Pool
from understudy.text.tokens import Encoding, encoding_for

_ROUNDS = 20  # of taking tokens out of a text: what is left may make new ones
_TRIES = 8
_NOTHING_SAID = b""

Said = tuple[Text, tuple[str, ...] | None]
"""A text, and its tokens one by one where they are known."""


class _Asked(Struct):
    """The fields of a body, whatever they hold."""

    temperature: Any = None
    top_p: Any = None
    frequency_penalty: Any = None
    presence_penalty: Any = None
    seed: Any = None
    logit_bias: Any = None
    suffix: Any = None


_NOTHING = _Asked()
_decode = msgspec.json.Decoder(_Asked).decode


def steadied(call: Call, decision: Decision) -> Decision:
    """Return the decision that the text of a call is drawn by.

    At temperature 0 that is the same for the same request, whenever, in whichever session and choice it is asked for; with a
    seed for the only choice of a request.
    """
    body = call.body
    if not (b'"seed"' in body or b'"temperature"' in body):
        return decision
    asked = _asked(body)
    if (_is_number(asked.temperature) and not asked.temperature) or (_is_number(asked.seed) and call.choices == 1):
        return decide(body + b"\0" + call.user.encode("utf-8", "surrogatepass"), 0)
    return decision


def generate(call: Call, pool: Pool, decision: Decision, length: Callable[[Decision], int]) -> tuple[Text, tuple[str, ...]]:
    """Make a text up: a text of the pool, or one that heeds what was asked of the sampling; and its tokens one by one.

    Args:
        call: what asks.
        pool: where texts are taken from, and what others are named after.
        decision: what all is drawn by, unless the call wants to be answered the same each time.
        length: draws the number of tokens.
    """
    body = call.body
    if b'"seed"' in body or b'"temperature"' in body:
        decision = steadied(call, decision)
    tokens, number = length(decision), decision.integer("article", 0, pool.size - 1)
    atoms: tuple[str, ...] = ()
    if b'_penalty"' in body or b'"top_p"' in body or b'"logit_bias"' in body:
        atoms = _written(call, f"{pool.seed}/{number}", tokens)
    atoms = atoms or pool.pieces(number, tokens)
    if call.operation == "completion" and (suffix := _suffix(call)):
        from understudy.text.insertion import leading

        atoms = leading(atoms, suffix, call.max_tokens)
    return Text("".join(atoms)), atoms


def _written(call: Call, name: str, tokens: int) -> tuple[str, ...]:
    """Write a text as its call asks for it; nothing where it asks for what is usual."""
    from understudy.text.sampled import USUAL, write  # 5 ms that few servers need

    sampling = _sampling(call)
    return () if sampling == USUAL else write(name, tokens, sampling)


def allowed(call: Call, text: str) -> Said:
    """Say a made-up text in the tokens that a call allows: without those that are banned, with those alone that are forced."""
    suffix = _suffix(call)
    if suffix:
        from understudy.text.insertion import before

        text = before(text, suffix)
    if b'"logit_bias"' not in call.body:
        return Text(text), None
    from understudy.text.sampled import ONLY, write

    encoding = encoding_for(call.model)
    if any(bias >= ONLY for bias in _biases(call, encoding).values()):
        forced = write(text, encoding.count(text), _sampling(call))
        return Text("".join(forced)), forced
    return Text(_without(text, encoding, banned(call))), None


def best(call: Call, decision: Decision, make: Callable[[Decision], Any]) -> Any:
    """Make a JSON value, of several the one with the fewest banned tokens: the form comes first."""
    value = make(decision)
    if b'"logit_bias"' not in call.body:
        return value
    encoding, unwanted = encoding_for(call.model), banned(call)

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
    from understudy.text.sampled import BAN

    if b'"logit_bias"' not in call.body:
        return frozenset()
    return frozenset(token for token, bias in _biases(call, encoding_for(call.model)).items() if bias <= BAN)


def _suffix(call: Call) -> str:
    """What is to follow the answer, where a completion says so."""
    if call.operation != "completion" or b'"suffix"' not in call.body:
        return ""
    suffix = _asked(call.body).suffix
    return suffix if isinstance(suffix, str) else ""


def _asked(body: bytes) -> _Asked:
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return _NOTHING


def _sampling(call: Call) -> Any:
    from understudy.text.sampled import Sampling

    asked = _asked(call.body)
    biases = _biases(call, encoding_for(call.model)) if asked.logit_bias else {}
    return Sampling(
        min(max(_number(asked.top_p, 1.0), 0.0), 1.0),
        _number(asked.frequency_penalty, 0.0),
        _number(asked.presence_penalty, 0.0),
        tuple((text, bias) for token, bias in biases.items() if (text := token.decode("utf-8", "ignore")).encode() == token),
    )


def _biases(call: Call, encoding: Encoding) -> dict[bytes, float]:
    """What is asked of tokens, by their bytes; numbers that are no token are nobody's."""
    found = {}
    asked = _asked(call.body).logit_bias
    for number, bias in asked.items() if isinstance(asked, dict) else ():
        token = _token(encoding, number)
        if token and _is_number(bias):
            found[token] = float(bias)
    return found


def _token(encoding: Encoding, number: str) -> bytes:
    try:
        return encoding.token(int(number))
    except (ValueError, IndexError):
        return _NOTHING_SAID


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(value: Any, otherwise: float) -> float:
    return float(value) if _is_number(value) else otherwise


def _without(text: str, encoding: Encoding, unwanted: frozenset[bytes]) -> str:
    """Take tokens out of a text, until none is left that its neighbours make again."""
    for _ in range(_ROUNDS):
        tokens = encoding.split(text)
        left = [token for token in tokens if token not in unwanted]
        if len(left) == len(tokens):
            return text
        text = b"".join(left).decode("utf-8", "ignore")
    return ""
