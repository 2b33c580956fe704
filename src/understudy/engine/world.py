"""One generation of the server's mind: settings, rules, styles and routes, made whole and swapped whole.

A reload builds a new world; a head that was resolved in an older one is resolved again, an answer under way keeps the world it
began in.
"""

from __future__ import annotations

from copy import copy
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from understudy.config.script import Rule, Script
from understudy.config.settings import Settings
from understudy.config.settings.table import HELLO, MODELS
from understudy.dialects import Dialect, Listed, Options
from understudy.engine import tools
from understudy.engine.behave import has_results, may_have_results
from understudy.engine.capacity import shares, window_of
from understudy.engine.decision import Decision
from understudy.engine.faultbook import Faultbook, of_replies
from understudy.engine.pace import NO_PACE, Pace, fixed
from understudy.engine.paces import Paces, prepare
from understudy.engine.prompted import may_instruct
from understudy.engine.quota import Quota
from understudy.engine.replies import Lengths, always, compile_reply, echoed, fixed_reply
from understudy.engine.route import router_of
from understudy.engine.sampling import allowed, generate, worded
from understudy.engine.searching import found_on_the_web
from understudy.engine.select import Chosen, Rulebook, Ruling
from understudy.engine.shelf import Shelf
from understudy.engine.timeline import Timeline
from understudy.model.call import Call
from understudy.model.reply import Reply, Text
from understudy.text.filler import Pool, big_text
from understudy.timing.uniform import Uniform


class World:
    """Everything that answers depend on beside the request and the state.

    Raises:
        UsageError: for timing that cannot have an effect.
    """

    def __init__(self, settings: Settings, script: Script, dialects: tuple[Dialect, ...]) -> None:
        self.settings = settings
        self.dialects = dialects
        self.router = router_of(dialects)
        self.pool = Pool(settings.seed, settings.pregen_count)
        self.lengths = Lengths(settings.token_mean, settings.token_stddev)
        self.keys = frozenset(settings.api_keys)
        self._rule(script)
        self.options = {dialect.name: self._options(dialect, script) for dialect in dialects}
        self.paces = Paces(script, _settings_pace(settings))
        self.timeline = Timeline(script.timeline) if script.timeline.phases else None
        self.is_paced = self.paces.is_any or self.timeline is not None or bool(self.shares)
        self.quota = Quota.of(script.limits)
        self.varies = settings.repeat == "vary"
        self._cut: dict[tuple[int, tuple[int, int]], tuple[Options, Options]] = {}
        prepare([*self.paces.all(), *(self.timeline.paces if self.timeline else ())])
        self._mode = "text" if settings.big_payload else settings.reply.mode
        self.refuses = self._mode == "error"
        text = big_text() if settings.big_payload else settings.reply.text
        self._greets = settings.reply is HELLO and not settings.big_payload  # nobody told what to say
        self._default = Chosen("default", Reply((Text(text),), fixed=True))
        self.rules = self._rulebook()

    def amended(self, script: Script) -> World:
        """The same under the rules of a script that differs in nothing else; they are made ready when a call first asks.

        Raises:
            UsageError: for timing of a rule that cannot have an effect.
        """
        made = copy(self)
        vars(made).pop("rules", None)
        made._rule(script)
        return made

    @cached_property
    def rules(self) -> Rulebook:
        """What chooses replies."""
        return self._rulebook()

    def _rule(self, script: Script) -> None:
        """Take up the rules of a script, but for making them ready."""
        self._script, self.shares, self.faults = script, shares(script), Faultbook(script)
        self._shelves: dict[Any, Shelf] = {}
        prepare(Pace.of(timing) for rule in script.rules for timing in (rule.timing, *(reply.timing for reply in rule.replies)))

    def _rulebook(self) -> Rulebook:
        script = self._script
        responses = {prompt: Reply((Text(text),), fixed=True) for prompt, text in script.responses.items()}
        return Rulebook(map(self._ruling, script.rules), responses, self._fallback, script.place_of_response)

    def _options(self, dialect: Dialect, script: Script) -> Options:
        settings = self.settings
        return Options(
            strict=settings.validation == "strict",
            default_model=settings.default_model,
            stream_unit=settings.stream_unit,
            stream_tokens=(settings.stream_tokens_min, settings.stream_tokens_max),
            listed=tuple(Listed(name) for name in (settings.models is MODELS and dialect.models) or settings.models),
            only_listed=settings.only_listed_models,
            style=dialect.style(script.shapes.get(dialect.name, {})),
            scheme="https" if settings.tls_cert else "http",
            window=partial(window_of, self.shares),
        )

    def _ruling(self, rule: Rule) -> Ruling:
        fixed = tuple(map(fixed_reply, rule.replies))
        made = zip(rule.replies, fixed, strict=True)
        makers = tuple(
            compile_reply(spec, self.pool, self.lengths, rule.name) if reply is None else always(reply) for spec, reply in made
        )
        own = Pace.of(rule.timing)
        paces: tuple[Pace | None, ...] = tuple(Pace.of(spec.timing).over(own) for spec in rule.replies)
        place = f"{Path(rule.source_file).name}:{rule.line}"
        faults = of_replies(rule)
        pace = None if paces[0] == NO_PACE else paces[0]
        only = fixed[0] if len(makers) == 1 and rule.then != "error" else None
        return Ruling(
            rule.name,
            rule.when,
            makers,
            rule.then,
            place,
            tuple(None if pace == NO_PACE else pace for pace in paces),
            None if only is None else Chosen(rule.name, only, pace, faults[0]),
            faults,
            any(spec.embedding is not None for spec in rule.replies),
            any(said is not None for spec in rule.replies for said in (spec.embedding, spec.raw, spec.error)),
        )

    def _fallback(self, call: Call, decision: Decision) -> Chosen:
        """Answer what no rule does: as a model would, or as the setting `reply` says."""
        if self._mode == "text" and (call.mere or _is_mere(call)) and not may_instruct(call.body):
            return self._default
        if self.refuses:
            return Chosen("", MISS)
        if call.operation in DERIVED:
            return UNSAID
        if call.operation == "chat" or call.response_format is not None:
            behaviour = tools.answer(call, self.settings.tools, decision)
            if behaviour is not None:
                return Chosen(*behaviour)
        if self._mode == "echo":
            return Chosen("default", echoed(call))
        if self._mode == "generate":
            text, atoms = generate(call, self.pool, decision, self.lengths.draw)
            return Chosen("default", Reply((text,), atoms=atoms))
        hello = self._default.reply.text
        said, tokens = allowed(call, worded(call, found_on_the_web(call) or hello) if self._greets else hello)
        return self._default if said.text == hello else Chosen("default", Reply((said,), atoms=tokens))

    def shelf(self, framing: Any) -> Shelf:
        """The shelf of heads that want their answers framed alike."""
        return self._shelves.setdefault(framing, Shelf())

    def forget_ready(self) -> None:
        """Make whole answers anew that were ready: the server keeps time no longer, or again, which their heads tell."""
        for shelf in self._shelves.values():
            shelf.ready.clear()

    def pace_of(self, model: str, chosen: Pace | None = None, key: str | None = None) -> Pace:
        """The pace of an answer: the rule's, else that of the key and the model, else everybody's."""
        general = self.paces.find(model, key)
        return general if chosen is None else chosen.over(general)

    def options_at(self, options: Options, pace: Pace) -> Options:
        """The options of a dialect for answers at a pace, which may say how many tokens go into an event."""
        tokens = pace.chunk_tokens
        if tokens is None or tokens == options.stream_tokens:
            return options
        key = (id(options), tokens)
        if key not in self._cut:
            if len(self._cut) >= _CUT_OPTIONS:  # request headers may ask for any number
                self._cut.clear()
            self._cut[key] = (options, replace(options, stream_tokens=tokens))
        return self._cut[key][1]


def _is_mere(call: Call) -> bool:
    """Say whether a plain call wants no tool and no form, tells no result of a tool, and leaves its words to the model."""
    if call.kind is None or call.tools or call.response_format is not None:
        return False
    asked = call.sampling
    if asked is not None and (asked.logit_bias is not None or asked.verbosity is not None or asked.suffix):
        return False
    call.mere = not may_have_results(call)
    return call.mere or not has_results(call)


_CUT_OPTIONS = 64
DERIVED = frozenset({"moderation", "image", "speech", "transcription", "translation"})
"""Operations whose answers follow from the request where no rule says otherwise."""
UNSAID = Chosen("", Reply())
MISS = Reply()  # what `reply: error` chooses when no rule matches


def _settings_pace(settings: Settings) -> Pace:
    latency: Any = fixed(settings.latency)
    if settings.jitter:
        latency = Uniform(settings.latency - settings.jitter, settings.latency + settings.jitter)  # Pace.before stops at 0
    return Pace(latency, delay=settings.response_delay or None)
