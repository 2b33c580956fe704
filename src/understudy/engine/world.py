"""One generation of the server's mind: settings, rules, styles and routes, made whole and swapped whole.

A reload builds a new world; a head that was resolved in an older one is resolved again, an answer under way keeps the world it
began in.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from understudy.config.script import Rule, Script, TimingSpec
from understudy.config.settings import Settings
from understudy.dialects import Dialect, Listed, Options
from understudy.engine import tools
from understudy.engine.decision import Decision
from understudy.engine.pace import NO_PACE, Pace, fixed
from understudy.engine.replies import Lengths, compile_reply, generated
from understudy.engine.route import Router
from understudy.engine.select import Chosen, Rulebook, Ruling
from understudy.engine.shelf import Shelf
from understudy.model.call import Call
from understudy.model.reply import Reply, Text
from understudy.text.filler import Pool, big_text
from understudy.timing.uniform import Uniform


class World:
    """Everything that answers depend on beside the request and the state."""

    def __init__(self, settings: Settings, script: Script, dialects: tuple[Dialect, ...]) -> None:
        self.settings = settings
        self.dialects = dialects
        self.router = Router(dialects)
        self.pool = Pool(settings.seed, settings.pregen_count)
        self.lengths = Lengths(settings.token_mean, settings.token_stddev)
        self.keys = frozenset(settings.api_keys)
        self.options = {dialect.name: self._options(dialect, script) for dialect in dialects}
        self.pace = _pace(script.timing).over(_settings_pace(settings))
        self.paces: Mapping[str, Pace] = {model.id: _pace(model.timing).over(self.pace) for model in script.models}
        self.is_paced = self.pace != NO_PACE or any(pace != self.pace for pace in self.paces.values())
        self.varies = settings.repeat == "vary"
        self._shelves: dict[Any, Shelf] = {}
        responses = {prompt: Reply((Text(text),), fixed=True) for prompt, text in script.responses.items()}
        self.rules = Rulebook([self._ruling(rule) for rule in script.rules], responses, self._fallback)
        self._mode = "text" if settings.big_payload else settings.reply.mode
        self._unmatched = Reply((Text(big_text() if settings.big_payload else settings.reply.text),), fixed=True)

    def _options(self, dialect: Dialect, script: Script) -> Options:
        settings = self.settings
        return Options(
            strict=settings.validation == "strict",
            default_model=settings.default_model,
            stream_unit=settings.stream_unit,
            stream_tokens=(settings.stream_tokens_min, settings.stream_tokens_max),
            listed=tuple(Listed(name) for name in settings.models),
            only_listed=settings.only_listed_models,
            style=dialect.style(script.shapes.get(dialect.name, {})),
        )

    def _ruling(self, rule: Rule) -> Ruling:
        makers = tuple(compile_reply(spec, self.pool, self.lengths) for spec in rule.replies)
        own = _pace(rule.timing)
        paces: tuple[Pace | None, ...] = tuple(_pace(spec.timing).over(own) for spec in rule.replies)
        place = f"{Path(rule.source_file).name}:{rule.line}"
        return Ruling(
            rule.name, rule.when, makers, rule.then, place, tuple(None if pace == NO_PACE else pace for pace in paces)
        )

    def _fallback(self, call: Call, decision: Decision) -> Chosen:
        """Answer what no rule does: as a model would, or as the setting `reply` says."""
        if call.operation == "chat":
            behaviour = tools.answer(call, self.settings.tools, decision)
            if behaviour is not None and self._mode != "error":
                return Chosen(*behaviour)
        if self._mode == "echo":
            return Chosen("default", Reply((Text(call.user),)))
        if self._mode == "generate":
            text, atoms = generated(self.pool, decision, self.lengths.draw(decision))
            return Chosen("default", Reply((text,), atoms=atoms))
        if self._mode == "error":
            return Chosen("", MISS)
        return Chosen("default", self._unmatched)

    def shelf(self, framing: Any) -> Shelf:
        """The shelf of heads that want their answers framed alike."""
        return self._shelves.setdefault(framing, Shelf())

    def pace_of(self, model: str, chosen: Pace | None = None) -> Pace:
        """The pace of an answer: the rule's, else the model's, else everybody's."""
        general = self.paces.get(model, self.pace)
        return general if chosen is None else chosen.over(general)


MISS = Reply()  # what strict mode chooses when no rule matches


def _pace(spec: TimingSpec) -> Pace:
    return Pace(spec.latency, spec.ttft, spec.itl)


def _settings_pace(settings: Settings) -> Pace:
    latency: Any = fixed(settings.latency)
    if settings.jitter:
        latency = Uniform(settings.latency - settings.jitter, settings.latency + settings.jitter)  # Pace.before stops at 0
    delay = fixed(settings.response_delay)
    return Pace(latency, delay, delay)
