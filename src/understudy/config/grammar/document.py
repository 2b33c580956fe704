"""The top of a script: its sections, and the part of a script that one document is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from understudy.capacity.spec import CapacitySpec
from understudy.config.grammar.capacity import CAPACITY
from understudy.config.grammar.fault import FAULTS
from understudy.config.grammar.form import Form, Key
from understudy.config.grammar.limits import LIMITS
from understudy.config.grammar.readers import INVALID, AsWritten, ByType, ListOf, MappingOf, Reader, Scalar, Schema, Word
from understudy.config.grammar.report import Report, Timed
from understudy.config.grammar.rule import ANY_MODEL, RULE
from understudy.config.grammar.timeline import PHASES, TIMELINE
from understudy.config.grammar.timing import TOP_TIMING
from understudy.config.script import NO_TIMELINE, NO_TIMING, LimitSpec, Model, Rule, TimelineSpec, TimingSpec
from understudy.config.settings import TABLE, Spot
from understudy.config.source import Document, Place
from understudy.config.values import NAME, TEXT, Kind, describe, filled
from understudy.faults import Armed
from understudy.matching import fold


class Part(Struct, frozen=True, kw_only=True):
    """What one document says, checked. Rules have no name yet where the document gives none.

    `spots` are where its settings are written, whatever they are written as; `response_lines` are the lines of its responses;
    `timings` are all that it has, wherever they stand.
    """

    file: str = ""
    spots: Mapping[str, Spot] = {}
    response_lines: Mapping[str, int] = {}
    autoload: str | None = None
    settings: dict[str, Any] = {}
    models: tuple[Model, ...] = ()
    rules: tuple[Rule, ...] = ()
    responses: dict[str, str] = {}
    shapes: dict[str, Any] = {}
    timing: TimingSpec = NO_TIMING
    timeline: TimelineSpec = NO_TIMELINE
    capacity: CapacitySpec | None = None
    faults: tuple[Armed, ...] = ()
    limits: tuple[LimitSpec, ...] | None = None
    timings: tuple[Timed, ...] = ()


class _Nothing(Struct, frozen=True):
    """A section that is there but empty, as when all its entries are commented out."""

    expected: str = "nothing"

    def read(self, _value: Any, _at: Place, _report: Report) -> Any:
        """Take nothing."""
        return None

    def schema(self, _defs: dict[str, Schema]) -> Schema:
        """Allow null."""
        return {"type": "null"}


class _Shapes(Struct, frozen=True):
    """The shapes of answers, looked at by their dialects."""

    expected: str = "a mapping of dialects to shapes"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Have the shapes looked at."""
        mistakes = list(report.checks.shapes(value)) if report.checks.shapes else []
        for path, message in mistakes:
            report.add((*at, *path), message)
        return INVALID if mistakes else value

    def schema(self, _defs: dict[str, Schema]) -> Schema:
        """Allow any object."""
        return {"type": "object"}


def _models_once(models: tuple[Any, ...], at: Place, report: Report) -> bool:
    seen: dict[str, int] = {}
    for index, model in enumerate(models):
        first = seen.setdefault(model.id, index) if isinstance(model, Model) else index
        if first != index:
            line = report.line((*at, first))
            report.add((*at, index), f"model {describe(model.id)} is given twice, first on line {line}. Keep one.")
    return len(seen) == len(models)


def _response_prompts(responses: dict[str, Any], at: Place, report: Report) -> bool:
    seen: dict[str, str] = {}
    for prompt in responses:
        first = seen.setdefault(fold(prompt), prompt)
        if first != prompt:
            line = report.line((*at, first))
            report.add(
                (*at, prompt), f"prompt {describe(prompt)} is the one of line {line}: case and outer spaces do not count."
            )
    return len(seen) == len(responses)


def _file_name(value: object) -> str:
    name = filled(value)
    if "/" in name or "\\" in name or "\0" in name or name in {".", ".."}:
        raise ValueError
    return name


_FILE_NAME: Final = Kind("the name of a file in the working directory", _file_name, {"type": "string", "pattern": r"^[^/\\]+$"})
SETTINGS = Form(
    "settings",
    "Settings, as flags and environment variables give them; those win over a script.",
    [Key(e.name, Scalar(e.setting.kind, e.setting.secret), e.setting.help, default=e.written_default) for e in TABLE.values()],
    lambda fields, _at, _report: fields,
)
DEFAULTS = Form(
    "defaults",
    "What answers when nothing else does.",
    (Key("unknown_response", Scalar(TEXT), "the text for a prompt that is not known; the setting `reply` as a text"),),
    lambda fields, _at, _report: fields,
)


def _section(reader: Reader) -> ByType:
    kind = "sequence" if isinstance(reader, ListOf) or reader is FAULTS else "mapping"
    return ByType(reader.expected, nothing=_Nothing(), **{kind: reader})


def _part(fields: dict[str, Any], at: Place, report: Report) -> Any:
    fields = {name: value for name, value in fields.items() if value is not None and name not in {"version", "extends"}}
    defaults = fields.pop("defaults", {})
    settings = fields.setdefault("settings", {})
    if "unknown_response" in defaults:
        if "reply" in settings:
            at = (*at, "defaults", "unknown_response")
            report.add(at, "'settings.reply' and 'defaults.unknown_response' say the same thing. Keep one.")
            return INVALID
        fields["settings"] = {**settings, "reply": {"text": defaults["unknown_response"]}}
    if "autoload" in fields and not report.preset:
        report.add((*at, "autoload"), "'autoload' is for presets: expected 'extends' in a script.")
        return INVALID
    return Part(
        **fields,
        file=report.file,
        spots=_spots(fields, at, report),
        response_lines=report.lines((*at, "responses")),
        timings=tuple(report.timings),
    )


def _spots(fields: dict[str, Any], at: Place, report: Report) -> dict[str, Spot]:
    """Where the settings of a document are written, the models and the text for unknown prompts included."""
    written = {name: ("settings", name) for name in fields["settings"]}
    if "reply" in written and not report.lines((*at, "settings")).get("reply"):
        written["reply"] = ("defaults", "unknown_response")
    return {name: Spot(report.file, report.line((*at, *place))) for name, place in ({"models": ("models",)} | written).items()}


DOCUMENT = Form(
    "script",
    "A script: what the server says, when, and how.",
    (
        Key("version", Word(1, "1, the only version of the format"), "the version of this format"),
        Key(
            "extends",
            ByType(
                "a list of scripts",
                text=Scalar(NAME),
                sequence=ListOf(Scalar(NAME), "a list of scripts"),
                nothing=_Nothing(),
            ),
            "scripts this one builds on, `preset:NAME` or a file below this one's folder; later ones win, this one over all",
        ),
        Key("settings", _section(AsWritten(SETTINGS)), "settings, by name"),
        Key(
            "models",
            _section(ListOf(ANY_MODEL, "a list of models", check=_models_once)),
            "models the server lists, by name or with their timing",
        ),
        Key("rules", _section(ListOf(RULE, "a list of rules")), "what answers which call; the first rule that fits"),
        Key(
            "responses",
            _section(MappingOf(Scalar(TEXT), "a mapping of prompts to texts", _response_prompts)),
            "texts by the last user message, tried after the rules; case and outer spaces do not count",
        ),
        Key("defaults", _section(DEFAULTS), "what answers when nothing else does"),
        Key("shapes", _section(_Shapes()), "shapes of answers, by dialect, for imitating another server"),
        Key("timing", _section(TOP_TIMING), "how long answers take"),
        Key(
            "timeline",
            ByType("a list of phases, or a mapping with phases", sequence=PHASES, mapping=TIMELINE, nothing=_Nothing()),
            "what changes as time goes by",
        ),
        Key("faults", _section(FAULTS), "what goes wrong, with every answer that no trigger spares; [the kinds](faults.md)"),
        Key(
            "limits",
            _section(LIMITS),
            "how much may be asked for, by whom; replaces the limits of scripts below this one",
        ),
        Key("capacity", _section(CAPACITY), "the engine that answers wait for"),
        Key("autoload", Scalar(_FILE_NAME), "in presets: a script that is loaded from the working directory if none is named"),
    ),
    _part,
)


def extends_of(document: Document) -> list[tuple[Place, str]]:
    """List the scripts a document names under `extends`, with their places; what is no name is reported by `read_part`."""
    named = document.data.get("extends") if isinstance(document.data, dict) else None
    listed = [(("extends", i), name) for i, name in enumerate(named)] if isinstance(named, list) else [(("extends",), named)]
    return [(place, name) for place, name in listed if isinstance(name, str) and name.strip()]


def read_part(report: Report) -> Part | None:
    """Read a document, or report every mistake in it and return None."""
    data = report.document.data
    if data is None:
        if not report.document.problems:
            report.add((), "expected a script with keys such as rules or responses, got an empty file.")
        return None
    part = DOCUMENT.read(data, (), report)
    return part if isinstance(part, Part) else None
