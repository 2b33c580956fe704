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

Rule = dict[str, Any]

_LONGEST_NAME = 48
_MEASURED = ("timing", "pieces", "usage")  # what may differ between answers that say the same


class Answered(Struct):
    """A request and all it was answered, in order."""

    asked: Asked
    replies: list[dict[str, Any]]


class Collection:
    """What was recorded so far."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._answered: dict[bytes, Answered] = {}
        self.count = 0

    def add(self, asked: Asked, reply: dict[str, Any]) -> None:
        """Take an answer in."""
        self.count += 1
        self._answered.setdefault(asked.key, Answered(asked, [])).replies.append(reply)

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
        if when:
            rule["when"] = when
        replies = [_clean(reply, secrets) for reply in answered.replies]
        same = all(_said(reply) == _said(replies[0]) for reply in replies)
        return rule | ({"reply": replies[0]} if same else {"replies": replies})


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
    chunks = reply.get("raw", {}).get("chunks", ())
    if any("base64" in part for part in chunks):
        reply = reply | {"raw": reply["raw"] | {"chunks": _starred(chunks, secrets)}}
        chunks = ()
    whole = "".join(part.get("data", "") for part in chunks)
    if secrets.hide(whole) != whole:
        at = {"after": round(sum(part["after"] for part in chunks), 2)} if "after" in chunks[0] else {}
        reply = reply | {"raw": reply["raw"] | {"chunks": [{**at, "data": whole}]}}
    cleaned: dict[str, Any] = secrets.hide_all(reply)
    return cleaned


def _starred(chunks: Sequence[dict[str, Any]], secrets: Secrets) -> list[dict[str, Any]]:
    """Write stars over the secrets in pieces of bytes, wherever the cuts go through them."""
    said = [part["data"].encode() if "data" in part else b64decode(part["base64"]) for part in chunks]
    whole = b"".join(said)
    hidden, at, found = secrets.hide_bytes(whole), 0, []
    if hidden == whole:
        return list(chunks)
    for part, data in zip(chunks, said, strict=True):
        kept = {name: value for name, value in part.items() if name == "after"}
        found.append({**kept, "base64": b64encode(hidden[at : at + len(data)]).decode()})
        at += len(data)
    return found
