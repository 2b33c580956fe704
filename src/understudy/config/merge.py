"""Many parts to one script: what stands higher wins key by key, and its rules come first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import Any

from msgspec.structs import asdict, replace

from understudy.config.grammar.document import Part
from understudy.config.script import NO_TIMELINE, NO_TIMING, Model, Rule, Script, TimingSpec
from understudy.config.settings.setting import Spot
from understudy.errors import Problem
from understudy.matching import fold, is_glob


def merge(parts: Sequence[Part], sources: Iterable[Path], autoloaded: Path | None = None) -> tuple[Script, list[Problem]]:
    """Merge the parts, the highest precedence first; also returned are the names that two rules of a file have."""
    spots: dict[str, Spot] = {}
    responses: dict[str, tuple[str, str]] = {}
    shapes: dict[str, Any] = {}
    models: dict[str, Model] = {}
    for part in parts:
        for prompt, text in part.responses.items():
            responses.setdefault(fold(prompt), (prompt, text))
        for model in part.models:
            models.setdefault(model.id, model)
        shapes = {**part.shapes, **shapes}
        spots = {**part.spots, **spots}
    rules, problems = _named([(rule, index) for part in parts for index, rule in enumerate(part.rules, 1)])
    script = Script(
        settings=_settings(parts, [name for name in models if not is_glob(name)]),
        models=tuple(models.values()),
        rules=rules,
        responses=dict(responses.values()),
        shapes=shapes,
        timing=merge_timing([part.timing for part in parts]),
        timeline=next((part.timeline for part in parts if part.timeline is not NO_TIMELINE), NO_TIMELINE),
        capacity=next((part.capacity for part in parts if part.capacity is not None), None),
        faults=tuple(armed for part in parts for armed in part.faults),
        limits=next((part.limits for part in parts if part.limits is not None), ()),
        spots=spots,
        response_lines=tuple((part.file, part.response_lines) for part in parts if part.response_lines),
        autoloaded=autoloaded,
        sources=tuple(sources),
    )
    return script, problems


def _settings(parts: Sequence[Part], models: list[str]) -> dict[str, Any]:
    """Merge settings; the models that scripts name are what is listed, unless a setting at least as high says otherwise."""
    settings: dict[str, Any] = {}
    for part in parts:
        settings = {**part.settings, **settings}
        if any(not is_glob(model.id) for model in part.models):
            settings.setdefault("models", models)
    return settings


def merge_timing(timings: Iterable[TimingSpec]) -> TimingSpec:
    """Merge timings key by key, the highest precedence first."""
    merged = NO_TIMING
    for timing in timings:
        given = {name: value for name, value in asdict(merged).items() if value is not None}
        merged = replace(timing, **given | {"overrides": timing.overrides + merged.overrides})  # the last of these wins
    return merged


def _named(rules: Sequence[tuple[Rule, int]]) -> tuple[tuple[Rule, ...], list[Problem]]:
    """Give every rule a name of its own; `rules` come with their place in their file.

    A name that two rules of a file have is a mistake; of the rules of several files the first one keeps it.
    """
    owners: dict[str, Rule] = {}
    given: dict[tuple[str, str], Rule] = {}
    problems: list[Problem] = []
    for rule, _ in rules:
        if not rule.name:
            continue
        owners.setdefault(rule.name, rule)
        first = given.setdefault((rule.source_file, rule.name), rule)
        if first is not rule:
            message = f"rule name {rule.name!r} is taken by {first.source_file}:{first.line}. Give each rule a name of its own."
            problems.append(Problem(rule.source_file, rule.line, message))
    named = []
    for rule, index in rules:
        if owners.get(rule.name) is not rule:
            name = next(name for name in _free_names(rule, index) if name not in owners)
            rule = owners[name] = replace(rule, name=name)
        named.append(rule)
    return tuple(named), problems


def _free_names(rule: Rule, index: int) -> Iterable[str]:
    """Names for a rule that has none, or one that is taken, the shortest first; what they add goes into a header as it is."""
    name, file = rule.name or f"rule {index}", re.sub(r"[^\x20-\x7e]", "?", rule.source_file)
    yield name
    yield f"{name} of {PurePath(file).name}"
    yield f"{name} of {file}"
    for again in range(2, 1000):
        yield f"{name} of {file} ({again})"
