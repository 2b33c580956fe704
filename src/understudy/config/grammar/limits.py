"""`limits`: how much may be asked for, by whom, of what. What becomes of it is the engine's."""

from __future__ import annotations

from typing import Any, Final

from understudy.config.grammar.form import Form, Key, arguments
from understudy.config.grammar.readers import INVALID, ByType, ListOf, Made, Scalar
from understudy.config.grammar.report import Report
from understudy.config.quantities import TIMEOUT
from understudy.config.script import LimitSpec, Per
from understudy.config.source import Place
from understudy.config.values import NAME, POSITIVE, SWITCH, choice

AMOUNTS: Final = ("rpm", "rpd", "tpm", "tpd", "input-tpm", "output-tpm", "concurrent")
"""The keys that limit something; each entry has one of them."""

_WHOSE: Final = Scalar(choice(Per))


def _alone(per: str) -> tuple[str]:
    return (per,)


def _limit(fields: dict[str, Any], at: Place, report: Report) -> Any:
    if not any(name in fields for name in AMOUNTS):
        report.add(at, f"expected one of {', '.join(AMOUNTS)}, got none: this limits nothing.")
        return INVALID
    if "burst" in fields and not any(name in fields for name in AMOUNTS if name != "concurrent"):
        report.add((*at, "burst"), "burst: expected a limit of requests or tokens beside it, got concurrent alone. Remove it.")
        return INVALID
    per = fields.get("per", ())
    if "all" in per and len(per) > 1:
        report.add((*at, "per"), "per: expected all alone, or what tells accounts apart, got both.")
        return INVALID
    if len(set(per)) < len(per):
        report.add((*at, "per"), "per: expected each word once, got one of them twice.")
        return INVALID
    return LimitSpec(**arguments(fields))


LIMIT = Form(
    "limit",
    "How much may be asked for. A request is admitted when every limit that is said of it admits it.",
    (
        Key(
            "per",
            ByType(
                f"{_WHOSE.expected}, or a list of these",
                text=Made(_WHOSE, _alone),
                sequence=ListOf(_WHOSE, "a list of what tells accounts apart", 1),
            ),
            "who has an account of their own: each API key, model, organisation (header `OpenAI-Organization`) or session, or "
            "each combination of those listed; all together (`all`) if left out",
            default="all",
        ),
        Key("model", Scalar(NAME), "only for these models; * is any text, ? any character"),
        Key("key", Scalar(NAME), "only for these API keys; likewise"),
        Key("rpm", Scalar(POSITIVE), "requests a minute"),
        Key("rpd", Scalar(POSITIVE), "requests a day"),
        Key("tpm", Scalar(POSITIVE), "tokens a minute, those of prompts and answers together"),
        Key("tpd", Scalar(POSITIVE), "tokens a day, likewise"),
        Key("input-tpm", Scalar(POSITIVE), "tokens of prompts a minute"),
        Key("output-tpm", Scalar(POSITIVE), "tokens of answers a minute"),
        Key("concurrent", Scalar(POSITIVE), "requests that are answered at the same time"),
        Key(
            "burst",
            Scalar(TIMEOUT),
            "no more than comes in that time can be used at once, but one request at least: with 1s, 60 a minute are one a "
            "second; if left out, all that comes in the minute or the day",
        ),
        Key("dry-run", Scalar(SWITCH), "whether requests are marked rather than refused; off if left out", default=False),
    ),
    _limit,
    also={
        "anyOf": [{"required": [name]} for name in AMOUNTS],
        "dependentSchemas": {"burst": {"anyOf": [{"required": [name]} for name in AMOUNTS if name != "concurrent"]}},
    },
)
LIMITS = ListOf(LIMIT, "a list of limits")
