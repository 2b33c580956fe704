"""Every dialect below its own name, alone with `only`, and never two on one path."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from understudy import dialects
from understudy.dialects import served
from understudy.engine.route import Router

NAMES = dialects.load().names()
# Whose own paths begin with /openai, so that they look like OpenAI's below its name: who is alone, whose path, and the path.
BELOW_OPENAI = {
    ("groq", "openai", "/v1/chat/completions"),
    ("azure", "openai", "/v1/chat/completions"),
    ("azure", "openai", "/v1/completions"),
}


class Twin:
    """A dialect with the endpoints of another that gives way to nobody."""

    def __init__(self, other, name):
        self.name = name
        self.prefixes = other.prefixes
        self.endpoints = tuple(replace(endpoint, yields=False) for endpoint in other.endpoints)


def filled(path):
    return re.sub(r"\{\w+\}", "some-name", path)


@pytest.mark.parametrize("name", NAMES)
def test_every_endpoint_answers_below_its_dialects_name(name):
    router = Router(served())
    (dialect,) = served([name])
    for prefix in dialect.prefixes:
        for endpoint in [found for found in dialect.endpoints if found.path != "/"]:
            route = router.find(endpoint.method, f"/{name}{prefix}{filled(endpoint.path)}")
            assert route.dialect is dialect
            assert route.endpoint is not None
            assert (route.endpoint.method, route.endpoint.path) == (endpoint.method, endpoint.path)


@pytest.mark.parametrize(("name", "method"), [("ollama", "GET"), ("tgi", "POST")])
def test_the_root_of_a_dialect_answers_below_its_name(name, method):
    route = Router(served()).find(method, f"/{name}/")
    assert (route.dialect.name, route.endpoint is not None) == (name, True)


@pytest.mark.parametrize("name", NAMES)
def test_two_that_claim_one_path_stop_the_start_and_are_named(name):
    (dialect,) = served([name])
    first, second = Twin(dialect, name), Twin(dialect, "twin")
    with pytest.raises(ValueError, match=rf"^[A-Z]+ /\S* is claimed by both {name} and twin$"):
        Router([first, second])


def test_all_of_them_together_are_not_in_conflict():
    assert Router(served())


def test_a_dialect_alone_answers_at_the_root_and_nobody_else_does(engine, speaker, spoken, cases, wish, tell, ask_engine):
    text = cases["text"]["reply"]
    alone = engine(f"rules: [{{reply: {text}}}]", only=[speaker.dialect])
    assert tell(alone, speaker, wish("text"), below=False).facts.text == text
    assert tell(alone, speaker, wish("text")).facts.text == text
    for other in spoken.values():
        if other.dialect != speaker.dialect:
            answer = ask_engine(alone, other.body(wish("text")), f"/{other.dialect}{other.path}", headers=dict(other.headers))
            assert answer.status == (200 if (speaker.dialect, other.dialect, other.path) in BELOW_OPENAI else 404)


def test_who_has_a_path_for_itself_has_it_among_all(engine, speaker, cases, wish, tell):
    """At the root a path belongs to one dialect; those that took over OpenAI's paths give way to it."""
    server = engine(f"rules: [{{reply: {cases['text']['reply']}}}]")
    path = speaker.path.partition("?")[0]
    owner = server.world.router.find("POST", path, speaker.headers).dialect.name
    if owner == speaker.dialect:
        assert tell(server, speaker, wish("text"), below=False).facts.text == cases["text"]["reply"]
    else:
        assert owner == "openai"
        assert path.endswith("/chat/completions")


def test_the_suite_speaks_every_dialect_that_chats(spoken):
    assert {speaker.dialect for speaker in spoken.values()} == {
        dialect.name for dialect in served() if any(endpoint.operation == "chat" for endpoint in dialect.endpoints)
    }
