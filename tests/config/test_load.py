"""Loading scripts as users name them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from understudy.config.load import load
from understudy.config.script import LimitSpec, Model, ReplySpec, Script, TimingSpec
from understudy.config.settings import Fallback, resolve
from understudy.errors import Problem, ScriptError
from understudy.model.reply import Failure, ToolCall
from understudy.timing.fixed import Fixed

PUBLISHED = """\
version: 1
extends: [preset:mockllm, ./shared.yaml]
settings: {port: 8000, token-mean: 128}
models:
  - gpt-4o-mini
  - {id: slow-model, timing: {ttft: 2s, itl: 80ms}}
rules:                       # first match wins
  - name: sky
    when: {user: "what colour is the sky?"}
    reply: "The sky is blue during a clear day due to a phenomenon called Rayleigh scattering."
  - when: {user: {contains: weather}, tools: get_weather}
    reply: {tool_calls: [{name: get_weather, arguments: {city: Paris}}]}
  - when: {tool_result: {contains: sunny}}
    reply: "Take your sunglasses."
  - when: {user: {regex: "(?i)my name is (?P<name>\\\\w+)"}}
    reply: {template: "Hello {{ match.name }}!"}
  - when: {model: "flaky-*"}
    replies: [{error: rate_limit}, {error: 500}, "third time lucky"]    # a sequence; then: last | loop | error
responses:                   # shorthand: prompt -> text (trimmed, case-insensitive)
  "who is the president?": "This is a mock response."
defaults: {unknown_response: "I don't know the answer to that. This is a mock response."}
timing:
  ttft: {lognormal: {median: 350ms, p99: 2s}}
  itl: {normal: {mean: 20ms, stddev: 4ms}}
  per-prompt-token: 0.2ms
"""

REST = """\
faults:
  - {kind: reset, at: {event: 3}, probability: 0.05, when: {model: "gpt-*"}}
limits:
  - {per: key, rpm: 60, tpm: 40000}
timeline:
  - {at: 60s, for: 30s, faults: [{kind: status, status: 529, probability: 0.1}], timing: {scale: 4}}
"""

MOCKLLM_FILE = """\
responses:
  "what colour is the sky?": "The sky is blue during a clear day due to a phenomenon called Rayleigh scattering."
  "who is the president?": "This is a mock response. In a production environment, this would be replaced with real information."

defaults:
  unknown_response: "I don't know the answer to that. This is a mock response."
"""


def test_the_published_example_is_read(script, write):
    write("shared.yaml", "responses: {ping: pong}")
    loaded = script(PUBLISHED)
    assert loaded.models == (Model("gpt-4o-mini"), Model("slow-model", TimingSpec(ttft=Fixed(2.0), itl=Fixed(0.08))))
    assert [rule.name for rule in loaded.rules] == ["sky", "rule 2", "rule 3", "rule 4", "rule 5"]
    assert loaded.rules[0].when.exact_user == "what colour is the sky?"
    assert [rule.replies for rule in loaded.rules[1:]] == [
        (ReplySpec(tool_calls=(ToolCall("get_weather", '{"city":"Paris"}'),)),),
        (ReplySpec(text="Take your sunglasses."),),
        (ReplySpec(template="Hello {{ match.name }}!"),),
        (
            ReplySpec(error=Failure(429, "rate_limit")),
            ReplySpec(error=Failure(500, "server_error", exact=True)),
            ReplySpec(text="third time lucky"),
        ),
    ]
    assert list(loaded.responses) == ["who is the president?", "ping"]
    settled = resolve(flags={}, environ={}, script=loaded.settings)
    assert (settled.port, settled.token_mean, settled.stream_unit) == (8000, 128.0, "char")
    assert settled.models == ("gpt-4o-mini", "slow-model")
    assert settled.reply == Fallback("text", "I don't know the answer to that. This is a mock response.")


def test_the_same_example_as_json(script, write):
    write("shared.yaml", "responses: {ping: pong}")
    loaded = script(json.dumps(yaml.safe_load(PUBLISHED)), name="script.json")
    assert [rule.replies for rule in loaded.rules] == [rule.replies for rule in script(PUBLISHED).rules]


def test_the_rest_of_the_published_example_is_read(script, write):
    write("shared.yaml", "version: 1")
    loaded = script(PUBLISHED + REST)
    assert [armed.fault.name for armed in loaded.faults] == ["reset"]
    assert loaded.limits == (LimitSpec(per=("key",), rpm=60, tpm=40_000),)
    assert [(phase.at, phase.lasts, phase.scale) for phase in loaded.timeline.phases] == [(60.0, 30.0, 4.0)]


def test_a_responses_file_is_read_unchanged(script):
    loaded = script(MOCKLLM_FILE, name="responses.yml")
    assert list(loaded.responses) == ["what colour is the sky?", "who is the president?"]
    assert loaded.settings == {"reply": {"text": "I don't know the answer to that. This is a mock response."}}


def test_nothing_given_is_an_empty_script():
    assert load([]) == Script()


def test_the_first_script_wins_and_the_preset_stands_below(write, preset_folder):
    (preset_folder / "p.yaml").write_text("settings: {seed: 3, latency: 3, jitter: 3}\nrules: [{name: p, reply: p}]")
    first = write("a.yaml", "settings: {seed: 1}\nrules: [{name: a, reply: a}]")
    second = write("b.yaml", "settings: {seed: 2, latency: 2}\nrules: [{name: b, reply: b}]")
    loaded = load([first, second], "p")
    assert loaded.settings == {"seed": 1, "latency": 2, "jitter": 3}
    assert [rule.name for rule in loaded.rules] == ["a", "b", "p"]
    assert set(loaded.sources) == {first, second}


def test_a_preset_loads_a_script_of_the_folder_when_none_is_named(write, preset_folder, tmp_path):
    (preset_folder / "p.yaml").write_text("autoload: responses.yml\nresponses: {hi: preset}")
    expected = tmp_path / "responses.yml"
    missing = load([], "p", folder=tmp_path)
    assert (missing.responses, missing.sources) == ({"hi": "preset"}, (expected,))
    write("responses.yml", "responses: {hi: file}")
    assert load([], "p", folder=tmp_path).responses == {"hi": "file"}
    other = write("other.yaml", "responses: {ho: other}")
    assert load([other], "p", folder=tmp_path).responses == {"ho": "other", "hi": "preset"}
    assert (missing.autoloaded, load([], "p", folder=tmp_path).autoloaded) == (None, expected)
    expected.unlink()
    with pytest.raises(ScriptError, match=r"responses\.yml:1: no such file"):
        load([], "p", folder=tmp_path, autoloaded=expected)
    assert load([], "p", folder=tmp_path, autoloaded=other).responses == {"hi": "preset"}


def test_settings_and_responses_keep_their_places(write):
    text = "settings:\n  seed: 1\nmodels: [m]\nresponses:\n  Hi: a\n"
    first = write("a.yaml", text)
    second = write("b.yaml", "settings: {seed: 2,\n  jitter: 1}\ndefaults:\n  unknown_response: x\nresponses: {hi: b, ho: b}\n")
    loaded = load([first, second])
    assert {name: (Path(spot.file).name, spot.line) for name, spot in loaded.spots.items() if name in loaded.settings} == {
        "seed": ("a.yaml", 2),
        "models": ("a.yaml", 3),
        "jitter": ("b.yaml", 2),
        "reply": ("b.yaml", 4),
    }
    assert [Path(file).name for file, _ in loaded.response_lines] == ["a.yaml", "b.yaml"]


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path):
    with pytest.raises(ScriptError) as caught:
        load([tmp_path / "none.yaml", tmp_path])
    assert str(caught.value) == (
        f"{tmp_path}:1: expected a file, got a directory.\n{tmp_path}/none.yaml:1: no such file. Check the path."
    )


def test_every_mistake_is_told_in_the_order_of_lines(problems):
    found = problems("""
        settings: {port: abc}
        rules:
          - reply: {text: a, error: 429}
          - when: {usr: a}
            reply: 5
        settings: {}
        limits: 5
    """)
    assert [problem.partition(": ")[0] for problem in found] == [f"script.yaml:{n}" for n in (2, 4, 5, 6, 7, 8)]


def test_an_alias_bomb_is_refused(problems):
    levels = "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12))
    assert problems(f"a0: &a0 [x]\n{levels}") == [
        "script.yaml:6: alias '*a4': expected aliases to add at most 200000 values, got more."
    ]


def test_aliases_below_the_bound_are_fine(script):
    loaded = script("rules:\n  - &a {reply: &r hello}\n  - {<<: *a, name: b}\n  - {reply: *r}")
    assert [rule.replies[0].text for rule in loaded.rules] == ["hello"] * 3


def test_five_thousand_rules_are_all_there(script):
    text = "rules:\n" + "".join(f"  - {{name: r{i}, when: {{user: question {i}}}, reply: answer {i}}}\n" for i in range(5000))
    rules = script(text).rules
    assert (len(rules), rules[-1].line, rules[-1].when.exact_user) == (5000, 5001, "question 4999")


PIECES = [
    *(
        "rules:",
        "- ",
        "  ",
        "\n",
        "reply: ",
        "replies: ",
        "when: ",
        "user: ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "name: ",
        "a",
        "'",
        '"',
    ),
    *(
        "text: ",
        "error: ",
        "429",
        "settings: ",
        "port: ",
        "responses: ",
        "timing: ",
        "ttft: ",
        "1s",
        "&x ",
        "*x",
        "!!str ",
        "<<: ",
    ),
    *("extends: ", "preset:mockllm", "models: ", "id: ", "template: ", "json: ", "null", "true", "-1", "regex: ", "(", "not: "),
    *(
        "blocks: ",
        "tool_calls: ",
        "defaults: ",
        "unknown_response: ",
        "version: 1\n",
        "headers: ",
        "shapes: ",
        "#",
        "\x00",
        "é",
    ),
]


def outcome(path: Path) -> Script | tuple[Problem, ...]:
    """Load a script: what it is, or what is wrong with it."""
    try:
        return load([path])
    except ScriptError as error:
        return error.problems


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=30))
@example("rules: [{when: {user: {regex: '('}}, reply: a}]")
@example("rules: [{when: null, reply: a}]")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
def test_any_text_loads_or_is_refused_with_problems(tmp_path, text):
    path: Path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    found = outcome(path)
    assert isinstance(found, Script) or all(problem.line >= 1 and problem.message for problem in found)


@given(st.binary(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_load_or_are_refused_with_problems(tmp_path, data):
    path: Path = tmp_path / "any.json"
    path.write_bytes(data)
    found = outcome(path)
    assert isinstance(found, Script) or found
