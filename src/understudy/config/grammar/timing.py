"""`timing`: how long things take, at the top, in a model, a rule or a reply. The laws are those of the timing room.

A profile is a `timing` that is kept elsewhere under a name; it is read as if it stood there, below the keys beside it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from understudy import profiles
from understudy.config.grammar.form import Form, Key, arguments
from understudy.config.grammar.law import Lawful
from understudy.config.grammar.readers import INVALID, ByType, ListOf, Made, Scalar, Schema
from understudy.config.grammar.report import Checks, Report, Timed
from understudy.config.quantities import DURATION
from understudy.config.script import TimingOverride, TimingSpec
from understudy.config.source import Document, Place
from understudy.config.values import NAME, POSITIVE, SWITCH, Kind, as_number, number, text
from understudy.durations import AT_MOST

_LARGEST_SCALE, _BURSTIEST = 1e6, 1000


def _scale(value: object) -> float:
    if not 0 < number(value) <= _LARGEST_SCALE:
        raise ValueError
    return float(number(value))


def _burstiness(value: object) -> float:
    if not 1 <= number(value) <= _BURSTIEST:
        raise ValueError
    return float(number(value))


SCALE = Kind(
    "a number above 0, at most 1000000",
    _scale,
    {"type": "number", "exclusiveMinimum": 0, "maximum": _LARGEST_SCALE},
    "N",
    as_number,
)
BURSTINESS = Kind(
    f"a number from 1 to {_BURSTIEST}",
    _burstiness,
    {"type": "number", "minimum": 1, "maximum": _BURSTIEST},
    "N",
    as_number,
)


class ProfileName(Struct, frozen=True):
    """The name of a profile; becomes what the profile says."""

    expected: str = "the name of a profile"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Find the profile."""
        try:
            name = text(value)
        except ValueError:
            report.mismatch(at, self.expected, value)
            return INVALID
        try:
            return read_profile(name)
        except ValueError as error:
            report.add(at, f"{error}")
            return INVALID

    def schema(self, _defs: dict[str, Schema]) -> Schema:
        """List the names."""
        return {"enum": profiles.names()}


def _same(tokens: int) -> tuple[int, int]:
    return tokens, tokens


def _range(fields: dict[str, Any], at: Place, report: Report) -> Any:
    if fields["min"] > fields["max"]:
        report.add(at, f"expected min to be at most max, got {fields['min']} and {fields['max']}.")
        return INVALID
    return fields["min"], fields["max"]


CHUNK_TOKENS = Form(
    "chunk_tokens",
    "How many tokens an event carries: drawn for each, all numbers from `min` to `max` being equally likely.",
    (
        Key("min", Scalar(POSITIVE), "the fewest", required=True),
        Key("max", Scalar(POSITIVE), "the most", required=True),
    ),
    _range,
)

LAW = Lawful(f"a duration such as 250ms or 1.5s, or a law such as {{uniform: {{min: 1s, max: 2s}}}} (a duration is {AT_MOST})")

_KEYS = (
    Key("profile", ProfileName(), "the timing of that name among the shipped profiles; keys beside it replace its own"),
    Key("latency", LAW, "time before the answer begins"),
    Key("ttft", LAW, "time to the first token"),
    Key("itl", LAW, "time between tokens"),
    Key("per-prompt-token", Scalar(DURATION), "time that each token of the prompt adds to that to the first token"),
    Key("burstiness", Scalar(BURSTINESS), "how many tokens arrive together on average; as many a second as without"),
    Key(
        "chunk-tokens",
        ByType(
            "a whole number from 1 up or a mapping with min and max", number=Made(Scalar(POSITIVE), _same), mapping=CHUNK_TOKENS
        ),
        "tokens of each event of a stream, instead of the settings stream-tokens-min and stream-tokens-max",
    ),
    Key("scale", Scalar(SCALE), "factor of every wait; of several levels that give one, the closest to the reply counts"),
    Key("whole", Scalar(SWITCH), "whether an answer that is not streamed takes the time its stream would", default=True),
)


def _timing(fields: dict[str, Any], at: Place, report: Report) -> Any:
    profile = fields.pop("profile", TimingSpec())
    spec = replace(profile, **arguments(fields))
    report.timings.append(Timed(spec, at, report.document))
    return spec


TIMING = Form("timing", "How long things take. What is closest to the reply wins: reply, rule, model, script.", _KEYS, _timing)


def _override(fields: dict[str, Any], at: Place, report: Report) -> Any:
    model, key = fields.pop("model", None), fields.pop("key", None)
    if model is None and key is None:
        report.add(at, "expected model, key or both, got none: what holds for all stands beside 'overrides'.")
        return INVALID
    if not fields:
        report.add(at, "expected timing such as itl or scale beside model and key, got none: it would change nothing.")
        return INVALID
    return TimingOverride(_timing(fields, at, report), model, key)


OVERRIDE = Form(
    "timing_override",
    "Timing for some models or API keys. All that fit apply, and what is further down wins key by key.",
    (
        Key("model", Scalar(NAME), "the model asked for, whatever its case; * is any text, ? any character"),
        Key("key", Scalar(NAME), "the API key of the request, in its case; likewise"),
        *_KEYS,
    ),
    _override,
    also={
        "allOf": [
            {"anyOf": [{"required": ["model"]}, {"required": ["key"]}]},
            {"anyOf": [{"required": [key.name]} for key in _KEYS]},
        ]
    },
)
TOP_TIMING = Form(
    "top_timing",
    "How long things take, unless a model, a rule or a reply says otherwise.",
    (
        *_KEYS,
        Key("overrides", ListOf(OVERRIDE, "a list of mappings"), "what some models or keys have otherwise; wins over `models`"),
    ),
    _timing,
)


@cache
def read_profile(name: str) -> TimingSpec:
    """Read a profile that there is."""
    report = Report(Document(f"profile {name}", profiles.load(name), {}, []), Checks())
    spec = TIMING.read(report.document.data, (), report)
    if not isinstance(spec, TimingSpec):
        raise TypeError(f"profile {name}: {'; '.join(map(str, report.problems))}")  # our own data are wrong
    return spec


def read_timing(data: Any, source: str) -> TimingSpec:
    """Read timing that stands in no script.

    Raises:
        ValueError: with every mistake; `source` says where it is.
    """
    report = Report(Document(source, data, {}, []), Checks())
    spec = TIMING.read(data, (), report)
    if isinstance(spec, TimingSpec):
        return spec
    told = [f"{problem.path.removeprefix('$.')}: {problem.message}" for problem in report.problems]
    raise ValueError(f"{source}: {' '.join(told)}")
