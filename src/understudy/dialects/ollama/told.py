"""What the lines of Ollama's streams say, behind the moment that each of them has of its own.

In: the parts of a turn. Out: for each line what stands behind its moment, of which streams that say the same share one, and the
tokens it carries; the members that whole answers say the same with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, Final

import msgspec

from understudy.dialects import Moment
from understudy.dialects._cut import parted
from understudy.dialects._due import Due, Looked, Table
from understudy.dialects._turn import Part, Turn, cut, letters
from understudy.model.call import Call
from understudy.model.lazy import Spelled
from understudy.model.reply import Reply
from understudy.model.token_counts import narrow
from understudy.text.logprobs import Scored, scored, spelled
from understudy.text.tokens import encoding_for
from understudy.untrusted import NOT_JSON

Said = Callable[[dict[str, Any]], dict[str, Any]]
"""Writes what is said as the members of a line."""

_encode = msgspec.json.encode


def chat(members: dict[str, Any]) -> dict[str, Any]:
    """What is said, as a line of a chat has it."""
    text = members.pop("text", "")
    odds = members.pop("logprobs", None)
    found: dict[str, Any] = {"message": {"role": "assistant", "content": text, **members}}
    return found if odds is None else {**found, "logprobs": odds}


def generate(members: dict[str, Any]) -> dict[str, Any]:
    """What is said, as a line of a completion has it."""
    return {"response": members.pop("text", ""), **members}


def whole(turn: Turn, call: Call, moment: Moment) -> dict[str, Any]:
    """What a turn says, at once."""
    members: dict[str, Any] = {"text": turn.said("text"), **_thought(turn.said("reasoning") if call.extra.thinks else "")}
    if calls := [_called(part, i, moment) for i, part in enumerate(turn.calls)]:
        members["tool_calls"] = calls
    if (scores := _scores(turn.said("text"), call, moment)) is not None:
        members["logprobs"] = _odds(scores)
    return members


def tails(call: Call, reply: Reply, turn: Turn, moment: Moment, said: Said) -> tuple[Sequence[bytes], Sequence[int]]:
    """Tell the lines but the last, each from behind its moment, and the tokens they carry.

    Args:
        call: what was asked.
        reply: what is said.
        turn: the same within its limits.
        moment: whose options and draws they are.
        said: how a line says it.
    """
    found: list[tuple[Sequence[bytes], Sequence[int]]] = []
    calls = 0
    for part in turn.parts:
        if part.kind == "call":
            members = {"text": "", "tool_calls": [_called(part, calls, moment)]}
            found.append(([_tail(said, members)], [part.tokens]))
            calls += 1
        elif part.kind == "text" or call.extra.thinks:
            texts, counts = parted(cut(part, reply, call, moment))
            scores = _scores(part.text, call, moment) if part.kind == "text" else None
            if scores is None:
                found.append((Looked(_TABLES[said, part.kind], texts), counts))
            else:
                ends = narrow([*accumulate(counts, initial=0)])
                found.append((Spelled(partial(_sure, said, scores, ends), texts), counts))
    if len(found) == 1:
        return found[0]
    due: Due[bytes] = Due()
    for lines, _ in found:
        due.ready(lines)
    return due, [tokens for _, counts in found for tokens in counts]


def _tail(said: Said, members: dict[str, Any]) -> bytes:
    """Write a line from behind its moment."""
    return b'",' + _encode({**said(members), "done": False})[1:] + b"\n"


def _sure(said: Said, scores: Sequence[Scored], ends: Sequence[int], text: str, at: int) -> bytes:
    """Say a piece with the probabilities of its tokens."""
    return _tail(said, {"text": text, "logprobs": _odds(scores[ends[at] : ends[at + 1]])})


def _saying(said: Said) -> Table[str, bytes]:
    return Table(lambda text: _tail(said, {"text": text}))


def _thinking(said: Said) -> Table[str, bytes]:
    return Table(lambda text: _tail(said, {"text": "", **_thought(text)}))


_TABLES: Final[dict[tuple[Said, str], Table[str, bytes]]] = {
    (said, kind): make(said) for said in (chat, generate) for kind, make in (("text", _saying), ("reasoning", _thinking))
}


def _thought(text: str) -> dict[str, str]:
    return {"thinking": text} if text else {}


def _called(part: Part, index: int, moment: Moment) -> dict[str, Any]:
    """Write a tool call; arguments are an object here, so that others (which Ollama's own parser drops) are wrapped in one."""
    try:
        arguments = msgspec.json.decode(part.text)
    except NOT_JSON:
        arguments = None
    given: Any = msgspec.Raw(part.text.encode()) if isinstance(arguments, dict) else {"input": part.text}
    function = {"index": index, "name": part.name, "arguments": given}
    return {"id": part.id or f"call_{letters(moment, index, 8).lower()}", "function": function}


def _scores(text: str, call: Call, moment: Moment) -> Sequence[Scored] | None:
    """Say how probable each token of a text was, None when that is not wanted."""
    if call.extra.logprobs is None:
        return None
    encoding = encoding_for(call.model)
    return scored(encoding.split(text), moment.random, encoding, call.extra.logprobs)


def _odds(scores: Sequence[Scored]) -> list[dict[str, Any]]:
    found = []
    for score in scores:
        entry = _odd(score.token, score.logprob)
        best = [_odd(guess.token, guess.logprob) for guess in score.best]
        found.append({**entry, "top_logprobs": best} if best else entry)
    return found


def _odd(token: bytes, logprob: float) -> dict[str, Any]:
    return {"token": spelled(token), "logprob": logprob, "bytes": list(token)}
