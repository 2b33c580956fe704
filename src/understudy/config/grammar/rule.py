"""`rules` and `models`: when what answers, and the models a script names."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct

from understudy.config.grammar.form import Form, Key
from understudy.config.grammar.readers import INVALID, ByType, ListOf, Made, Scalar, Schema
from understudy.config.grammar.reply import ANY_REPLY
from understudy.config.grammar.report import Report
from understudy.config.grammar.timing import TIMING
from understudy.config.script import NO_TIMING, Model, Rule, Then
from understudy.config.source import Place
from understudy.config.values import NAME, Kind, choice, filled
from understudy.matching import ConditionErrors, When, when_schema

_LONGEST_NAME = 200


def _rule_name(value: object) -> str:
    name = filled(value).strip()
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise ValueError
    return name


RULE_NAME = Kind(
    f"a name of at most {_LONGEST_NAME} printable characters",
    _rule_name,
    {"type": "string", "pattern": r"\S", "maxLength": _LONGEST_NAME},
)


class Conditions(Struct, frozen=True):
    """The conditions of a rule, compiled."""

    expected: str = "a mapping of conditions"

    def read(self, value: Any, at: Place, report: Report) -> Any:
        """Compile the conditions."""
        try:
            return When.build(value)
        except ConditionErrors as mistakes:
            for path, message in mistakes.errors:
                report.add((*at, *path), message)
            return INVALID

    def schema(self, defs: dict[str, Schema]) -> Schema:
        """Hoist the definitions of the conditions."""
        if "when" not in defs:
            schema = when_schema()
            defs.update(schema.pop("$defs", {}))
            defs["when"] = schema
        return {"$ref": "#/$defs/when"}


@cache
def any_call() -> When:
    """The condition of a rule without `when`."""
    return When.build({})


def _rule(fields: dict[str, Any], at: Place, report: Report) -> Any:
    if ("reply" in fields) == ("replies" in fields):
        report.add(at, f"expected exactly one of reply or replies, got {'both' if 'reply' in fields else 'none'}.")
        return INVALID
    if "then" in fields and "reply" in fields:
        report.add((*at, "then"), "'then' says what follows the last of 'replies': expected 'replies' beside it, got 'reply'.")
        return INVALID
    return Rule(
        name=fields.get("name", ""),
        when=fields["when"] if "when" in fields else any_call(),
        replies=fields["replies"] if "replies" in fields else (fields["reply"],),
        then=fields.get("then", "last"),
        timing=fields.get("timing", NO_TIMING),
        source_file=report.file,
        line=report.line(at),
    )


RULE = Form(
    "rule",
    "When a call fits, answer so. The first rule that fits answers.",
    (
        Key(
            "name", Scalar(RULE_NAME), "how answers, logs and X-Understudy-Rule call it; else `rule N`, N its place in the file"
        ),
        Key("when", Conditions(), "the conditions, all of which must hold; without any, every call fits"),
        Key("reply", ANY_REPLY, "what answers: a text, or a mapping"),
        Key("replies", ListOf(ANY_REPLY, "a list of replies", 1), "what answers the first call, the second, and so on"),
        Key("then", Scalar(choice(Then)), "after the last of `replies`: repeat it, begin again, or fail", default="last"),
        Key("timing", TIMING, "how long its replies take"),
    ),
    _rule,
    later=frozenset({"fault"}),
    also={"oneOf": [{"required": ["reply"]}, {"required": ["replies"]}], "dependentRequired": {"then": ["replies"]}},
)


def _model(fields: dict[str, Any], _at: Place, _report: Report) -> Any:
    return Model(fields["id"], fields.get("timing", NO_TIMING))


MODEL = Form(
    "model",
    "A model with what is special about it.",
    (
        Key("id", Scalar(NAME), "its name", required=True),
        Key("timing", TIMING, "how long its answers take"),
    ),
    _model,
)
ANY_MODEL = ByType("the name of a model or a mapping with its id", text=Made(Scalar(NAME), Model), mapping=MODEL)
