"""What is wrong in a prompt, told as pydantic tells it."""

from __future__ import annotations

from typing import Annotated

import pytest

from understudy.dialects.vllm.check_prompt import errors

pydantic = pytest.importorskip("pydantic")
TOKEN = Annotated[int, pydantic.Field(ge=0)]
PROMPT = list[TOKEN] | list[list[TOKEN]] | str | list[str]


@pytest.mark.parametrize("prompt", ["", "a", ["a", "b"], [5, 6], [[5, 6], [7]]], ids=repr)
def test_prompts_have_nothing_wrong(prompt):
    assert errors(prompt) == []


@pytest.mark.parametrize(
    "prompt",
    [
        5,
        5.5,
        True,
        {},
        [["a"]],
        [5, "x"],
        ["a", 5],
        [-1],
        [5.5],
        [None],
        [{}],
        [[5], "a"],
        [[5], [-1]],
        [[5.5]],
        [[5], [[6]]],
        [["a"], []],
    ],
    ids=repr,
)
def test_errors_are_those_that_pydantic_finds(prompt):
    model = pydantic.create_model("Request", prompt=(PROMPT, ...))
    with pytest.raises(pydantic.ValidationError) as found:
        model(prompt=prompt)
    told = found.value.errors(include_url=False)
    assert errors(prompt) == [{**error, "loc": ("body", *error["loc"])} for error in told]


def test_of_a_long_prompt_some_are_told():
    assert len(errors([5, *["x"] * 10_000])) == 100 + 100 + 1 + 1
    assert errors([*[5] * 10_000, "x"])[0]["loc"][-1] == 10_000
