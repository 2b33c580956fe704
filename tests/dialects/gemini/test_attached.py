"""What a request refers to instead of bringing it."""

from __future__ import annotations

import pytest

from understudy.dialects.gemini.attached import recall
from understudy.dialects.gemini.wishes import Extra
from understudy.engine.store import MemoryStore
from understudy.errors import RequestError
from understudy.model.call import Call, Message

KEY = {"x-goog-api-key": "any"}
LONG = "a word " * 700
MODEL = "gemini-2.5-flash"
TOOLS = [
    {
        "functionDeclarations": [
            {"name": "get_weather", "parameters": {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}}}
        ]
    }
]


@pytest.fixture
def server(engine):
    return engine("rules: [{when: {system: {contains: a word}, user: which}, reply: That one.}]")


@pytest.fixture
def cached(ask, server):
    """Make a cache: its name and its tokens."""

    def make(**value):
        held = {"model": f"models/{MODEL}", "systemInstruction": {"parts": [{"text": LONG}]}, **value}
        cache = ask(held, "/v1beta/cachedContents", to=server, headers=KEY).json
        return cache["name"], cache["usageMetadata"]["totalTokenCount"]

    return make


def test_a_cache_begins_the_prompt(cached, say, contents, server):
    name, tokens = cached()
    answer = say(contents("which", cachedContent=name), MODEL, to=server).json
    assert answer["candidates"][0]["content"]["parts"] == [{"text": "That one."}]
    whole = say(contents("which", systemInstruction={"parts": [{"text": LONG}]}), MODEL, to=server).json["usageMetadata"]
    assert answer["usageMetadata"] == whole | {
        "cachedContentTokenCount": tokens,
        "cacheTokensDetails": [{"modality": "TEXT", "tokenCount": tokens}],
    }


def test_a_stream_and_a_count_know_it_too(cached, say, contents, server):
    name, tokens = cached()
    chunks = say(contents("which", cachedContent=name), MODEL, "streamGenerateContent", to=server).json
    assert "".join(chunk["candidates"][0]["content"]["parts"][0]["text"] for chunk in chunks) == "That one."
    assert chunks[-1]["usageMetadata"]["cachedContentTokenCount"] == tokens
    asked = {"generateContentRequest": contents("which", cachedContent=name, model=f"models/{MODEL}")}
    counted = say(asked, MODEL, "countTokens", to=server).json
    assert counted["cachedContentTokenCount"] == tokens
    assert counted["totalTokens"] > tokens


def test_the_functions_of_a_cache_are_called(cached, say, contents, server):
    name, _ = cached(tools=TOOLS)
    (part,) = say(contents("What is the weather in Paris?", cachedContent=name), MODEL, to=server).json["candidates"][0][
        "content"
    ]["parts"]
    assert part["functionCall"]["args"] == {"city": "Paris"}


def test_a_cache_is_one_models(cached, say, contents, server):
    name, _ = cached()
    told = say(contents("which", cachedContent=name), "gemini-2.5-pro", to=server).json["error"]["message"]
    models = "(models/gemini-2.5-pro) and CachedContent (models/gemini-2.5-flash)"
    assert told == f"Model used by GenerateContent request {models} has to be the same."


def test_what_refers_to_nothing_is_left_alone():
    call = Call("chat", "gemini", MODEL, [Message("user", "hi")], extra=Extra())
    assert recall(call, MemoryStore().of("s"), 0.0) is call


def test_what_is_not_there_is_passed_over_leniently():
    store = MemoryStore().of("s")
    call = Call("chat", "gemini", MODEL, extra=Extra(cache="cachedContents/x", strict=False))
    assert recall(call, store, 0.0) is call
    with pytest.raises(RequestError):
        recall(Call("chat", "gemini", MODEL, extra=Extra(cache="cachedContents/x")), store, 0.0)
