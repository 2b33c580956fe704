"""Graders of fine-tuning by reinforcement: validate one, or run it over a sample (`/fine_tuning/alpha/graders`).

Shapes are those of the official client's types (2026-11). Nothing is kept.
"""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._openai.check import mapping, missing, one_of, string
from understudy.dialects._openai.listing import nowhere
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import Ask, Json
from understudy.dialects.openai_platform.grading import graded, parts_of
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.reply import Reply

_SIMPLE = ("string_check", "text_similarity", "python", "score_model", "label_model")
_NEEDED = {
    "string_check": ("name", "input", "reference", "operation"),
    "text_similarity": ("name", "input", "reference", "evaluation_metric"),
    "python": ("name", "source"),
    "score_model": ("name", "input", "model"),
    "label_model": ("name", "input", "model", "labels", "passing_labels"),
    "multi": ("name", "graders", "calculate_output"),
}
_METRICS = ("cosine", "fuzzy_match", "bleu", "gleu", "meteor", *(f"rouge_{n}" for n in (*range(1, 6), "l")))
_CHOICES = {"operation": ("eq", "ne", "like", "ilike"), "evaluation_metric": _METRICS}
_ERRORS = (
    *("formula_parse_error", "invalid_variable_error", "model_grader_parse_error", "model_grader_refusal_error"),
    *("model_grader_server_error", "other_error", "python_grader_runtime_error", "python_grader_server_error"),
    *("sample_parse_error", "truncated_observation_error", "unresponsive_reward_error"),
)


def answer(call: Call, _replies: tuple[Reply, ...], _moment: Moment) -> Body:
    """POST /fine_tuning/alpha/graders/validate and /run."""
    ask: Ask = call.extra
    if ask.path not in (("validate",), ("run",)):
        raise nowhere("POST", "fine_tuning/alpha/graders", ("graders", *ask.path))
    grader = ask.fields.get("grader")
    if ask.strict:
        _check(grader, "grader", *_SIMPLE, "multi")
    grader = grader if isinstance(grader, dict) else {}
    if ask.path == ("validate",):
        return body({"grader": grader})
    if ask.strict and ask.fields.get("model_sample") is None:
        missing("model_sample")
    if ask.strict:
        string(ask.fields["model_sample"], "model_sample")
    return body(_run(grader, ask.text("model_sample"), ask.fields.get("item")))


def _run(grader: Json, sample: str, item: Any) -> Json:
    grade = graded(grader, sample, item)
    name = str(grader.get("name", ""))
    errors: Json = {kind: kind in grade.errors for kind in _ERRORS}
    errors |= {
        "model_grader_server_error_details": grade.errors.get("model_grader_server_error"),
        "python_grader_runtime_error_details": None,
        "python_grader_server_error_type": grade.errors.get("python_grader_server_error"),
    }
    metadata = {
        "errors": errors,
        "execution_time": 0.0,
        "name": name,
        "sampled_model_name": None,
        "scores": grade.parts or {name: grade.score},
        "token_usage": None,
        "type": str(grader.get("type", "")),
    }
    return {
        "reward": grade.score,
        "metadata": metadata,
        "sub_rewards": grade.parts,
        "model_grader_token_usage_per_model": {},
    }


def _check(grader: Any, path: str, *kinds: str) -> None:
    if grader is None:
        missing(path)
    mapping(grader, path)
    if grader.get("type") is None:
        missing(f"{path}.type")
    one_of(*kinds)(grader["type"], f"{path}.type")
    for name in _NEEDED[grader["type"]]:
        if grader.get(name) is None:
            missing(f"{path}.{name}")
        if name in _CHOICES:
            one_of(*_CHOICES[name])(grader[name], f"{path}.{name}")
    if grader["type"] == "multi":
        mapping(grader["graders"], f"{path}.graders")
        for name, inner in parts_of(grader).items():
            _check(inner, f"{path}.graders.{name}", *_SIMPLE)
