"""Plain generations take the straight line: what bears on their answers is in their kind."""

from __future__ import annotations

import json

import pytest

from understudy.dialects import Options
from understudy.dialects.tgi import decode


@pytest.fixture
def read(make_request):
    def call(parameters, stream=False, **body):
        request = make_request({"inputs": "hi", "parameters": parameters, **body}, "/generate")
        return decode.generating(stream=stream)(request, {}, Options(strict=False))

    return call


@pytest.mark.parametrize(
    "parameters",
    [
        {"return_full_text": True},
        {"decoder_input_details": True},
        {"top_n_tokens": 2},
        {"grammar": {"type": "regex", "value": "a"}},
        {"logit_bias": {"1": 100}},
    ],
    ids=json.dumps,
)
def test_what_else_may_bear_on_the_answer_has_no_kind(read, parameters):
    assert read({}).plain
    assert not read(parameters).plain
    assert not read({}, tools=[]).plain


def test_what_bears_on_the_answer_makes_another_kind(read):
    wishes = [{}, {"max_new_tokens": 5}, {"max_new_tokens": 6}, {"stop": ["a"]}, {"stop": ["b"]}, {"details": True}]
    calls = [read(wish, stream, model=model) for wish in wishes for stream in (False, None) for model in ("m", "n")]
    assert len({call.kind for call in calls}) == len(calls)
    same = {"temperature": 0.3, "seed": 5, "top_p": 0.1, "top_k": 2, "do_sample": True, "typical_p": 0.5}
    assert read(same, True, model="m", inputs="ho").kind == calls[0].kind
    assert read({}, inputs="hi").extra == read({}, inputs="ho").extra


@pytest.mark.parametrize("path", ["generate", "generate_stream", ""])
@pytest.mark.parametrize("details", [False, True])
def test_answers_are_made_ready(engine, ask, monkeypatch, path, details):
    to, script = [engine('rules: [{reply: \'{"generated_text":1} data:{"index":1,\'}]') for _ in range(2)]
    body = {"inputs": "hi", "parameters": {"details": details}}
    first, second = (ask(body, f"/tgi/{path}", to=to).body for _ in range(2))
    monkeypatch.setattr(to, "_answer", None)
    assert ask(body, f"/tgi/{path}", to=to).body == first == second == ask(body, f"/tgi/{path}", to=script).body
