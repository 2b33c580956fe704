"""Plain requests of Converse: texts, and what is asked of length and sampling, in values that no model refuses.

In: a body and a model. Out: the call that `conversation` makes of it, sooner, or nothing: then `check` has to look at it. A
message of one text is that text.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from understudy.dialects.bedrock.abilities import Abilities, abilities_of
from understudy.dialects.bedrock.conversation import Extra
from understudy.model.call import Call, Message, Sampling
from understudy.untrusted import NOT_JSON

_Share = Annotated[int, Meta(ge=0, le=1)] | Annotated[float, Meta(ge=0, le=1)]


class _Text(Struct, gc=False, forbid_unknown_fields=True):
    text: str


class _Said(Struct, gc=False, forbid_unknown_fields=True):
    role: Literal["user", "assistant"]
    content: Annotated[list[_Text], Meta(min_length=1)]


class _Wanted(Struct, gc=False, forbid_unknown_fields=True, rename="camel"):
    max_tokens: Annotated[int, Meta(ge=1)] | float | None = None
    temperature: _Share | None = None
    top_p: _Share | None = None
    stop_sequences: list[str] | None = None


class _Plain(Struct, gc=False, forbid_unknown_fields=True, rename="camel"):
    messages: Annotated[list[_Said], Meta(min_length=1)]
    system: list[_Text] | None = None
    inference_config: _Wanted | None = None


_plain = msgspec.json.Decoder(_Plain).decode
_NOTHING, _NO_WISH = _Wanted(), Extra()


def read(data: bytes) -> _Plain | None:
    """Read a plain body; None of others."""
    try:
        return _plain(data)
    except NOT_JSON:
        return None


def called(body: _Plain, data: bytes, model: str, *, stream: bool) -> Call | None:
    """Make the call of a plain body; None where the model may refuse it."""
    wanted, abilities = body.inference_config or _NOTHING, abilities_of(model)
    if (body.system and not abilities.system) or not (_speak_in_turn(body.messages) and _fits(wanted, abilities)):
        return None
    messages = [Message(said.role, _content(said.content)) for said in body.messages]
    user = messages[-1].text if messages[-1].role == "user" else messages[-2].text
    if body.system:
        messages.insert(0, Message("system", [{"type": "text", "text": part.text} for part in body.system]))
    stops = tuple(filter(None, wanted.stop_sequences or ()))
    samples = wanted.temperature is not None or wanted.top_p is not None
    limit: Any = wanted.max_tokens
    kind = ("converse", model, limit, stops)
    return Call(
        "chat",
        "bedrock",
        model,
        messages,
        user,
        stream,
        limit,
        Extra(stops=stops) if stops else _NO_WISH,
        data,
        kind,
        Sampling(wanted.temperature, wanted.top_p) if samples else None,
    )


def _speak_in_turn(messages: list[_Said]) -> bool:
    """Say whether the user begins, each answers the other, and no text is blank."""
    turns = ("user", "assistant")
    return all(said.role == turns[i % 2] and all(part.text.strip() for part in said.content) for i, said in enumerate(messages))


def _fits(wanted: _Wanted, abilities: Abilities) -> bool:
    """Say whether no model of these abilities refuses what is wanted."""
    limit, longest = wanted.max_tokens, abilities.longest
    if isinstance(limit, float) or (limit is not None and longest is not None and limit > longest):
        return False
    return abilities.mixes or wanted.temperature is None or wanted.top_p is None


def _content(parts: list[_Text]) -> str | list[Any]:
    return parts[0].text if len(parts) == 1 else [{"text": part.text} for part in parts]
