"""The JSON Schema agrees with the loader, and the reference page names every key."""

from __future__ import annotations

from typing import Any

import pytest

from understudy.config.grammar.document import DOCUMENT
from understudy.config.grammar.report import Checks, Report
from understudy.config.presets import preset_names, preset_text
from understudy.config.schema import script_markdown, script_schema
from understudy.config.source import parse
from understudy.matching import when_schema

jsonschema = pytest.importorskip("jsonschema", reason="checks the schema with a validator that is not ours")


@pytest.fixture(scope="module")
def validator():
    """A validator of scripts."""
    schema = script_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def accepted(text: str) -> bool:
    report = Report(parse(text, "x.yaml"), Checks(), preset=True)
    DOCUMENT.read(report.document.data, (), report)
    return not report.problems


@pytest.mark.parametrize("name", preset_names())
def test_presets_are_valid(validator, name):
    validator.validate(parse(preset_text(name), name).data)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "version: 1",
        "version: 2",
        "rules:",
        "rules: {}",
        "extends: a.yaml",
        "extends: [a.yaml]",
        "extends: ['']",
        "unknown: 1",
        "faults: []",
        "autoload: a.yml",
        "autoload: a/b.yml",
        "responses: {a: b}",
        "responses: {a: 1}",
        "defaults: {unknown_response: a}",
        "defaults: {unknown: a}",
        "models: [a, {id: b, timing: {ttft: 1s}}]",
        "models: [{timing: {}}]",
        "timing: {ttft: 5, itl: '5', latency: {uniform: {min: 1, max: 2s}}}",
        "timing: {ttft: -1}",
        "timing: {ttft: 1 week}",
        "timing: {ttft: {}}",
        "timeline: []",
        "timeline: [{at: 60s, for: 30s, name: a, timing: {itl: 80ms}}, {ramp: 10s}]",
        "timeline: {start: api, repeat: 5m, phases: [{for: 1m}]}",
        "timeline: {phases: []}",
        "timeline: {repeat: 5m}",
        "timeline: {start: now, phases: []}",
        "timeline: [{at: -1}]",
        "timeline: [{for: 0}]",
        "timeline: [{name: ' '}]",
        "timeline: 5m",
        "timing: {ttft: {lognormal: {}}}",
        "timing: {ttft: {lognormal: {median: 1, p99: 2}}}",
        "timing: {ttft: {lognormal: {median: 1, p99: 2, mean: 3}}}",
        "timing: {itl: {gamma: {mean: 1s, cv: 2}}}",
        "timing: {itl: {gamma: {mean: 1s, cv: 20}}}",
        "timing: {itl: {gamma: {shape: 1, scale: 20, mean: 3}}}",
        "timing: {itl: {normal: {mean: 1s, stddev: 2}}}",
        "timing: {itl: {exponential: {mean: 1s, stddev: 2}}}",
        "timing: {itl: {percentiles: {p50: 1s, p99.9: 2s}}}",
        "timing: {itl: {percentiles: {p50: 1s}}}",
        "timing: {itl: {percentiles: {p50: 1s, p101: 2s}}}",
        "timing: {itl: {percentiles: {p50: 1s, max: 2s}}}",
        "timing: {itl: {trace: {gaps: [1, 2ms], start: random}}}",
        "timing: {itl: {trace: {gaps: []}}}",
        "timing: {itl: {trace: {gaps: [1], file: a}}}",
        "timing: {itl: {trace: {start: first}}}",
        "timing: {itl: {trace: {gaps: [1], start: last}}}",
        "timing: {itl: {trace: {gaps: [abc]}}}",
        "timing: {itl: {trace: {gaps: [-1]}}}",
        "timing: {itl: {normal: {mean: abc, stddev: 1}}}",
        "timing: {itl: {normal: {mean: 1, stddev: 0}}}",
        "timing: {itl: {normal: {mean: 1, stddev: '0'}}}",
        "timing: {itl: {gamma: {mean: 1s, cv: 0}}}",
        "timing: {itl: {gamma: {mean: 1s, cv: 0.001}}}",
        "timing: {itl: {gamma: {mean: 0s, cv: 1}}}",
        "timing: {itl: {gamma: {shape: 1, scale: 0}}}",
        "timing: {itl: {exponential: {mean: 0}}}",
        "timing: {itl: {exponential: {mean: '0.0'}}}",
        "timing: {itl: {lognormal: {median: 0, p99: 2}}}",
        "timing: {itl: {lognormal: {median: 0ms, p99: 2}}}",
        "timing: {itl: {lognormal: {mean: 1, cv: 0}}}",
        "timing: {itl: {uniform: {min: 1, max: 1}}}",
        "timing: {itl: {percentiles: {p50: 0, p90: soon}}}",
        "timing: {itl: {percentiles: {p50: 0, p90: 0}}}",
        "timing: {itl: {fixed: abc}}",
        "timing: {itl: {fixed: 2e-2s}}",
        "timing: {itl: 1000000000000}",
        "timing: {itl: 1000000000001}",
        "timing: {itl: {exponential: {mean: 1000000000001}}}",
        "timing: {itl: 999999999h}",
        "timing: {itl: {fixed: 999999999h}}",
        "timing: {itl: 1e9s, ttft: '1e-2', latency: '.5', per-prompt-token: 2e-4s}",
        "timing: {itl: 1e10s}",
        "timing: {itl: 277777h}",
        "timing: {itl: 1e}",
        "timing: {per-prompt-token: 999999999h}",
        "timing: {per-prompt-token: 0.2ms, burstiness: 2.5, scale: 0.1, whole: off, chunk-tokens: 3}",
        "timing: {burstiness: 0.9}",
        "timing: {scale: 0}",
        "timing: {chunk-tokens: {min: 1, max: 4}}",
        "timing: {chunk-tokens: 1.5}",
        "timing: {chunk-tokens: {min: 1}}",
        "timing: {whole: 1}",
        "timing: {profile: gpt-4o-like, itl: 1}",
        "timing: {profile: nobody}",
        "timing: {overrides: [{model: 'a*', itl: 1}, {key: b, scale: 2}]}",
        "timing: {overrides: [{itl: 1}]}",
        "timing: {overrides: [{model: a}]}",
        "timing: {overrides: [{model: a, key: b}]}",
        "timing: {overrides: []}",
        "settings: {port: 80, latency: 1.5s, max-body: 10MB, idle-timeout: 1m, watch: off, api-keys: [a], tls-cert: null}",
        "settings: {reply: {text: echo}, stream-unit: char, seed: 5, token-mean: 1.5}",
        "settings: {port: '80'}",
        "settings: {port: 70000}",
        "settings: {idle-timeout: 0}",
        "settings: {idle-timeout: 0s}",
        "settings: {max-body: 0}",
        "settings: {max-body: 10 apples}",
        "settings: {watch: maybe}",
        "settings: {watch: 1}",
        "settings: {stream-unit: line}",
        "settings: {api-keys: a}",
        "settings: {tls-cert: ''}",
        "settings: {reply: {txt: a}}",
        "rules: [{reply: a}]",
        "rules: [{}]",
        "rules: [{reply: a, replies: [b]}]",
        "rules: [{replies: [a], then: loop}]",
        "rules: [{reply: a, then: loop}]",
        "rules: [{replies: []}]",
        "rules: [{replies: [a], then: never}]",
        "rules: [{name: '', reply: a}]",
        "rules: [{when: {user: {contains: a}}, reply: a}]",
        "rules: [{when: {usr: a}, reply: a}]",
        "rules: [{when: {operation: chat, dialect: openai}, reply: a}]",
        "rules: [{when: {operation: {prefix: ch}, dialect: {any: [openai, azure]}}, reply: a}]",
        "rules: [{when: {operation: chatt}, reply: a}]",
        "rules: [{when: {dialect: opnai}, reply: a}]",
        "rules: [{when: {dialect: [openai]}, reply: a}]",
        "rules: [{when: {user: {contain: a}}, reply: a}]",
        "rules: [{reply: 5}]",
        "rules: [{reply: {}}]",
        "rules: [{reply: {text: a, error: 500}}]",
        "rules: [{reply: {error: 500}}]",
        "rules: [{reply: {error: 200}}]",
        "rules: [{reply: {error: rate_limit}}]",
        "rules: [{reply: {error: nothing}}]",
        "rules: [{reply: {error: {status: 500, retry-after: 2s}}}]",
        "rules: [{reply: {error: {status: 500, retry-after: 2}}}]",
        "rules: [{reply: {error: {message: m}}}]",
        "rules: [{reply: {error: 500, finish: stop}}]",
        "rules: [{reply: {text: a, finish: stop, usage: {prompt_tokens: 1}, headers: {a: b, c: 1}, timing: {}}}]",
        "rules: [{reply: {text: a, headers: {a: [b]}}}]",
        "rules: [{reply: {tool_calls: [{name: f, arguments: {a: 1}, id: x}], text: a, reasoning: b}}]",
        "rules: [{reply: {tool_calls: [{name: f, arguments: [1]}]}}]",
        "rules: [{reply: {tool_calls: [{name: f}], stream_text: a}}]",
        "rules: [{reply: {reasoning: a}}]",
        "rules: [{reply: {pieces: [a, b]}}]",
        "rules: [{reply: {finish: stop}}]",
        "rules: [{reply: {blocks: [{text: a}, {tool_call: {name: f}}]}}]",
        "rules: [{reply: {blocks: [{text: a, refusal: b}]}}]",
        "rules: [{reply: {blocks: [{text: a}], reasoning: b}}]",
        "rules: [{reply: {generate: true}}]",
        "rules: [{reply: {generate: false}}]",
        "rules: [{reply: {generate: {tokens: 0}}}]",
        "rules: [{reply: {echo: true}}]",
        "rules: [{reply: {json: null}}]",
        "rules: [{reply: {embedding: [1, 2.5]}}]",
        "rules: [{reply: {embedding: []}}]",
        "rules: [{reply: {text: a, fault: {}}}]",
        "rules: [{reply: {text: a, fault: overloaded}}]",
        "rules: [{reply: a, fault: [{kind: status, status: 503}, overloaded]}]",
        "faults: [{kind: overloaded, status: 529, retry-after: 2s, when: {model: m}, nth: [1, 2], per: key}]",
        "faults: [{kind: overloaded, when: {modl: m}}]",
        "faults: [{kind: overloaded, when: {operation: modells}}]",
        "faults: [{kind: overloaded, at: end}]",
        "faults: [{kind: malformed, at: {event: 3}, window: {from: 1s, to: 2s}, burst: {enter: 0.1, leave: 0.2}}]",
        "faults: [{kind: malformed, at: {event: 0}}]",
        "faults: [{kind: malformed, burst: {enter: 0.1}}]",
        "faults: [{kind: nothing}]",
        "faults: [{probability: 0.1}]",
        "faults: {kind: overloaded}",
    ],
)
def test_the_schema_takes_what_the_loader_takes(validator, text):
    assert validator.is_valid(parse(text, "x.yaml").data) == accepted(text)


def keys(schema: Any) -> set[str]:
    """Every key a schema describes."""
    if isinstance(schema, list):
        return set().union(*map(keys, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    own = {name for name, inner in schema.get("properties", {}).items() if isinstance(inner, dict) and "description" in inner}
    return own.union(*(keys(inner) for inner in schema.values()), *(keys(i) for i in schema.get("properties", {}).values()))


def test_every_key_has_a_description(validator):
    def nameless(schema: Any, path: str) -> list[str]:
        if not isinstance(schema, dict):
            return []
        here = [path + name for name, inner in schema.get("properties", {}).items() if inner is not False and not inner]
        return here + [p for name, inner in schema.get("$defs", {}).items() for p in nameless(inner, f"{name}.")]

    assert nameless(validator.schema, "") == []
    assert {"version", "rules", "settings"} <= keys(validator.schema)


def test_the_page_has_a_row_for_every_key():
    page = script_markdown()
    schema = script_schema()
    named = set(schema["properties"])
    for name, form in schema["$defs"].items():
        if name not in {"settings", "law", "text_condition", "Window", "Burst"} and not name.startswith("fault"):
            named |= set(form["properties"])
    named |= set(when_schema()["properties"])
    assert {name for name in named if f"| `{name}`" not in page} == set()


def test_the_page_shows_how_a_key_is_written():
    page = script_markdown()
    assert "| `id` (required) | a text that is not empty | its name |\n" in page
    assert "| `rules` | a list of rules: [rule](#rule) | what answers which call; the first rule that fits |\n" in page
    assert "| `rate_limit` | 429 |\n" in page
