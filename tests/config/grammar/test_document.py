"""The top of a script."""

from __future__ import annotations

import pytest

from understudy.config.grammar.report import Checks


def test_settings_are_kept_as_written(script):
    settings = script("settings: {port: 80, latency: 1.5s, watch: off, models: [a], log-level: debug}").settings
    assert settings == {"port": 80, "latency": "1.5s", "watch": "off", "models": ["a"], "log-level": "debug"}


def test_an_unknown_response_is_the_reply_as_a_text(script):
    assert script("defaults: {unknown_response: echo}").settings == {"reply": {"text": "echo"}}


def test_sections_may_be_empty(script):
    loaded = script("""
        version: 1
        extends:
        settings:
        models:
        rules:
        responses:
        defaults:
        shapes:
        timing:
    """)
    assert (loaded.settings, loaded.rules, loaded.responses, loaded.shapes) == ({}, (), {}, {})


def test_responses_keep_prompt_and_order(script):
    assert list(script("responses: {B: 1st, ' a ': 2nd, 5: 3rd, yes: 4th}").responses.items()) == [
        ("B", "1st"),
        (" a ", "2nd"),
        ("5", "3rd"),
        ("yes", "4th"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "expected a script with keys such as rules or responses, got an empty file."),
        ("# nothing", "expected a script with keys such as rules or responses, got an empty file."),
        ("[]", "expected a mapping with keys such as version, extends or settings, got a list."),
        ("hello", "expected a mapping with keys such as version, extends or settings, got 'hello'."),
        ("version: 2", "expected 1, the only version of the format, got 2. ($.version)"),
        ("version: '1'", "expected 1, the only version of the format, got '1'. ($.version)"),
        ("rulez: []", "unknown key 'rulez'. Did you mean 'rules'? ($.rulez)"),
        ("rules: {}", "expected a list of rules, got a mapping. ($.rules)"),
        ("responses: [a]", "expected a mapping of prompts to texts, got a list. ($.responses)"),
        ("responses: {a: 5}", "expected a text, got 5. Put it in quotes to make it a text. ($.responses.a)"),
        (
            "responses: {a: b, ' A': c}",
            "prompt ' A' is the one of line 1: case and outer spaces do not count. ($.responses[' A'])",
        ),
        ("models: [a, b,\n  {id: a}]", "model 'a' is given twice, first on line 1. Keep one. ($.models[2])"),
        ("models: ['a*',\n  'a*']", "model 'a*' is given twice, first on line 1. Keep one. ($.models[1])"),
        ("defaults: {unknown: a}", "unknown key 'unknown'. Did you mean 'unknown_response'? ($.defaults.unknown)"),
        ("settings: {prot: 1}", "unknown key 'prot'. Did you mean 'port'? ($.settings.prot)"),
        ("settings: {port: '80'}", "expected a port number from 0 to 65535, got '80'. ($.settings.port)"),
        (
            "settings: {reply: a}\ndefaults: {unknown_response: b}",
            "'settings.reply' and 'defaults.unknown_response' say the same thing. Keep one. ($.defaults.unknown_response)",
        ),
        ("shapes: []", "expected a mapping of dialects to shapes, got a list. ($.shapes)"),
        ("autoload: a.yml", "'autoload' is for presets: expected 'extends' in a script. ($.autoload)"),
        ("autoload: ../a.yml", "expected the name of a file in the working directory, got '../a.yml'. ($.autoload)"),
        ("extends: {a: b}", "expected a list of scripts, got a mapping. ($.extends)"),
    ],
)
def test_a_wrong_document_is_told(problems, text, problem):
    line = 2 if "\n" in text else 1
    assert problems(text) == [f"script.yaml:{line}: {problem}"]


Q = "Put it in quotes to make it a text."


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (
            "models: [a, [b],\n  5]",
            [
                "1: expected a text that is not empty, got a list. ($.settings.models[1])",
                f"2: expected a text that is not empty, got 5. {Q} ($.settings.models[2])",
            ],
        ),
        ("models: ['']", ["1: expected a text that is not empty, got ''. ($.settings.models[0])"]),
        ("api-keys: [a, 5]", [f"1: expected a text that is not empty, got a secret. {Q} ($.settings.api-keys[1])"]),
        ("control-token: 5", [f"1: expected a text, got a secret. {Q} ($.settings.control-token)"]),
        ("reply: {text: 5}", [f"1: expected a text, got 5. {Q} ($.settings.reply.text)"]),
        ("host: 5", [f"1: expected a text that is not empty, got 5. {Q} ($.settings.host)"]),
    ],
)
def test_the_part_of_a_setting_that_does_not_fit_is_told(problems, settings, told):
    assert problems(f"settings: {{{settings}}}") == [f"script.yaml:{problem}" for problem in told]


def test_models_may_overlap_and_higher_files_may_name_them_again(script, write):
    write("below.yaml", "models: [a, b]")
    loaded = script("extends: below.yaml\nmodels: ['a*', '*a', a]")
    assert [model.id for model in loaded.models] == ["a*", "*a", "a", "b"]


def test_shapes_are_looked_at_by_their_dialects(script, problems):
    assert script("shapes: {openai: {a: 1}}", checks=Checks(shapes=lambda shapes: [])).shapes == {"openai": {"a": 1}}
    text = "shapes:\n  openai:\n    chat:\n      id: 5"
    found = problems(
        text, checks=Checks(shapes=lambda shapes: [(("openai", "chat", "id"), f"got {shapes['openai']['chat']['id']}.")])
    )
    assert found == ["script.yaml:4: got 5. ($.shapes.openai.chat.id)"]
