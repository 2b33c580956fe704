"""Rules are tried as if one by one, first match wins; the index and the sieve only save work."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from understudy.config.script import ReplySpec
from understudy.engine.decision import Decision
from understudy.engine.replies import fixed_reply
from understudy.engine.select import Chosen, Rulebook, Ruling, Sieve
from understudy.engine.state import MemoryState
from understudy.matching import When
from understudy.model.call import Call, Message
from understudy.model.http import Request, RequestHead
from understudy.model.reply import Reply, Text

REQUEST = Request(RequestHead("POST", "/", "/", "", {}), b"{}", 0.0)
DECISION = Decision(bytes(16))


def call_of(user):
    return Call("chat", "openai", "m", [Message("user", user)], user)


def ruling(name, when, replies=("x",), then="last"):
    made = [fixed_reply(ReplySpec(text=f"{name}:{reply}")) for reply in replies]
    makers = tuple(lambda _call, _groups, _decision, reply=reply: reply for reply in made)
    return Ruling(name, When.build(when), makers, then, f"s.yaml:{name}", (None,) * len(makers))


def book(rules, responses=None):
    return Rulebook(rules, responses or {}, lambda _call, _decision: Chosen("default", Reply((Text("default"),))))


def choose(rules, user, state=None, session="s", forced=None):
    return rules.choose(call_of(user), REQUEST, session, forced, DECISION, state or MemoryState())


class Counting:
    """A condition that counts how often it is tested."""

    tested = 0

    def __init__(self, when):
        self._when = when

    def __getattr__(self, name):
        if name in ("test", "test_rest"):
            Counting.tested += 1
        return getattr(self._when, name)


@pytest.mark.parametrize("count", [5, 5000])
def test_rules_for_exact_texts_cost_the_same_however_many(count):
    rulings = [ruling(f"r{i}", {"user": f"question {i}"}) for i in range(count)]
    for rule in rulings:
        rule.when = Counting(rule.when)
    rules = book(rulings)
    Counting.tested = 0
    assert choose(rules, f"  QUESTION {count - 1} ").rule == f"r{count - 1}"
    assert choose(rules, "no such question").rule == "default"
    assert Counting.tested <= 1


WHENS = [
    {"user": "sky"},
    {"user": "SKY "},
    {"user": "sea"},
    {"user": {"contains": "s"}},
    {"user": {"regex": "^s"}},
    {"user": {"regex": "y$"}},
    {"user": {"any": [{"regex": "e"}, "sky"]}},
    {"user": {"not": {"regex": "s"}}},
    {"user": "sky", "model": "other"},
    {"user": {"regex": "a+"}},
    {"model": "m"},
]


@given(st.lists(st.sampled_from(WHENS), max_size=9), st.sampled_from(["sky", "Sky", "sea", "tree", "", "aa", "say"]))
@settings(deadline=None)
def test_index_and_sieve_choose_what_trying_one_by_one_does(whens, user):
    rules = [ruling(f"r{i}", when) for i, when in enumerate(whens)]
    call = call_of(user)
    first = next((rule.name for rule in rules if rule.when.test(call, REQUEST) is not None), "default")
    assert choose(book(rules), user).rule == first


@given(
    st.lists(st.sampled_from(["a", "b+", "^c", "(?i)D", "a.c", "[xy]{2}", "e$", r"\d+", "(?P<n>f)g"]), max_size=12),
    st.text("abcdDexyfg1 ", max_size=8),
)
@settings(deadline=None)
def test_the_sieve_lets_every_matching_rule_through(patterns, user):
    rules = list(enumerate(ruling(f"r{i}", {"user": {"regex": pattern}}) for i, pattern in enumerate(patterns)))
    call = call_of(user)
    kept = [i for i, rule in Sieve(rules).candidates(call) if rule.when.test(call, REQUEST) is not None]
    assert kept == [i for i, rule in rules if rule.when.test(call, REQUEST) is not None]


def test_a_rule_before_an_indexed_one_wins():
    rules = book([ruling("wide", {"user": {"contains": "sky"}}), ruling("exact", {"user": "sky"})])
    assert choose(rules, "sky").rule == "wide"


def test_a_rule_after_an_indexed_one_does_not():
    rules = book([ruling("exact", {"user": "sky"}), ruling("wide", {"user": {"contains": "sky"}})])
    assert choose(rules, "sky").rule == "exact"


def test_responses_come_after_rules_and_before_the_fallback():
    rules = book([ruling("sky", {"user": "sky"})], {"Sky": Reply((Text("no"),)), " SEA": Reply((Text("blue"),))})
    assert [choose(rules, user).rule for user in ("sky", "sea", "tree")] == ["sky", "responses", "default"]


@pytest.mark.parametrize(
    ("then", "texts"),
    [("last", ["r:a", "r:b", "r:b", "r:b"]), ("loop", ["r:a", "r:b", "r:a", "r:b"]), ("error", ["r:a", "r:b", "", ""])],
)
def test_a_sequence_goes_on_and_then(then, texts):
    rules, state = book([ruling("r", {"user": "x"}, "ab", then)]), MemoryState()
    assert [choose(rules, "x", state).reply.text for _ in range(4)] == texts
    assert choose(rules, "x", state, session="another").reply.text == "r:a"


def test_a_sequence_that_is_over_says_so():
    rules, state = book([ruling("r", {"user": "x"}, "a", "error")]), MemoryState()
    choose(rules, "x", state)
    failure = choose(rules, "x", state).reply.failure
    assert (failure.status, failure.kind) == (404, "no_match")
    assert failure.message == "rule 'r' (s.yaml:r) has no more replies: it has 1, this is call 2."


def test_a_forced_rule_answers_whatever_was_asked():
    rules = book([ruling("a", {"user": "x"}), ruling("b", {"user": "y"})])
    assert choose(rules, "anything", forced="b").reply.text == "b:x"


def test_a_forced_rule_that_does_not_exist_is_named_with_those_that_do():
    failure = choose(book([ruling("a", {"user": "x"})]), "x", forced="z").reply.failure
    assert (failure.status, failure.message) == (400, "X-Understudy-Rule 'z': no such rule. Known rules: a.")


def test_a_miss_names_the_nearest_rule_and_the_difference():
    rules = book([ruling("sky", {"user": "what colour is the sky?"})])
    told = rules.miss(call_of("what colour is the sea?"), REQUEST)
    assert "rule 'sky' (s.yaml:sky)" in told
    assert "expected 'what colour is the sky?', got 'what colour is the sea?'" in told


def test_a_miss_without_rules_says_that_there_are_none():
    assert book([]).miss(call_of("x"), REQUEST) == "no rule matched: the script has no rules."


def test_a_miss_names_the_nearest_response():
    replies = {"What colour is the sky?": Reply((Text("blue"),)), "hello": Reply((Text("hi"),))}
    near = "user: expected 'What colour is the sky?', got 'what color is the sky?' (89 % alike)"
    told = book([], replies).miss(call_of("what color is the sky?"), REQUEST)
    assert told == f"no rule matched. Nearest:\n  response:\n    {near}"
    placed = Rulebook([], replies, lambda _call, _decision: Chosen("", Reply()), {"What colour is the sky?": "s.yaml:2"}.get)
    assert "  response (s.yaml:2):\n" in placed.miss(call_of("what color is the sky?"), REQUEST)
    assert book([], replies).miss(call_of("xyz"), REQUEST) == "no rule matched: there are no rules, and no response is like it."


@pytest.mark.parametrize("header", ["é 50%", "%C3%A9 50%25", "é 50%".encode().decode("latin-1")])
def test_a_forced_rule_is_found_however_a_header_spells_it(header):
    assert choose(book([ruling("é 50%", {"user": "x"})]), "any", forced=header).reply.text == "é 50%:x"


def test_a_list_of_known_rules_says_that_there_are_more_and_which_is_near():
    rules = book([ruling(f"r{i}", {"user": f"{i}"}) for i in range(600)])
    message = choose(rules, "x", forced="r599x").reply.failure.message
    assert message.endswith(", r18, r19 and 580 more. Did you mean 'r599'?")
