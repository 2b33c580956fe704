"""Which dialects a server speaks, and in whose words it answers requests that are for none."""

from __future__ import annotations

import pytest

from understudy import dialects
from understudy.errors import UsageError


def names(only=()):
    return [dialect.name for dialect in dialects.served(only)]


def test_the_package_is_scanned_once():
    assert dialects.load() is dialects.load()


def test_all_are_served_unless_some_are_named():
    assert names()[0] == "openai"
    assert sorted(names()) == dialects.load().names()
    assert names(["anthropic"]) == ["anthropic"]
    assert names(["anthropic", "openai", "anthropic"]) == ["anthropic", "openai"]


def test_a_name_nobody_has_is_a_usage_error(service):
    with pytest.raises(UsageError, match=r"^only \(.*\): unknown dialect 'antropic'. Did you mean 'anthropic'\?$"):
        service(only=["antropic"])


def test_what_is_not_served_is_not_there(engine, ask, chat):
    server = engine(only=["anthropic"])
    answer = ask(chat(), to=server)
    assert (answer.status, answer.json["error"]["type"]) == (404, "not_found_error")
    assert ask(chat(), path="/v1/models", method="GET", to=engine(only=["openai"])).json["object"] == "list"


def test_errors_of_the_way_in_are_said_in_the_words_of_who_is_meant(engine, ask, chat):
    server = engine(api_keys=["sk-right"])
    wrong = {"authorization": "Bearer sk-wrong-and-long"}
    assert ask(chat(), to=server, headers=wrong).error[0].startswith("Incorrect API key provided: sk-********long.")
    theirs = ask(chat(), path="/v1/messages", to=server, headers=wrong)
    assert theirs.json["error"] == {"type": "authentication_error", "message": "invalid x-api-key"}
    assert ask(path="/v1/nothing", method="GET", to=server).error[0] == "Invalid URL (GET /v1/nothing)"


@pytest.mark.parametrize("name", dialects.load().names())
def test_whoever_is_served_the_server_tells_that_it_is_well(engine, ask, name):
    server = engine(only=[name], api_keys=["sk-right"])
    for method in ("GET", "HEAD"):
        assert ask(path="/health", method=method, to=server).status == 200
