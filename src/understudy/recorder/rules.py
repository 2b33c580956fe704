"""From takes to the rules of a script: equal requests are one rule, their answers a sequence.

In: takes, in the order they were recorded. Out: the rules as plain data, without secrets.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from understudy.recorder.asked import Asked
from understudy.recorder.conditions import tell_apart
from understudy.recorder.crowd import Crowd
from understudy.recorder.secrets import Secrets
from understudy.recorder.spelled import unspelled, unspelled_frames

Rule = dict[str, Any]

_LONGEST_NAME = 48
_GOOD = 200
_ALWAYS_WHOLE = ("embedding", "moderation")
_MEASURED = ("timing", "pieces", "usage")  # what may differ between answers that say the same


class Answered(Struct):
    """A request and all it was answered, in order; the first `kept` answers stand in a file."""

    asked: Asked
    replies: list[dict[str, Any]]
    kept: int = 0


class Collection:
    """What was recorded so far."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._answered: dict[bytes, Answered] = {}
        self.count = 0

    def add(self, asked: Asked, reply: dict[str, Any]) -> None:
        """Take an answer in; one that is kept byte by byte answers all texts of its request at once."""
        self.count += 1
        if "raw" in reply and len(asked.call.inputs) > 1:
            asked = Asked(asked.request, asked.call, whole=True)
        self._answered.setdefault(asked.key, Answered(asked, [])).replies.append(reply)

    def keep(self) -> None:
        """Note that everything so far stands in a file."""
        for answered in self._answered.values():
            answered.kept = len(answered.replies)

    def added(self) -> list[tuple[int, Asked]]:
        """The places of the rules of which nothing is kept yet, with the requests that they are for."""
        return [(place, one.asked) for place, one in enumerate(self._answered.values()) if not one.kept]

    def leave(self) -> None:
        """Leave what stands in a file to whoever has it there; what is not kept yet is still to be written."""
        left = {key: (answered.asked, answered.replies[answered.kept :]) for key, answered in self._answered.items()}
        self._answered = {key: Answered(asked, replies) for key, (asked, replies) in left.items() if replies}

    def rules(self, taken: Iterable[str] = ()) -> list[Rule]:
        """Write the rules; `taken` are names that others have."""
        crowd = Crowd([answered.asked for answered in self._answered.values()])
        names = dict.fromkeys(taken, 1)
        whens = [tell_apart(place, crowd, self._secrets) for place in range(len(crowd.everybody))]
        return [self._rule(answered, when, names) for answered, when in zip(self._answered.values(), whens, strict=True)]

    def _rule(self, answered: Answered, when: dict[str, Any], names: dict[str, int]) -> Rule:
        secrets, asked = self._secrets, answered.asked
        name = _named(secrets.hide(asked.call.user) or asked.call.operation, names)
        rule: Rule = {"name": name}
        if any(is_bound(asked, reply) for reply in answered.replies):
            when = when | {"stream": asked.call.stream}
        if when:
            rule["when"] = when
        replies = [_clean(reply, secrets) for reply in answered.replies]
        same = all(_said(reply) == _said(replies[0]) for reply in replies)
        return rule | ({"reply": replies[0]} if same else {"replies": replies})


def is_bound(asked: Asked, reply: dict[str, Any]) -> bool:
    """Whether an answer is for requests of one mode, streamed or not: its bytes are a stream, or are none."""
    is_good = "raw" in reply and reply["raw"].get("status", _GOOD) == _GOOD
    return is_good and asked.call.operation not in _ALWAYS_WHOLE


def _said(reply: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reply.items() if name not in _MEASURED}


def _named(text: str, names: dict[str, int]) -> str:
    """Name a rule by the beginning of what was asked; `names` are those that are taken, each with the number given last."""
    words = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _LONGEST_NAME]).split()) or "empty"
    short = words if len(words) <= _LONGEST_NAME else f"{words[:_LONGEST_NAME].rstrip()}..."
    return unique(short, names)


def unique(name: str, names: dict[str, int]) -> str:
    """Take a name, with a number behind it where others have it; `names` are taken, each with the number given last."""
    wanted = name
    while name in names:
        names[wanted] += 1
        name = f"{wanted} ({names[wanted]})"
    names[name] = 1
    return name


def _clean(reply: dict[str, Any], secrets: Secrets) -> dict[str, Any]:
    """Take secrets out of a reply. Texts that hold one lose how they were cut: a cut may go through it."""
    if "pieces" in reply:
        said = "".join(reply["pieces"])
        if secrets.hide(said) != said:
            reply = {name: value for name, value in reply.items() if name != "pieces"}
    if chunks := reply.get("raw", {}).get("chunks"):
        reply = reply | {"raw": reply["raw"] | {"chunks": _hidden(chunks, secrets)}}
    cleaned: dict[str, Any] = secrets.hide_all(reply)
    return cleaned


def _hidden(chunks: Sequence[dict[str, Any]], secrets: Secrets) -> Sequence[dict[str, Any]]:
    """Take secrets out of pieces, also those that several events spell out: then they are one."""
    if any("base64" in part for part in chunks):
        chunks = _starred(chunks, secrets)
    whole = b"".join(map(_bytes, chunks))
    try:
        said = whole.decode()
        hidden = secrets.hide(unspelled(said, secrets.hide))
        found = None if hidden == said else {"data": hidden}
    except UnicodeDecodeError:
        unsaid = unspelled_frames(whole, secrets.hide)
        found = None if unsaid == whole else {"base64": b64encode(unsaid).decode()}
    if found is None:
        return chunks
    at = {"after": round(sum(part["after"] for part in chunks), 2)} if "after" in chunks[0] else {}
    return [at | found]


def _starred(chunks: Sequence[dict[str, Any]], secrets: Secrets) -> Sequence[dict[str, Any]]:
    """Write stars over the secrets in pieces of bytes, wherever the cuts go through them."""
    whole = b"".join(map(_bytes, chunks))
    hidden, at, found = secrets.hide_bytes(whole), 0, []
    if hidden == whole:
        return chunks
    for part in chunks:
        kept, end = {name: value for name, value in part.items() if name == "after"}, at + len(_bytes(part))
        found.append({**kept, "base64": b64encode(hidden[at:end]).decode()})
        at = end
    return found


def _bytes(part: dict[str, Any]) -> bytes:
    return part["data"].encode() if "data" in part else b64decode(part["base64"])
