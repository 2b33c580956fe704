"""What may take long is told before anything is done, and is the same wherever it is answered."""

import json

import pytest

from understudy.engine.lengthy import EASY, takes_long
from understudy.errors import TakesLong
from understudy.model.call import Call
from understudy.runtime.aside import forget

TEXTS = [f"harbour {k}" for k in range(9)]
LENGTHY = [
    ("/v1/embeddings", {"model": "text-embedding-3-small", "input": TEXTS}),
    ("/v1/embeddings", {"model": "text-embedding-3-small", "input": "harbour " * 200, "encoding_format": "base64"}),
    ("/v1/moderations", {"input": "I will kill you. " * 1000}),
    ("/v2/rerank", {"model": "rerank-v3.5", "query": "boats", "documents": [text * 40 for text in TEXTS]}),
    ("/v1beta/models/gemini-embedding-001:embedContent", {"content": {"parts": [{"text": "harbour " * 200}]}}),
    ("/v1/images/generations", {"model": "gpt-image-1", "prompt": "a boat"}),
]
CHAT = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
MANY = [
    ("/vllm/v1/chat/completions", CHAT | {"max_tokens": 5000, "ignore_eos": True, "n": 2}),
    ("/vllm/v1/chat/completions", CHAT | {"max_tokens": 5000, "ignore_eos": True, "n": 2, "stream": True}),
    ("/vllm/v1/chat/completions", CHAT | {"min_tokens": 90, "n": 100}),
    ("/sglang/v1/completions", {"model": "m", "prompt": ["a"] * 9, "max_tokens": 1000, "ignore_eos": True}),
]
CHOICES = [
    ("/vllm/v1/completions", {"model": "m", "prompt": ["one", "two"] * 10, "n": 9}, 180),
    ("/vllm/v1/completions", {"model": "m", "prompt": ["one", "two"] * 10, "n": 9, "stream": True}, 180),
    ("/vllm/v1/chat/completions", CHAT | {"n": 128}, 128),
    ("/tei/similarity", {"inputs": {"source_sentence": "one", "sentences": ["one", "two"] * 65}}, 130),
]
QUICK = [
    ("/vllm/v1/chat/completions", CHAT | {"max_tokens": 8000, "min_tokens": 9, "ignore_eos": True}),
    ("/vllm/v1/chat/completions", CHAT | {"max_tokens": 9000}),
    ("/v1/embeddings", {"model": "text-embedding-3-small", "input": TEXTS[:2]}),
    ("/v1/moderations", {"input": "hello"}),
    ("/v1/chat/completions", {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "n": 2}),
]


def stop():
    raise AssertionError("nothing is to be paused here")


@pytest.mark.parametrize(("path", "body"), LENGTHY, ids=[f"{path} {at}" for at, (path, _) in enumerate(LENGTHY)])
def test_what_takes_long_is_answered_alone_as_at_once(service, make_request, respond, path, body):
    running, pauses = service(), []
    at_once = respond(running.engine, make_request(body, path=path))
    for way in (path, f"/_session/default{path}"):
        request = make_request(body, path=way)
        request.pauses = lambda: lambda: pauses.append(True)
        with pytest.raises(TakesLong):
            running.engine.respond(request)
        if len(request.body) > EASY:
            running.engine.prepare(request)
            with pytest.raises(TakesLong):
                running.engine.respond(request)
        request.alone = True
        pauses.clear()
        alone = respond(running.engine, request)
        assert alone.status == at_once.status == 200
        if way == path:
            assert alone.body == at_once.body
        assert pauses or "image" in path
    assert len(running.journal) == 3


@pytest.mark.parametrize(("path", "body"), MANY, ids=[f"{path} {at}" for at, (path, _) in enumerate(MANY)])
def test_many_tokens_are_made_alone_as_at_once(service, make_request, respond, path, body):
    running = service(reply="generate", token_mean=50)
    at_once, request = respond(running.engine, make_request(body, path=path)), make_request(body, path=path)
    request.pauses = lambda: lambda: None
    with pytest.raises(TakesLong):
        running.engine.respond(request)
    request.alone = True
    assert respond(running.engine, request).body == at_once.body


@pytest.mark.parametrize(("path", "body", "choices"), CHOICES, ids=[f"{path} {at}" for at, (path, *_) in enumerate(CHOICES)])
def test_many_choices_are_made_alone_as_at_once_and_pause_for_each(service, make_request, respond, path, body, choices):
    running, pauses = service(validation="lenient"), []
    at_once, request = respond(running.engine, make_request(body, path=path)), make_request(body, path=path)
    request.pauses = lambda: lambda: pauses.append(True)
    with pytest.raises(TakesLong):
        running.engine.respond(request)
    request.alone = True
    pauses.clear()
    assert respond(running.engine, request).body == at_once.body
    assert len(pauses) >= 2 * choices  # when each is chosen, and when it is written


@pytest.mark.parametrize("way", ["", "?fail=503"], ids=["answer", "error"])
def test_what_is_answered_alone_is_told_of_once_it_is_known_how_it_went(service, make_request, way):
    running = service()
    path, body = LENGTHY[0]
    request = make_request(body, path=f"{path}{way}")
    request.alone = True
    plan = running.engine.respond(request)
    assert len(running.journal) == 0
    forget(plan)
    assert [(one.outcome, one.sent) for one in running.journal.list()] == [("client_gone", 0)]


@pytest.mark.parametrize(("path", "body"), QUICK, ids=[path for path, _ in QUICK])
def test_what_is_quick_is_answered_at_once(service, make_request, respond, path, body):
    request = make_request(body, path=path)
    request.pauses = lambda: stop
    assert respond(service().engine, request).status == 200


def test_nothing_takes_long_where_nobody_waits(service, make_request, respond):
    path, body = LENGTHY[0]
    assert len(json.loads(respond(service().engine, make_request(body, path=path)).body)["data"]) == len(TEXTS)


def test_what_is_refused_is_refused_at_once(service, make_request, respond):
    request = make_request({"model": "text-embedding-3-small", "input": [*TEXTS, 5]}, path="/v1/embeddings")
    request.pauses = lambda: stop
    assert respond(service().engine, request).status == 400


def test_pictures_always_take_long_and_chats_never():
    assert takes_long(Call("image", "openai"), b"")
    assert not takes_long(Call("chat", "openai", inputs=("a",) * 9, choices=9), b"x" * 9999)
