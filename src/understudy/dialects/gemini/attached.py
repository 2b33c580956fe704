"""What a request refers to instead of bringing it: a cache that begins its prompt, files that it shows.

In: a call, and the session's store. Out: the call with all of it, as if it had been sent. Calls that refer to nothing pass
through.
"""

from __future__ import annotations

import msgspec
from msgspec import structs

from understudy.dialects.gemini import caches, files, wishes
from understudy.dialects.gemini.check import refuse
from understudy.dialects.gemini.wishes import Extra
from understudy.model.call import Call
from understudy.model.ports import Store


def recall(call: Call, store: Store, now: float) -> Call:
    """Complete a call.

    Raises:
        RequestError: when a cache or a file is not there, or a cache is another model's.
    """
    extra: Extra = call.extra
    if extra.cache:
        call = _with_cache(call, extra, store, now)
    if call.extra.files:
        call = structs.replace(call, messages=files.filled(call.messages, store, now, strict=extra.strict))
    return call


def _with_cache(call: Call, extra: Extra, store: Store, now: float) -> Call:
    cache = caches.find(store, extra.cache.rpartition("/")[2], now)
    if cache is None:
        if extra.strict:
            raise caches.missing()
        return call
    model = cache.document["model"].rpartition("/")[2]
    if extra.strict and model != call.model:
        own, others = f"GenerateContent request (models/{call.model})", f"CachedContent (models/{model})"
        refuse(f"Model used by {own} and {others} has to be the same.")
    before, listed = wishes.messages(cache.value), cache.value.get("tools")
    known = structs.replace(
        extra,
        contents=extra.contents + len(cache.value.get("contents", ())) + ("systemInstruction" in cache.value),
        tools=msgspec.json.encode(listed).decode() if listed else extra.tools,
        media=extra.media or any(isinstance(said.content, list) for said in before),
        files=extra.files or wishes.shows_files(before),
        cached=cache.tokens,
        own=True,
    )
    return structs.replace(
        call,
        messages=[*before, *call.messages],
        extra=known,
        tools=wishes.tools(cache.value) or call.tools,
        tool_choice=wishes.tool_choice(cache.value) if "toolConfig" in cache.value else call.tool_choice,
    )
