"""Every fault that clients have, over real sockets: found in a client that has it, with the right exchanges, and in no other.

Time is the server's and moved by hand, so that pauses are as long as they say and take none of ours.
"""

from __future__ import annotations

import http.client
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest

from understudy import Understudy
from understudy.verdict import Limits, Verdict, checks, judge, render

KEY = "sk-proj-0123456789abcdefghijklmnop"
TOOL = {"type": "function", "function": {"name": "pay", "parameters": {"type": "object", "properties": {}}}}


class Client:
    """A client that does what a test says, and a server whose clock it moves."""

    def __init__(self) -> None:
        self.server = Understudy(clock="virtual").start()
        self._open: list[http.client.HTTPConnection] = []

    def pause(self, seconds: float) -> None:
        self.server.clock.advance(seconds)

    def begin(self, text: Any = "hello", *, key: str = "k1", fields: dict[str, str] | None = None, **more: Any):
        """Send a request; the answer is read by `end`."""
        messages = [{"role": "user", "content": text}] if isinstance(text, str) else text
        body = {"model": "gpt-4o", "messages": messages, **more}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        self._open.append(connection)
        before = len(self.server.calls)
        headers = {"authorization": f"Bearer {key}", **(fields or {})}
        connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
        self.server.wait_for_calls(before + 1)
        return connection

    def end(self, connection) -> str:
        """Read the answer as far as it goes; what it said."""
        with suppress(OSError, http.client.HTTPException):
            data = connection.getresponse().read()
            with suppress(ValueError, KeyError):
                return json.loads(data)["choices"][0]["message"]["content"]
        return ""

    def leave(self, connection) -> None:
        """Hang up, and wait until the server has seen it."""
        call = self.server.calls[-1]
        connection.close()
        for _ in range(1000):
            if call.outcome != "open":
                return
            self.pause(0.01)

    def ask(self, text: Any = "hello", **more: Any) -> str:
        return self.end(self.begin(text, **more))

    def verdict(self, **limits: float) -> Verdict:
        exchanges = [call.exchange for call in self.server.calls if call.exchange is not None]
        return judge(exchanges, Limits(**limits), now=self.server.clock.now)

    def close(self) -> None:
        for connection in self._open:
            connection.close()
        self.server.stop()


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.close()


def said(*parts: str) -> list[dict[str, str]]:
    """A talk: user and assistant by turns."""
    return [{"role": ("user", "assistant")[at % 2], "content": part} for at, part in enumerate(parts)]


def called(arguments: str, result: str, number: int = 0) -> list[dict[str, Any]]:
    """A call of a tool and what came of it."""
    call = {"id": f"c{number}", "type": "function", "function": {"name": "pay", "arguments": arguments}}
    return [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": f"c{number}", "content": result},
    ]


def tries(client: Client, *pauses: float, **more: Any) -> None:
    """One request, tried again after these pauses."""
    client.ask(**more)
    for pause in pauses:
        client.pause(pause)
        client.ask(**more)


def retry_after(client: Client, pause: float) -> None:
    client.server.on().fail(429, times=1, retry_after="5s").reply("ok")
    tries(client, pause)


def no_backoff(client: Client, pauses: tuple[float, ...]) -> None:
    client.server.on().fail(503, times=3).reply("ok")
    tries(client, *pauses)


def crowd(client: Client, spread: float) -> None:
    client.server.on().fail(503, times=12).reply("ok")
    texts = [f"question {n}" for n in range(12)]
    for text in texts:
        client.ask(text)
    client.pause(1.0)
    for text in texts:
        client.pause(spread)
        client.ask(text)


def persistent(client: Client, times: int) -> None:
    client.server.on().fail(503)
    tries(client, *(0.5 * 2**n for n in range(times - 1)))


def many_tries(client: Client, each: int) -> None:
    client.server.on().fail(503)
    for n in range(12):
        tries(client, *(0.5 * 2**k + n / 7 for k in range(each - 1)), text=f"question {n}")


def pointless(client: Client, status: int) -> None:
    client.server.on().fail(status, times=1).reply("ok")
    tries(client, 0.7)


def half(client: Client, *, is_kept: bool) -> None:
    client.server.on(turn=1).reply("The answer is forty-two. Or so.").fault("close", at={"byte": 700})
    client.ask(stream=True)
    client.pause(1.0)
    if is_kept:
        client.ask(said("hello", "The answer", "thanks"))
    else:
        client.ask(said("hello again"))


def hangs(client: Client, patience: float) -> None:
    client.server.on().reply("x").fault("hang")
    line = client.begin()
    client.pause(patience)
    client.leave(line)


def reads_on(client: Client, *, leaves: bool) -> None:
    client.server.on().reply("one two three four five six").timing(ttft="1s", itl="1s").fault(
        "error-event", at={"event": 2}, then="go-on"
    )
    line = client.begin(stream=True)
    client.pause(3.0)
    if leaves:
        client.leave(line)
    client.pause(20.0)


def cut(client: Client, *, goes_on: bool) -> None:
    client.server.on(turn=1).reply({"text": "The answer is", "finish": "length"})
    client.server.on(turn=2).reply("fine")
    client.ask()
    client.pause(1.0)
    client.ask(said("hello", "The answer is", "Please continue." if goes_on else "Thanks, what else?"))


def tool_rounds(client: Client, rounds: int) -> None:
    talk: list[dict[str, Any]] = said("pay")
    client.server.on().reply("x")
    for n in range(rounds):
        talk = [*talk, *called(json.dumps({"n": n}), "ok", n)]
        client.ask(talk, tools=[TOOL])
        client.pause(1.0)


def same_call(client: Client, times: int) -> None:
    talk: list[dict[str, Any]] = said("pay")
    client.server.on().reply("x")
    for n in range(times):
        talk = [*talk, *called('{"to": "bob"}', "no", n)]
        client.ask(talk, tools=[TOOL])
        client.pause(1.0)


def leaks(client: Client, text: str) -> None:
    client.server.on().reply("x")
    client.ask(text, key=KEY)


def pays_twice(client: Client, second: str) -> None:
    client.server.on().fail(503, times=1).reply("done")
    client.ask([*said("pay"), *called("{}", "receipt 1")], tools=[TOOL])
    client.pause(1.0)
    client.ask([*said("pay"), *called("{}", second)], tools=[TOOL])


def asks_again(client: Client, name: str) -> None:
    client.server.on().reply("done")
    client.ask(fields={"idempotency-key": "a"})
    client.pause(1.0)
    client.ask(fields={"idempotency-key": name})


def names(client: Client, second: str) -> None:
    client.server.on().fail(503, times=1).reply("done")
    client.ask(fields={"idempotency-key": "a"})
    client.pause(1.0)
    client.ask(fields={"idempotency-key": second})


def keeps_streaming(client: Client, *, leaves: bool) -> None:
    client.server.on().reply("one two three four").timing(ttft="1s", itl="1s").times(1)
    client.server.on().reply("two")
    first = client.begin(stream=True, fields={"x-stainless-retry-count": "0"})
    client.pause(1.5)
    if leaves:
        client.leave(first)
    client.ask(stream=True, fields={"x-stainless-retry-count": "1"})
    client.pause(10.0)


def hedges(client: Client, *, at_once: bool) -> None:
    client.server.on().reply("slow").timing(ttft="3s").times(1)
    client.server.on().reply("fast")
    first = client.begin(fields={"idempotency-key": "a"})
    client.pause(1.0 if at_once else 4.0)
    if not at_once:
        client.end(first)
        client.pause(1.0)
    client.ask("hello" if at_once else "other", fields={"idempotency-key": "a" if at_once else "b"})
    client.pause(5.0)


def leaves_it(client: Client, *, tries_again: bool) -> None:
    agent = {"user-agent": "google-genai-sdk/1.0 gl-python/3.11", "x-goog-api-client": "google-genai-sdk/1.0 gl-python/3.11"}
    client.server.on().fail(503, times=1).reply("ok")
    client.ask(fields=agent)
    if tries_again:
        client.pause(1.0)
        client.ask(fields=agent)


def gives_up(client: Client, *, tries_again: bool) -> None:
    client.server.on().fail(503, times=1).reply("ok")
    tries(client, *([1.0] if tries_again else []))


def fails_over(client: Client, pause: float) -> None:
    client.server.on(model="gpt-4o").fail(503)
    client.server.on(model="other").reply("ok")
    tries(client, 1.0)
    client.pause(pause)
    client.ask(model="other")


def recovers(client: Client, pause: float) -> None:
    client.server.on(model="gpt-4o").fail(503, times=3).reply("back")
    client.server.on(model="other").reply("ok")
    for n in range(3):
        client.ask(f"question {n}")
        client.pause(1.0)
        client.ask(f"question {n}", model="other")
    for n in range(int(pause // 10)):
        client.pause(10.0)
        client.ask(f"later {n}", model="other")
    client.pause(1.0)
    client.ask("at last")


def loses(client: Client, *, finds: bool) -> None:
    client.server.on(model="gpt-4o").fail(503)
    client.server.on(model="other").reply("ok")
    for n in range(3):
        client.ask(f"question {n}")
        client.pause(0.5)
        client.ask(f"question {n}")
        client.pause(1.0)
        if n or finds:
            client.ask(f"question {n}", model="other")


Scene = Callable[..., None]
FAULTS: list[tuple[str, Scene, dict[str, Any], dict[str, Any]]] = [
    ("retry-after-ignored", retry_after, {"pause": 1.0}, {"pause": 5.0}),
    ("no-backoff", no_backoff, {"pauses": (1.0, 1.0, 1.0)}, {"pauses": (0.5, 1.0, 2.0)}),
    ("no-backoff", no_backoff, {"pauses": (0.0, 0.0, 0.0)}, {"pauses": (0.4, 1.1, 1.9)}),
    ("synchronised-retries", crowd, {"spread": 0.0}, {"spread": 0.13}),
    ("retry-storm", persistent, {"times": 12}, {"times": 5}),
    ("amplification", many_tries, {"each": 5}, {"each": 3}),
    ("pointless-retry", pointless, {"status": 401}, {"status": 503}),
    ("pointless-retry", pointless, {"status": 400}, {"status": 429}),
    ("gave-up-early", gives_up, {"tries_again": False}, {"tries_again": True}),
    ("broken-answer-accepted", half, {"is_kept": True}, {"is_kept": False}),
    ("no-read-timeout", hangs, {"patience": 700.0}, {"patience": 30.0}),
    ("read-on-after-error", reads_on, {"leaves": False}, {"leaves": True}),
    ("length-ignored", cut, {"goes_on": False}, {"goes_on": True}),
    ("tool-loop", tool_rounds, {"rounds": 30}, {"rounds": 10}),
    ("tool-loop", same_call, {"times": 6}, {"times": 3}),
    ("leaked-key", leaks, {"text": f"my key is {KEY}"}, {"text": "my key is sk-..."}),
    ("duplicate-side-effects", pays_twice, {"second": "receipt 2"}, {"second": "receipt 1"}),
    ("answered-twice", asks_again, {"name": "a"}, {"name": "b"}),
    ("idempotency-key-changed", names, {"second": "b"}, {"second": "a"}),
    ("streamed-for-nobody", keeps_streaming, {"leaves": False}, {"leaves": True}),
    ("hedging-waste", hedges, {"at_once": True}, {"at_once": False}),
    ("retries-left-out", leaves_it, {"tries_again": False}, {"tries_again": True}),
    ("slow-failover", fails_over, {"pause": 60.0}, {"pause": 3.0}),
    ("slow-recovery", recovers, {"pause": 100.0}, {"pause": 10.0}),
    ("requests-lost", loses, {"finds": False}, {"finds": True}),
]


@pytest.mark.parametrize(("name", "scene", "bad"), [fault[:3] for fault in FAULTS])
def test_a_fault_is_found_in_a_client_that_has_it(client, name, scene, bad):
    client.ask("I did nothing", fields={"x-understudy-session": "bystander"})
    scene(client, **bad)
    client.ask("I did nothing", fields={"x-understudy-session": "bystander"})
    verdict = client.verdict()
    found = {finding.id: finding for finding in verdict.findings}
    assert name in found
    assert found[name].evidence
    assert set(found[name].evidence) <= {call.request_id for call in client.server.calls if call.session == "default"}
    suite = ET.fromstring(render(verdict, "junit"))
    (case,) = [case for case in suite if case.get("name") == name]
    assert len(case) == 1
    assert f"**{found[name].title}**" in render(verdict, "markdown")


@pytest.mark.parametrize(("scene", "good"), [(scene, good) for _, scene, _, good in FAULTS])
def test_and_in_no_other(client, scene, good):
    scene(client, **good)
    assert [finding.id for finding in client.verdict().findings] == []


def test_every_check_is_tried():
    assert {name for name, *_ in FAULTS} == set(checks().names())
