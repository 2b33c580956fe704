"""What a head means: its key, its session, and the fields that the framing of the answer takes from it."""

from __future__ import annotations

import pytest

from understudy.engine.scope import header_safe


@pytest.mark.parametrize(("key", "shown"), [("short", "*****"), ("sk-0123456789abcd", "sk-********abcd")])
def test_a_wrong_key_is_masked(engine, ask, chat, key, shown):
    answer = ask(chat(), to=engine(api_keys=["right"]), headers={"authorization": f"Bearer {key}"})
    assert answer.status == 401
    assert answer.error[0].startswith(f"Incorrect API key provided: {shown}. You can find your API key at ")


def test_health_and_preflights_need_no_key(engine, ask):
    to = engine(api_keys=["right"])
    assert ask(b"", "/health", method="GET", to=to).status == 200
    assert ask(b"", method="OPTIONS", to=to).status == 204
    assert ask(b"", "/v1/models", method="GET", to=to).status == 401


def test_sessions_have_sequences_of_their_own(engine, ask, chat):
    to = engine("version: 1\nrules: [{name: r, replies: [one, two]}]\n")

    def say(session):
        return ask(chat(), to=to, headers={"x-understudy-session": session}).json["choices"][0]["message"]["content"]

    assert [say("a"), say("b"), say("a"), say("b")] == ["one", "one", "two", "two"]


def test_what_a_rule_is_called_is_safe_in_a_header(engine, ask, chat):
    answer = ask(chat(), to=engine("version: 1\nrules: [{name: café, reply: hi}]\n"))
    assert answer.headers["x-understudy-rule"] == "caf%C3%A9"
    assert header_safe("a\r\nx: y") == "a??x: y"
    assert header_safe("\u0130") == "?"
    assert header_safe("") == "?"


def test_nothing_a_client_sent_comes_back_in_a_header(ask, chat):
    answer = ask(chat(), headers={"origin": "https://evil.example", "x-understudy-session": "mine", "x-request-id": "theirs"})
    assert answer.headers["access-control-allow-origin"] == "*"
    head = answer.data.partition(b"\r\n\r\n")[0]
    assert all(word not in head for word in (b"evil", b"mine", b"theirs"))


def test_only_what_costs_tokens_speaks_of_limits(ask, chat):
    limits = ("x-ratelimit-limit-requests", "x-ratelimit-remaining-tokens")
    assert all(name in ask(chat()).headers for name in limits)
    for path in ("/v1/models", "/v1/models/x", "/health"):
        assert not any(name.startswith("x-ratelimit") for name in ask(b"", path, method="GET").headers)


def test_remaining_tokens_are_what_the_prompt_left(ask, chat):
    answer = ask(chat())
    assert int(answer.headers["x-ratelimit-remaining-tokens"]) == 30_000_000 - answer.json["usage"]["prompt_tokens"]


@pytest.mark.parametrize("name", ["sky", "rule 1 of a.yaml", "50% ~ok", "é 50%", "\u65e5\u672c (x)"])
def test_the_name_of_a_rule_is_spelled_so_that_it_can_be_sent_back(name, engine, ask, chat):
    made = engine(f'rules: [{{name: "{name}", when: {{user: hi}}, reply: x}}]')
    answered = ask(chat(), to=made)
    spelled = answered.headers["x-understudy-rule"]
    assert spelled.isascii()
    assert (spelled == name) is name.isascii()
    for sent in (spelled, name.encode().decode("latin-1")):
        again = ask(chat("other"), to=made, headers={"x-understudy-rule": sent})
        assert again.headers["x-understudy-rule"] == spelled
