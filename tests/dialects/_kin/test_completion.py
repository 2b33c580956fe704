"""Text completions of the family: prompts as texts and as tokens, one or several, as each provider takes and refuses them."""

from __future__ import annotations

import json

import pytest

PATHS = {
    "vllm": "/vllm/v1/completions",
    "sglang": "/sglang/v1/completions",
    "deepseek": "/deepseek/beta/completions",
    "together": "/together/v1/completions",
    "cerebras": "/cerebras/v1/completions",
    "fireworks": "/fireworks/inference/v1/completions",
    "openrouter": "/openrouter/api/v1/completions",
}
FAMILY = {**PATHS, "tgi": "/tgi/v1/completions"}
HELLO, WORLD = [24912], [2375]  # "hello", " world"
UNFIT = ([["a"]], [5, "x"], [[]], [], 5, {}, None)


def body(prompt, **more):
    return {"model": "m", "prompt": prompt, **more}


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize(
    ("prompt", "choices", "tokens"),
    [([*HELLO, *WORLD], 1, 2), ([HELLO, [*HELLO, *WORLD]], 2, 3), (["hello", "hello world"], 2, 3), (["hello", ""], 2, 1)],
    ids=repr,
)
def test_each_prompt_has_its_choices_and_counts_as_it_was_given(ask, name, prompt, choices, tokens):
    found = ask(body(prompt, n=2), PATHS[name]).json
    assert [choice["index"] for choice in found["choices"]] == list(range(2 * choices))
    assert found["usage"]["prompt_tokens"] == tokens


@pytest.mark.parametrize("name", PATHS)
def test_a_stream_tells_the_choices_of_all_prompts(ask, engine, name):
    server = engine("rules: [{when: {user: hello}, reply: one two}, {when: {user: world}, reply: three}]")
    asked = body([HELLO, WORLD], stream=True, stream_options={"include_usage": True})
    events = ask(asked, PATHS[name], to=server).body.decode().split("\n")
    said, counts = {0: "", 1: ""}, []
    for chunk in (json.loads(line[6:]) for line in events if line.startswith("data: {")):
        for choice in chunk["choices"]:
            if "text" in choice:
                said[choice["index"]] += choice["text"]
        counts += [chunk["usage"]["prompt_tokens"]] if chunk.get("usage") else []
    assert said == {0: "one two", 1: "three"}
    assert counts == [2]


@pytest.mark.parametrize("name", FAMILY)
@pytest.mark.parametrize("prompt", UNFIT, ids=repr)
def test_what_is_no_prompt_is_refused_strictly_and_passed_over_leniently(ask, engine, name, prompt):
    strict = ask(body(prompt), FAMILY[name])
    assert strict.status == (422 if name == "tgi" else 400)
    lenient = ask(body(prompt), FAMILY[name], to=engine(validation="lenient"))
    assert (lenient.status, len(lenient.json["choices"])) == (200, 1)


@pytest.mark.parametrize("name", ["cerebras", "fireworks", "sglang"])
def test_the_family_says_what_a_prompt_may_be(ask, name):
    found = ask(body(5), PATHS[name]).json
    message = "Input should be a string, a list of strings, a list of tokens or a list of lists of tokens: prompt"
    assert found.get("error", found)["message"] == message


def test_what_is_to_follow_the_answer_is_read_with_each_prompt(ask):
    count = ask(body(["hello", "a"], suffix=" world"), PATHS["deepseek"]).json["usage"]["prompt_tokens"]
    assert count == 4
