"""`rules` and `models`: when what answers, and the models a script names."""

from __future__ import annotations

from typing import Any

from understudy.config.grammar.capacity import CAPACITY
from understudy.config.grammar.fault import FAULT_OR_FAULTS, FAULTS
from understudy.config.grammar.form import Form, Key
from understudy.config.grammar.readers import INVALID, ByType, ListOf, Made, Scalar
from understudy.config.grammar.reply import ANY_REPLY
from understudy.config.grammar.report import Report
from understudy.config.grammar.timing import TIMING
from understudy.config.grammar.when import OF_RULES, any_call
from understudy.config.script import NO_TIMING, Model, Rule, Then
from understudy.config.source import Place
from understudy.config.values import NAME, Kind, choice, filled

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
        faults=fields.get("fault", ()),
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
        Key(
            "when",
            OF_RULES,
            "the conditions, all of which must hold; without any, every call fits. No rule answers the operations "
            f"{', '.join(OF_RULES.without)}; faults strike these, but for health",
        ),
        Key("reply", ANY_REPLY, "what answers: a text, or a mapping"),
        Key("replies", ListOf(ANY_REPLY, "a list of replies", 1), "what answers the first call, the second, and so on"),
        Key("then", Scalar(choice(Then)), "after the last of `replies`: repeat it, begin again, or fail", default="last"),
        Key("timing", TIMING, "how long its replies take"),
        Key("fault", FAULT_OR_FAULTS, "what goes wrong with its replies; [the kinds](faults.md)"),
    ),
    _rule,
    also={"oneOf": [{"required": ["reply"]}, {"required": ["replies"]}], "dependentRequired": {"then": ["replies"]}},
)


def _model(fields: dict[str, Any], _at: Place, _report: Report) -> Any:
    return Model(fields["id"], fields.get("timing", NO_TIMING), fields.get("capacity"), fields.get("faults", ()))


MODEL = Form(
    "model",
    "A model with what is special about it.",
    (
        Key("id", Scalar(NAME), "its name", required=True),
        Key("timing", TIMING, "how long its answers take"),
        Key("capacity", CAPACITY, "the engine its answers wait for"),
        Key("faults", FAULTS, "what goes wrong with its answers; [the kinds](faults.md)"),
    ),
    _model,
)
ANY_MODEL = ByType("the name of a model or a mapping with its id", text=Made(Scalar(NAME), Model), mapping=MODEL)
