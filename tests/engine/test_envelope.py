"""Bodies that differ in their last message only are read as if each had been decoded."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understudy.app import Service
from understudy.engine.envelope import MOST, PATIENCE, REST, Envelope
from understudy.engine.scope import resolve
from understudy.model.http import Request, RequestHead
from understudy.sources import Sources

PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}


def chat(text, **more):
    body = {"model": "gpt-4o-mini", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": text}]}
    return json.dumps({**body, **more}, ensure_ascii=False).encode()


def claude(text, **more):
    body = {"model": "claude-sonnet-4-5", "max_tokens": 1024, "messages": [{"role": "user", "content": text}]}
    return json.dumps({**body, **more}, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def engine():
    return Service(Sources((), None, {})).engine


class Reader:
    """Decodes bodies, and learns of them, as the engine does."""

    def __init__(self, engine, path=PATHS["openai"]):
        self.scope = resolve(RequestHead("POST", path, path, "", {"anthropic-version": "2023-06-01"}), engine.world)
        self.envelope = Envelope()
        self.decoded = 0

    def decode(self, body):
        self.decoded += 1
        return self.scope.endpoint.decode(Request(self.scope.head, body, 0.0), self.scope.params, self.scope.options)

    def count(self, call):
        return self.scope.endpoint.count(call)

    def learn(self, body):
        call = self.decode(body)
        self.envelope.learn(body, call, self.count(call), self.decode)

    def is_like_decoded(self, body):
        """Whether an opened body is what decoding makes of it; one that has to be decoded is."""
        tokens = self.envelope.opened(body)
        call = self.decode(body)
        return not tokens or (self.envelope.call == call and tokens == self.count(call))


@pytest.fixture
def reader(engine):
    return Reader(engine)


@pytest.mark.parametrize(("path", "make"), [(PATHS["openai"], chat), (PATHS["anthropic"], claude)])
def test_a_message_with_other_digits_is_read_without_decoding(engine, path, make):
    reader = Reader(engine, path)
    reader.learn(make("Berth 17 for 3 boats, grüße"))
    before = reader.decoded
    body = make("Berth 90 for 8 boats, grüße")
    tokens = reader.envelope.opened(body)
    assert reader.decoded == before
    assert tokens == reader.count(reader.decode(body))
    assert reader.envelope.call == reader.decode(body)


@pytest.mark.parametrize(
    "body",
    [
        chat("Berth 17 for 3 ships"),
        chat("Berth 17"),
        chat(""),
        chat("Berth 17", temperature=0.5),
        chat("Berth 17", max_tokens=1),
        chat("Berth 17").replace(b"Be brief", b"Be quick"),
        chat("Berth 17") + b" ",
        chat("Berth 17")[:-1],
        chat("Berth 17")[: -len('17"}]}')] + b'"}]}',
        b"",
    ],
)
def test_whatever_else_differs_has_to_be_decoded(reader, body):
    reader.learn(chat("Berth 17 for 3 boats"))
    assert not reader.envelope.opened(body)


@pytest.mark.parametrize("text", ['say "17"', "a\\b 17", "line\n17", "tab\t17", "\x01 17"])
def test_messages_that_json_spells_otherwise_are_decoded(reader, text):
    reader.learn(chat("Berth 17"))
    reader.learn(chat(text))
    assert not reader.envelope.opened(chat(text))
    assert not reader.envelope.opened(chat(text.replace("17", "18")))


def test_bytes_that_are_not_the_message_are_never_taken_for_it(reader):
    body = b'{"model":"gpt-4o-mini","messages":[{"role":"user","content":"seven 7"}],"user":"seven 7"}'
    reader.learn(body)
    assert not reader.envelope.opened(body)
    assert not reader.envelope.opened(body.replace(b'"user":"seven 7"', b'"user":"seven 8"'))


def test_a_prompt_that_says_the_same_as_its_system_message_is_found_at_the_end(reader):
    reader.learn(chat("Be brief."))
    assert reader.envelope.opened(chat("Be brief."))
    assert reader.envelope.call.messages[0].content == "Be brief."
    assert reader.is_like_decoded(chat("Be brief."))


def test_an_injected_message_is_not_swallowed(reader):
    reader.learn(chat("hello 1"))
    reader.learn(chat("hello 1").replace(b"hello 1", b'x"},{"role":"user","content":"y 2'))
    sly = chat("hello 1").replace(b"hello 1", b'x"},{"role":"user","content":"y 3')
    assert not reader.envelope.opened(sly)


def test_conditions_that_remember_what_they_looked_at_see_a_new_conversation(reader):
    reader.learn(chat("hello 1"))
    reader.envelope.opened(chat("hello 2"))
    seen = reader.envelope.call.messages
    reader.envelope.opened(chat("hello 3"))
    assert reader.envelope.call.messages is not seen


def test_who_keeps_the_call_finds_it_unchanged(reader):
    reader.learn(chat("hello 1"))
    reader.envelope.opened(chat("hello 2"))
    kept = reader.envelope.call
    reader.envelope.renew()
    assert reader.envelope.opened(chat("hello 3"))
    assert (kept.user, kept.messages[-1].content) == ("hello 2", "hello 2")
    assert reader.envelope.call.user == "hello 3"


def test_another_envelope_is_learnt_once_enough_bodies_had_it(reader):
    reader.learn(chat("hello 1"))
    other = chat("hello 1", temperature=0.5)
    for _ in range(PATIENCE):
        reader.learn(other)
    assert not reader.envelope.opened(other)
    assert reader.envelope.opened(chat("hello 2"))
    reader.learn(other)
    assert reader.envelope.opened(chat("hello 2", temperature=0.5))
    assert not reader.envelope.opened(chat("hello 2"))


def test_conversations_that_never_repeat_cost_a_second_look_only_now_and_then(reader):
    for n in range(PATIENCE * 4):
        reader.learn(chat("and then?", user=f"visitor {n}"))
    assert reader.decoded <= PATIENCE * 4 + 2 * 5


def test_what_is_remembered_is_bounded(reader):
    for n in range(MOST * 2 + 5):
        reader.learn(chat("hello " + "a" * n))
    assert len(reader.envelope._known) <= MOST


def test_messages_that_never_come_again_are_left_alone_for_a_while(reader):
    def new(n):
        return chat("hello " + "ab"[n % 2] * (n // 2 + 1))

    for n in range(MOST + 1):
        reader.learn(new(n))
    again = chat("hello there")
    call = reader.decode(again)
    for _ in range(REST):
        reader.envelope.learn(again, call, 9, reader.decode)
        assert not reader.envelope.opened(again)
    reader.learn(again)
    assert reader.envelope.opened(again)


def test_messages_that_come_again_are_worth_remembering_others(reader):
    for n in range(MOST + 20):
        reader.learn(chat("hello " + "a" * n))
        assert reader.envelope.opened(chat("hello " + "a" * n))


words = st.text(max_size=8) | st.sampled_from(
    ["17", "berth 5 ", '"', "\\", "\n", "é", "😀", "\ud800".encode("utf-8", "replace").decode()]
)


@given(st.lists(words, min_size=1, max_size=6), st.lists(words, min_size=1, max_size=6))
def test_any_text_is_read_as_if_decoded(engine, some, others):
    reader = Reader(engine)
    one, other = "".join(some), "".join(others)
    reader.learn(chat(one))
    reader.learn(chat(other))
    for text in (one, other, one.translate(str.maketrans("0123456789", "9876543210")), one + other):
        assert reader.is_like_decoded(chat(text))


SCRIPT = """
version: 1
rules:
  - {name: seven, when: {messages: {contains: berth 7}}, reply: taken}
  - {name: user-five, when: {user: berth 5}, reply: five}
  - {name: json-three, when: {json: {"messages[-1].content": berth 3}}, reply: three}
  - {name: loud, when: {user: {contains: berth 4}}, reply: {template: "You said {{ user }}."}}
"""


def test_rules_see_each_message_as_it_is(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(SCRIPT)
    engine = Service(Sources((path,), None, {"journal-size": "50"})).engine
    head = RequestHead("POST", PATHS["openai"], PATHS["openai"], "", {})
    for _ in range(3):
        answers = [engine.respond(Request(head, chat(f"berth {n}"), 0.0)) for n in range(10)]
    texts = [json.loads(answer.partition(b"\r\n\r\n")[2])["choices"][0]["message"]["content"] for answer in answers]
    assert texts[7] == "taken"
    assert texts[5] == "five"
    assert texts[3] == "three"
    assert texts[4] == "You said berth 4."
    assert len({texts[n] for n in (0, 1, 2, 6, 8, 9)}) == 1
