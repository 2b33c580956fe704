"""Sampling parameters change the texts nobody told the server, and no other."""

from __future__ import annotations

import json

import pytest

from understudy.config.script import Generate, ReplySpec
from understudy.engine.decision import decide
from understudy.engine.replies import Lengths, compile_reply
from understudy.engine.sampling import allowed, banned, best, generate, worded
from understudy.model.call import Call, Sampling
from understudy.text.filler import Pool
from understudy.text.tokens import encoding

POOL, LENGTHS = Pool(0, 64), Lengths(40.0, 5.0)
TOKENS = encoding("o200k_base")
VERBOSE = ({}, {"verbosity": "low"}, {"verbosity": "high"})


def number(token):
    return next(rank for rank in range(199_998) if TOKENS.token(rank) == token.encode())


def call_of(choices=1, user="hi", operation="chat", choice=0, **asked):
    body = json.dumps({"model": "gpt-4o", **asked}).encode()
    sampling = Sampling(**asked, choice=choice) if asked or choice else None
    return Call(operation, "openai", "gpt-4o", user=user, body=body, sampling=sampling, choices=choices)


def said(draw=0, **asked):
    """Text that a call gets, its decision one of many."""
    return generate(call_of(**asked), POOL, decide(b"%d" % draw, 0), LENGTHS.draw)[0].text


@pytest.mark.parametrize(
    "asked", [{"temperature": 0}, {"temperature": 0.0, "choices": 3}, {"seed": 7}, {"seed": -1, "top_p": 0.5}]
)
def test_what_is_to_be_the_same_is_the_same_whatever_was_decided(asked):
    assert len({said(draw, **asked) for draw in range(8)}) == 1


@pytest.mark.parametrize("asked", [{}, {"temperature": 1}, {"top_p": 0.5}, {"choice": 1}])
def test_everything_else_is_as_decided(asked):
    assert len({said(draw, **asked) for draw in range(8)}) == 8


def test_each_choice_of_a_seed_is_a_text_of_its_own_and_of_temperature_0_the_same():
    seeded = [{said(draw, seed=7, choice=choice, choices=4) for draw in range(4)} for choice in range(4)]
    assert [len(texts) for texts in seeded] == [1] * 4
    assert len(set.union(*seeded)) == 4
    assert len({said(draw, temperature=0, seed=7, choice=draw, choices=4) for draw in range(4)}) == 1


def test_another_seed_and_another_question_are_another_text():
    assert len({said(seed=seed) for seed in range(20)}) == 20
    assert said(temperature=0, user="hi") != said(temperature=0, user="ho")


def test_without_parameters_texts_are_those_of_the_pool():
    decision = decide(b"x", 0)
    usual = {"top_p": 1, "top_k": 0, "min_p": 0, "frequency_penalty": 0, "repetition_penalty": 1, "logit_bias": {}}
    for asked in ({}, {"temperature": 0.7}, usual, {"top_k": -1}, {"top_p": 1.7}):
        _, atoms = generate(call_of(**asked), POOL, decision, lambda _: 30)
        assert tuple(atoms) in {tuple(POOL.pieces(article, 30)) for article in range(64)}


def variety(**asked):
    """How many different tokens texts of 120 have together."""
    texts = [generate(call_of(**asked), POOL, decide(b"%d" % n, 0), lambda _: 120)[1] for n in range(20)]
    return sum(len(set(atoms)) for atoms in texts)


@pytest.mark.parametrize("field", ["frequency_penalty", "presence_penalty"])
def test_penalties_make_words_come_again_less(field):
    found = [variety(**{field: penalty}) for penalty in (-2, -1, 0.001, 1, 2)]
    assert found == sorted(set(found))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("repetition_penalty", (0.9, 1.0001, 1.1, 1.3)),
        ("top_k", (1, 4, 12, 1000)),
        ("min_p", (1.0, 0.01, 0.0001)),
        ("top_p", (0, 0.2, 0.8, 0.9999)),
    ],
)
def test_a_cut_off_leaves_fewer_words(field, values):
    found = [variety(**{field: value}) for value in values]
    assert found == sorted(found)
    assert found[0] < 0.9 * found[-1]


def test_banned_tokens_are_in_no_text_that_is_made_up():
    bias = {str(number(token)): -100 for token in (" the", "The", " and", ".", " cat")}
    for draw in range(30):
        text = said(draw, logit_bias=bias)
        assert not banned(call_of(logit_bias=bias)) & set(TOKENS.split(text))
    assert allowed(call_of(logit_bias=bias), "The dog and the cat.")[0].text == " dog"


def test_taking_tokens_out_goes_on_until_none_is_left():
    bias = {str(number(token)): -100 for token in ("b", "ab", "bb")}
    text = allowed(call_of(logit_bias=bias), "aaabbb")[0].text
    assert not {b"b", b"ab", b"bb"} & set(TOKENS.split(text))


def test_forced_tokens_are_all_that_is_said():
    bias = {str(number("Yes")): 100, str(number("No")): 100}
    assert set(generate(call_of(logit_bias=bias), POOL, decide(b"", 0), lambda _: 9)[1]) == {"Yes", "No"}
    text, atoms = allowed(call_of(logit_bias=bias), "one two three")
    assert len(atoms) == 3
    assert "".join(atoms) == text.text
    assert set(atoms) <= {"Yes", "No"}


def test_numbers_that_are_no_token_and_biases_that_are_none_do_no_harm():
    for bias in ({"999999999": -100}, {"x": 1}, {"-1": 5}, {"x": 1.5}):
        assert said(logit_bias=bias) == said(draw=0, logit_bias=bias)
        assert allowed(call_of(logit_bias=bias), "The text.")[0].text == "The text."


def test_of_several_values_the_one_with_the_fewest_banned_tokens_is_taken():
    call = call_of(logit_bias={str(number("red")): -100})
    made = iter(["red red", "red", "red red", "blue", "red"])
    assert best(call, decide(b"", 0), lambda _: next(made)) == "blue"
    assert best(call_of(), decide(b"", 0), lambda _: "red") == "red"
    assert best(call, decide(b"", 0), lambda _: "red") == "red"


def test_rules_that_generate_and_echo_heed_them_and_rules_that_tell_do_not():
    call = call_of(user="the cat", logit_bias={str(number("the")): -100}, seed=3)

    def texts(**spec):
        maker = compile_reply(ReplySpec(**spec), POOL, LENGTHS, "a")
        return {maker(call, {}, decide(b"%d" % draw, 0)).text for draw in range(5)}

    assert texts(echo=True) == {" cat"}
    assert len(texts(generate=Generate(9))) == 1
    assert texts(text="the cat") == {"the cat"}


def test_verbosity_makes_what_is_generated_shorter_or_longer_and_medium_is_usual():
    usual, half, twice = (len(generate(call_of(**asked), POOL, decide(b"", 0), LENGTHS.draw)[1]) for asked in VERBOSE)
    assert (half, twice) == (round(usual / 2), usual * 2)
    assert said(verbosity="medium") == said()
    assert said().startswith(said(verbosity="low"))


@pytest.mark.parametrize("verbosity", ["low", "high"])
def test_a_number_of_tokens_that_a_rule_tells_stands_whatever_the_verbosity(verbosity):
    make = compile_reply(ReplySpec(generate=Generate(tokens=12)), POOL, LENGTHS, "a")
    assert len(make(call_of(verbosity=verbosity), {}, decide(b"", 0)).atoms) == 12


def test_a_text_is_its_first_sentence_or_gets_another_as_verbosity_wants():
    text = "It is 3.5 degrees. Wrap up!"
    assert worded(call_of(verbosity="low"), text) == "It is 3.5 degrees."
    assert worded(call_of(verbosity="high"), text).startswith(text + " ")
    assert worded(call_of(verbosity="medium"), text) == worded(call_of(), text) == text
    assert worded(call_of(verbosity="low"), "no end") == "no end"
