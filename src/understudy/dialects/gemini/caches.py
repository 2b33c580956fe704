"""cachedContents: beginnings of prompts that are kept under a name (wire.md 12), here and on Vertex AI.

In: a request for one. Out: its document; `find` gives whoever uses it what it holds. Words of one that is too small are
BerriAI/litellm 17696's; those of one that is not there and of fields beside it, of reports to 2026. That of another model is
from memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects import Moment, Options
from understudy.dialects._session import store_of
from understudy.dialects.gemini import files, wishes
from understudy.dialects.gemini.check import body_object, read, refuse
from understudy.dialects.gemini.families import family
from understudy.dialects.gemini.kept import Ask, Document, answer, ask, forbidden, identifier, page_of, spelled
from understudy.dialects.gemini.prompt import prompt_tokens
from understudy.dialects.gemini.shapes import CACHE
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.ports import Store
from understudy.model.reply import Failure, Reply

_CACHES = "gemini-cache"
_HOUR = 3600.0
_HELD = ("contents", "systemInstruction", "tools", "toolConfig")
_DURATION = re.compile(r"\d{1,9}(?:\.\d{1,9})?s")
_PARENT = re.compile(r"/v1\w*/((?:projects/.*/)?)cachedContents")


class Cache(Struct):
    """A cache: its document but for moments, what it holds, its tokens, and when it was made, changed, and ends."""

    document: Document
    value: Document
    tokens: int
    made: float
    changed: float
    ends: float


def decode(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode a request that makes or changes a cache."""
    value = read(body_object(request.body, strict=options.strict), CACHE, strict=options.strict)
    return ask(request, params, options, value)


def create(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /cachedContents."""
    wish: Ask = call.extra
    value = wish.value
    model = str(value.get("model", ""))
    if not model and wish.strict:
        refuse("* CreateCachedContentRequest.cached_content.model: model is not specified\n")
    held: Document = {name: value[name] for name in _HELD if name in value}
    tokens = prompt_tokens(_prompt(held, _bare(model), wish, moment))
    least = family(_bare(model)).cached
    if wish.strict and tokens < least:
        refuse(f"Cached content is too small. total_token_count={tokens}, min_total_token_count={least}")
    parent = _PARENT.search(wish.path)
    identity = identifier(moment, "cache")
    name = f"{parent[1] if parent else ''}cachedContents/{identity}"
    document = {"name": name, "model": model, "displayName": str(value.get("displayName", ""))}
    made = moment.wall
    cache = Cache(document, held, tokens, made, made, _ends(value, made) or made + _HOUR)
    _keep(moment, identity, cache)
    return answer(_shown(cache))


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /cachedContents, the newest first."""
    store = store_of(moment)
    found = [find(store, name, moment.wall) for name in reversed(store.names(_CACHES))]
    shown = [_shown(cache) for cache in found if cache is not None]
    return page_of(shown, call.extra, "cachedContents", 50, 1000)


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /cachedContents/{name}."""
    return answer(_shown(_found(call.extra, moment)))


def change(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """PATCH /cachedContents/{name}: when it ends is all that may be changed."""
    wish: Ask = call.extra
    cache = _found(wish, moment)
    cache.changed = moment.wall
    cache.ends = _ends(wish.value, moment.wall) or cache.ends
    _keep(moment, wish.name, cache)
    return answer(_shown(cache))


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /cachedContents/{name}."""
    _found(call.extra, moment)
    store_of(moment).drop(_CACHES, call.extra.name)
    return answer({})


def find(store: Store, name: str, now: float) -> Cache | None:
    """Look a cache up; None when there is none, or its time is over."""
    data = store.get(_CACHES, name)
    cache = None if data is None else msgspec.json.decode(data, type=Cache)
    if cache is not None and cache.ends <= now:
        store.drop(_CACHES, name)
        return None
    return cache


def missing() -> RequestError:
    """The refusal of a cache that is not there."""
    return forbidden("CachedContent not found (or permission denied)")


def _prompt(held: Document, model: str, wish: Ask, moment: Moment) -> Call:
    """What is held as a call, for counting."""
    messages = files.filled(wishes.messages(held), store_of(moment), moment.wall, strict=wish.strict)
    return Call("stored", "gemini", model, messages, extra=wishes.extra_wishes(held, messages, sse=False))


def _bare(model: str) -> str:
    return model.rpartition("/")[2]


def _keep(moment: Moment, identity: str, cache: Cache) -> None:
    store_of(moment).put(_CACHES, identity, msgspec.json.encode(cache))


def _found(wish: Ask, moment: Moment) -> Cache:
    if "cachedContents" not in wish.path:
        raise RequestError(Failure(404, "not_found"))
    cache = find(store_of(moment), wish.name, moment.wall)
    if cache is None:
        raise missing()
    return cache


def _shown(cache: Cache) -> dict[str, Any]:
    return {
        **{name: text for name, text in cache.document.items() if text},
        "createTime": spelled(cache.made),
        "updateTime": spelled(cache.changed),
        "expireTime": spelled(cache.ends),
        "usageMetadata": {"totalTokenCount": cache.tokens},
    }


def _ends(value: Document, now: float) -> float | None:
    """When a cache is to end, by a duration or a moment; None when nobody says."""
    ttl, moment = value.get("ttl"), value.get("expireTime")
    if ttl is not None:
        if not _DURATION.fullmatch(ttl):
            refuse(f"Invalid value at 'cached_content.ttl' (type.googleapis.com/google.protobuf.Duration), \"{ttl}\"")
        return now + float(ttl[:-1])
    if moment is None:
        return None
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError:
        refuse(f"Invalid value at 'cached_content.expire_time' (type.googleapis.com/google.protobuf.Timestamp), \"{moment}\"")
