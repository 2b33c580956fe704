"""Requests go to one upstream, or nowhere."""

from __future__ import annotations

from understudy.model.http import Refusal
from understudy.model.plan import Plan
from understudy.recorder.proxy import Proxy
from understudy.recorder.upstream import Upstream


class Messenger:
    """Takes letters and brings nothing back."""

    def __init__(self):
        self.letters = []

    def deliver(self, letter, hear):
        self.letters.append(letter)
        return self


class House:
    def __init__(self, known=None):
        self.messenger = Messenger()
        self.proxy = Proxy(Upstream.of("https://api.example/v1"), self.messenger, print, print, known)


def test_a_request_is_passed_on_without_what_is_between_client_and_recorder(request_of):
    house = House()
    plan = house.proxy.respond(request_of(b"{}", authorization="Bearer k", connection="x-mine", expect="x", **{"x-mine": "1"}))
    assert isinstance(plan, Plan)
    (letter,) = house.messenger.letters
    assert (letter.method, letter.target, letter.body) == ("POST", "/v1/chat/completions", b"{}")
    assert dict(letter.fields) == {"host": "api.example", "accept-encoding": "identity", "authorization": "Bearer k"}


def test_nothing_else_is_reached(request_of):
    house = House()
    answer = house.proxy.respond(request_of(b"{}", "http://elsewhere.example/v1/x"))
    assert answer.startswith(b"HTTP/1.1 403 Forbidden")
    assert b"no open proxy" in answer
    assert house.messenger.letters == []


def test_what_is_known_is_not_asked(request_of):
    house = House(lambda request: b"mine" if b"known" in request.body else None)
    assert house.proxy.respond(request_of(b"known")) == b"mine"
    house.proxy.respond(request_of(b"other"))
    assert len(house.messenger.letters) == 1


def test_broken_http_is_refused():
    assert House().proxy.refuse(Refusal(400, "no")).startswith(b"HTTP/1.1 400 Bad Request")
