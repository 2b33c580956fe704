"""What a request for a fine-tuning job may say, and the job's members that come of it. Refusals are the API's."""

from __future__ import annotations

from typing import Any

from understudy.dialects import Moment
from understudy.dialects._openai.check import Check, fields, mapping, missing, number, one_of, refuse, string, wrong_type
from understudy.dialects._openai.check_texts import longest, metadata
from understudy.dialects._openai.tuned import base_of
from understudy.dialects._session import store_of
from understudy.dialects.openai_platform.ask import Ask, Json
from understudy.dialects.openai_platform.files import find_file
from understudy.errors import RequestError

METHODS = ("supervised", "dpo", "reinforcement")
_AUTO = "auto"
_LARGEST_SEED = 2**31 - 1
_MOST_INTEGRATIONS = 5

# Hyperparameters and what each method shows of them when nobody said anything.
_SUPERVISED: Json = {"batch_size": _AUTO, "learning_rate_multiplier": _AUTO, "n_epochs": _AUTO}
_USUAL: dict[str, Json] = {
    "supervised": _SUPERVISED,
    "dpo": {"beta": _AUTO, **_SUPERVISED},
    "reinforcement": {
        **_SUPERVISED,
        "reasoning_effort": "default",
        "compute_multiplier": _AUTO,
        "eval_interval": _AUTO,
        "eval_samples": _AUTO,
    },
}


def _or_auto(check: Check) -> Check:
    def checked(value: Any, path: str) -> None:
        if value != _AUTO:
            check(value, path)

    return checked


_HYPERPARAMETERS: dict[str, Check] = {
    "batch_size": _or_auto(number(1, 256, whole=True)),
    "learning_rate_multiplier": _or_auto(number(0, None, whole=False)),
    "n_epochs": _or_auto(number(1, 50, whole=True)),
    "beta": _or_auto(number(0, 2, whole=False)),
    "reasoning_effort": one_of("default", "low", "medium", "high"),
    "compute_multiplier": _or_auto(number(0.00001, 10, whole=False)),
    "eval_interval": _or_auto(number(1, None, whole=True)),
    "eval_samples": _or_auto(number(1, None, whole=True)),
}


def _check_hyperparameters(value: Any, path: str) -> None:
    mapping(value, path)
    for name, check in _HYPERPARAMETERS.items():
        if value.get(name) is not None:
            check(value[name], f"{path}.{name}")


def _check_method(value: Any, path: str) -> None:
    mapping(value, path)
    one_of(*METHODS)(value.get("type"), f"{path}.type")
    for kind in METHODS:
        inner, where = value.get(kind), f"{path}.{kind}"
        if inner is not None:
            mapping(inner, where)
            if inner.get("hyperparameters") is not None:
                _check_hyperparameters(inner["hyperparameters"], f"{where}.hyperparameters")
    if value["type"] == "reinforcement":
        if value.get("reinforcement") is None or value["reinforcement"].get("grader") is None:
            missing(f"{path}.reinforcement.grader")
        mapping(value["reinforcement"]["grader"], f"{path}.reinforcement.grader")


def _check_integrations(value: Any, path: str) -> None:
    if not isinstance(value, list):
        wrong_type(path, "an array", value)
    if len(value) > _MOST_INTEGRATIONS:
        refuse(f"Invalid '{path}': expected at most {_MOST_INTEGRATIONS}, got {len(value)}.", path, "array_above_max_length")
    for i, item in enumerate(value):
        where = f"{path}[{i}]"
        mapping(item, where)
        one_of("wandb")(item.get("type"), f"{where}.type")
        mapping(item.get("wandb"), f"{where}.wandb")
        if item["wandb"].get("project") is None:
            missing(f"{where}.wandb.project")
        string(item["wandb"]["project"], f"{where}.wandb.project")


def _check_suffix(value: Any, path: str) -> None:
    string(value, path)
    longest(value, path, 64)


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("model", string),
    ("training_file", string),
    ("validation_file", string),
    ("hyperparameters", _check_hyperparameters),
    ("suffix", _check_suffix),
    ("seed", number(0, _LARGEST_SEED, whole=True)),
    ("method", _check_method),
    ("integrations", _check_integrations),
    ("metadata", metadata),
)


def check(ask: Ask, moment: Moment) -> None:
    """Refuse a job that cannot be made."""
    for name in ("model", "training_file"):
        if ask.fields.get(name) is None:
            missing(name)
    fields(ask.fields, _CHECKS)
    model, options = ask.fields["model"], moment.options
    if not model or (options.only_listed and all(listed.id != base_of(model) for listed in options.listed)):
        refuse(f"Model {model} is not available for fine-tuning or does not exist.", None, "model_not_available")
    for name in ("training_file", "validation_file"):
        if ask.fields.get(name) is not None:
            _check_file(ask.fields[name], name, moment)


def _check_file(identifier: str, path: str, moment: Moment) -> None:
    file = find_file(store_of(moment), identifier, moment.created)
    if file is None:
        refuse(f"invalid {path}: {identifier}", path, "file_not_found")
    if file["purpose"] != "fine-tune":
        message = f"Invalid file purpose for '{path}': expected 'fine-tune', but got '{file['purpose']}' instead."
        refuse(message, path, "invalid_file_purpose")


def method_of(given: Json) -> Json:
    """The method of a job as the API shows it, with every hyperparameter; what makes no sense counts as absent."""
    method: Any = given.get("method")
    kind = method.get("type") if isinstance(method, dict) else None
    kind = kind if kind in METHODS else "supervised"
    inner = method.get(kind) if isinstance(method, dict) else None
    inner = inner if isinstance(inner, dict) else {}
    said = [inner.get("hyperparameters"), given.get("hyperparameters") if kind == "supervised" else None]
    wished = {
        name: value for part in said[::-1] if isinstance(part, dict) for name, value in part.items() if _fits(name, value)
    }
    usual = _USUAL[kind]
    shown = {"hyperparameters": {name: wished.get(name, value) for name, value in usual.items()}}
    if kind == "reinforcement":
        shown = {"grader": inner.get("grader") or {}, **shown}
    return {"type": kind, kind: shown}


def _fits(name: str, value: Any) -> bool:
    """Say whether a hyperparameter may have a value."""
    judge = _HYPERPARAMETERS.get(name)
    if judge is None or value is None:
        return False
    try:
        judge(value, name)
    except RequestError:
        return False
    return True


def integrations_of(given: Json, job: str) -> list[Json]:
    """The integrations of a job as the API shows them."""
    listed = given.get("integrations")
    found = [item.get("wandb") for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return [
        {"type": "wandb", "wandb": {"entity": None, "name": None, "tags": None, **wandb, "run_id": job}}
        for wandb in found
        if isinstance(wandb, dict)
    ]
