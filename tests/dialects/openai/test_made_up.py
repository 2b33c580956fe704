"""What sampling parameters and a suffix do to made-up answers of the API, and what they leave alone."""

from __future__ import annotations

import json

import pytest

from understudy.text.vocabulary import load

GENERATE = "rules: [{when: {}, reply: {generate: {tokens: 60}}}]"
COMPLETIONS = "/v1/completions"


def text_of(answer):
    choice = answer.json["choices"][0]
    return choice.get("text") or choice["message"]["content"]


@pytest.mark.parametrize("asked", [{"temperature": 0}, {"seed": 11}])
def test_the_same_again_is_the_same_text_even_where_repetitions_vary(engine, ask, chat, asked):
    to = engine(GENERATE, repeat="vary")
    assert len({text_of(ask(chat(**asked), to=to)) for _ in range(4)}) == 1
    assert len({text_of(ask(chat(), to=to)) for _ in range(4)}) == 4


def test_a_retry_at_temperature_0_says_the_same_in_every_session(engine, ask, chat):
    to = engine(GENERATE)
    heads = [{}, {"x-stainless-retry-count": "1"}, {"x-understudy-session": "other"}]
    assert len({text_of(ask(chat(temperature=0), to=to, headers=head)) for head in heads}) == 1


def test_another_seed_is_another_text_with_the_same_fingerprint(engine, ask, chat):
    to = engine(GENERATE)
    answers = [ask(chat(seed=seed), to=to) for seed in range(6)]
    assert len(set(map(text_of, answers))) == 6
    assert len({answer.json["system_fingerprint"] for answer in answers}) == 1


def test_choices_are_alike_at_temperature_0_only(engine, ask, chat):
    to = engine(GENERATE)
    for asked, texts in (({"temperature": 0}, 1), ({"seed": 4}, 3), ({}, 3)):
        choices = ask(chat(n=3, **asked), to=to).json["choices"]
        assert len({choice["message"]["content"] for choice in choices}) == texts


def test_sampling_leaves_a_plain_call_plain_and_a_told_reply_as_told(engine, ask, chat, make_request):
    to = engine("rules: [{when: {}, reply: The cat sat.}]")
    asked = {"seed": 3, "temperature": 0.0, "top_p": 0.5, "frequency_penalty": 2, "presence_penalty": -2}
    assert to.read(make_request(chat(**asked))).plain
    assert text_of(ask(chat(**asked), to=to)) == "The cat sat."
    assert text_of(ask(chat(logit_bias={"976": -100}), to=to)) == "The cat sat."


@pytest.mark.parametrize("stream", [False, True])
def test_forced_tokens_answer_a_question_of_classes(engine, ask, chat, stream):
    body = chat(logit_bias={"13022": 100}, max_tokens=1, stream=stream)  # "Yes"
    answer = ask(body, to=engine(GENERATE))
    if stream:
        assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in answer.chunks) == "Yes"
    else:
        assert text_of(answer) == "Yes"
        assert answer.json["usage"]["completion_tokens"] == 1


def test_arguments_that_are_made_up_avoid_banned_tokens_where_they_can(ask, chat):
    schema = {"type": "object", "properties": {"colour": {"enum": ["red", "green"]}}, "required": ["colour"]}
    tool = {"type": "function", "function": {"name": "paint", "parameters": schema}}

    def painted(**asked):
        message = ask(chat("paint it", tools=[tool], **asked)).json["choices"][0]["message"]
        return json.loads(message["tool_calls"][0]["function"]["arguments"])["colour"]

    for turn in range(8):  # red and green are tokens of their own between quotation marks
        assert painted(logit_bias={"1291": -100}, seed=turn) == "green"
        assert painted(logit_bias={"22743": -100}, seed=turn) == "red"


@pytest.mark.parametrize(
    ("suffix", "ending"), [("And then it rained.", ".\n\n"), ("\n\nThe end.", "."), (", said the cat", ".")]
)
def test_a_made_up_insertion_leads_over_to_its_suffix(engine, ask, suffix, ending):
    body = {"model": "gpt-3.5-turbo-instruct", "prompt": "Once", "suffix": suffix, "max_tokens": 40}
    answer = ask(body, COMPLETIONS, to=engine(GENERATE)).json
    choice = answer["choices"][0]
    assert choice["finish_reason"] == "stop"
    assert choice["text"].endswith(ending)
    assert suffix not in choice["text"]
    assert answer["usage"]["completion_tokens"] <= 40


def test_an_echo_ends_before_the_suffix_and_the_prompt_is_repeated_before_it(engine, ask):
    body = {"model": "gpt-3.5-turbo-instruct", "prompt": "one two three", "suffix": " three", "echo": True}
    rule = "rules: [{when: {}, reply: {echo: true}}]"
    assert text_of(ask(body, COMPLETIONS, to=engine(rule))) == "one two threeone two"


def test_a_rule_may_go_by_the_suffix_and_its_text_stays_as_told(engine, ask):
    rule = """rules: [{when: {json: "suffix == 'tail'"}, reply: a tail of two}, {when: {}, reply: other}]"""
    to = engine(rule)
    body = {"model": "gpt-3.5-turbo-instruct", "prompt": "p"}
    assert text_of(ask({**body, "suffix": "tail"}, COMPLETIONS, to=to)) == "a tail of two"
    assert text_of(ask(body, COMPLETIONS, to=to)) == "other"


@pytest.mark.parametrize("bias", [{"1": 101}, {"x": 1}, {"1": "a"}])
def test_a_completion_refuses_the_biases_a_chat_refuses(ask, chat, bias):
    refused = ask({"model": "gpt-3.5-turbo-instruct", "prompt": "p", "logit_bias": bias}, COMPLETIONS)
    assert refused.status == 400
    assert refused.error == ask(chat(logit_bias=bias)).error


def test_the_setting_reply_heeds_them_as_rules_do(engine, ask, chat):
    to = engine(reply="generate", repeat="vary")
    assert len({text_of(ask(chat(seed=3), to=to)) for _ in range(4)}) == 1
    assert len({text_of(ask(chat(), to=to)) for _ in range(4)}) == 4
    assert text_of(ask(chat("the cat", logit_bias={"3086": -100}), to=engine(reply="echo"))) == " cat"


def test_the_answer_by_default_heeds_biases_only(engine, ask, chat):
    to = engine(reply="Yes or no")
    assert text_of(ask(chat(seed=3, frequency_penalty=2), to=to)) == "Yes or no"
    assert text_of(ask(chat(logit_bias={"1": 0}), to=to)) == "Yes or no"
    assert text_of(ask(chat(logit_bias={"13022": -100}), to=to)) == " or no"
    assert text_of(ask(chat(logit_bias={"3160": 100}, max_tokens=1), to=to)) == "No"


@pytest.mark.parametrize("path", ["/v1/chat/completions", COMPLETIONS])
def test_the_choices_of_a_seed_differ_and_come_again(engine, ask, chat, path):
    to = engine(reply="generate", repeat="vary")
    body = chat(n=3, seed=7) if path != COMPLETIONS else {"model": "m", "prompt": ["a", "b"], "n": 2, "seed": 7}

    def texts(body):
        choices = ask(body, path, to=to).json["choices"]
        return [choice.get("text") or choice["message"]["content"] for choice in choices]

    found = texts(body)
    assert len(set(found)) == len(found) == 3 + (path == COMPLETIONS)
    assert texts(body) == texts(body) == found
    assert not set(found) & set(texts({**body, "seed": 8}))
    assert texts({**body, "seed": None}) != texts({**body, "seed": None})


def test_alternatives_heed_biases(engine, ask, chat):
    to = engine(reply="generate", token_mean=12, token_stddev=0)
    yes, no, the = (str(load("o200k_base").rank(token)) for token in (b"Yes", b"No", b" the"))

    def odds(bias):
        choice = ask(chat(logprobs=True, top_logprobs=5, logit_bias=bias), to=to).json["choices"][0]
        content = choice["logprobs"]["content"]
        assert "".join(entry["token"] for entry in content) == choice["message"]["content"]
        return content

    assert all(
        " the" not in (entry["token"], *(guess["token"] for guess in entry["top_logprobs"])) for entry in odds({the: -100})
    )
    for entry in odds({yes: 100, no: 100}):
        assert {guess["token"] for guess in entry["top_logprobs"][:2]} == {"Yes", "No"}
        assert entry["top_logprobs"][0]["logprob"] == entry["logprob"] > -0.8
        assert entry["top_logprobs"][2]["logprob"] < -50
