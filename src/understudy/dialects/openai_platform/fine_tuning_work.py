"""The work on a fine-tuning job: its files are read, steps are counted, and a model's name comes into the catalogue.

In: a job that is kept. Out: waits; what has been done stands in the store after each of them. A job that is gone, over or
paused is not gone on with; one that is resumed goes on where it stood. Losses are drawn from the decision and fall.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from math import exp

from msgspec import Struct

from understudy.dialects import Listed
from understudy.dialects._openai.tuned import base_of, keep_tuned
from understudy.dialects.openai_platform.ask import Json
from understudy.dialects.openai_platform.files import file_data, find_file, keep_file, new_file
from understudy.dialects.openai_platform.fine_tuning_data import Examined, Mistake, examined
from understudy.dialects.openai_platform.fine_tuning_kept import (
    ORGANISATION,
    Stage,
    Tuning,
    find_job,
    hyperparameters,
    keep_job,
    letters_of,
    settle_hyperparameters,
)
from understudy.model.ports import Agent, Random, Store

_BEFORE = 0.02  # seconds until a job is looked at, and until it leaves the queue
_STEP = 0.005  # seconds between two steps that are told of
_MOST_STEPS = 100  # that are told of
_VALIDATED = 10  # steps between two validations
_KEPT_EPOCHS = 3  # whose checkpoints are kept
_EPOCHS, _RATE = 3, 1.8
_BATCHES = 500  # examples for each example of a batch, unless its size is said
_FIELDS = "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy"


class Work(Struct, frozen=True):
    """A run of a job."""

    identifier: str
    run: int
    store: Store
    agent: Agent
    random: Random


def work(task: Work) -> Iterator[float]:
    """Do all the work; yields the seconds to wait before going on."""
    yield _BEFORE
    while (job := _under_way(task)) is not None:
        yield from _STAGES[job.stage](task, job)


def _under_way(task: Work) -> Tuning | None:
    """The job, if this run of it goes on."""
    job = find_job(task.store, task.identifier)
    return None if job is None or job.is_over or job.paused or job.run != task.run else job


def _validate(task: Work, job: Tuning) -> Iterator[float]:
    held: dict[str, Examined] = {}
    for param in ("training_file", "validation_file"):
        for found in _read(task, job.document, param):
            if isinstance(found, float):
                yield found
            elif isinstance(found, Examined):
                held[param] = found
            else:
                _fail(task, found)
                return
    again = _under_way(task)
    if again is None:
        return
    again.examples, again.tokens = held["training_file"].examples, held["training_file"].tokens
    again.document["status"] = "queued"
    _tell(task, again, "Files validated, moving job to queued state")
    _go_on(task, again, "queued")
    yield _BEFORE


def _read(task: Work, document: Json, param: str) -> Iterator[float | Mistake | Examined]:
    identifier = document[param]
    if identifier is None:
        return
    file = find_file(task.store, identifier, task.agent.wall())
    data = file_data(task.store, identifier) if file is not None else None
    if data is None:
        what = param.replace("_", " ")
        message = f"The job failed due to an invalid {what}. The file '{identifier}' was not found."
        yield Mistake(f"invalid_{param}", message, param)
        return
    yield from examined(data, base_of(document["model"]), document["method"]["type"], param)


def _fail(task: Work, mistake: Mistake) -> None:
    job = _under_way(task)
    if job is None:
        return
    error = {"code": mistake.code, "message": mistake.message, "param": mistake.param}
    job.document |= {"status": "failed", "error": error}
    _tell(task, job, mistake.message, "error")
    keep_job(task.store, job)


def _start(task: Work, job: Tuning) -> Iterator[float]:
    size = max(1, min(256, job.examples // _BATCHES))
    settle_hyperparameters(job.document, {"n_epochs": _EPOCHS, "batch_size": size, "learning_rate_multiplier": _RATE})
    told = hyperparameters(job.document)
    job.steps = told["n_epochs"] * -(-job.examples // told["batch_size"])
    _tell(task, job, "Fine-tuning job started")
    _go_on(task, job, "training")
    yield _STEP


def _train(task: Work, job: Tuning) -> Iterator[float]:
    """Go on to the next step that is told of."""
    stride = -(-job.steps // _MOST_STEPS)
    job.step = min(job.steps, job.step + stride)
    metrics = _metrics(task, job, job.step)
    words = {"train_loss": "training loss", "valid_loss": "validation loss", "full_valid_loss": "full validation loss"}
    losses = ", ".join(f"{word}={metrics[name]:.2f}" for name, word in words.items() if name in metrics)
    columns = ("train_loss", "train_mean_token_accuracy", "valid_loss", "valid_mean_token_accuracy")
    job.rows.append(",".join([str(job.step), *(str(metrics.get(name, "")) for name in columns)]))
    left = -(-(job.steps - job.step) // stride)
    job.document |= {"status": "running", "estimated_finish": _now(task) + round(left * _STEP)}
    _tell(task, job, f"Step {job.step}/{job.steps}: {losses}", metrics=metrics)
    _go_on(task, job, "training" if job.step < job.steps else "finishing")
    yield _STEP


def _metrics(task: Work, job: Tuning, step: int) -> Json:
    """What is measured at a step."""
    level = 0.25 + 2.2 * exp(-3 * step / job.steps)
    found = {"step": step, "total_steps": job.steps, **_measured(task, level, "train", step)}
    if job.document["validation_file"] is not None and (step % _VALIDATED == 0 or step == job.steps):
        found |= _measured(task, level * 1.1, "valid", step)
        if step == job.steps:
            found |= {f"full_{name}": value for name, value in _measured(task, level * 1.1, "valid", 0).items()}
    return found


def _measured(task: Work, level: float, kind: str, step: int) -> Json:
    draw = task.random.uniform(f"tuning-{task.identifier}-{kind}-{step}")
    loss = level * (0.85 + 0.3 * draw)
    return {f"{kind}_loss": round(loss, 5), f"{kind}_mean_token_accuracy": round(max(0.05, 1 - loss / 3.2), 5)}


def _finish(task: Work, job: Tuning) -> Iterator[float]:
    """Make the model, its checkpoints and the file of its metrics."""
    name = _name(task, job, 0)
    for at, step in enumerate(_checkpointed(job), 1):
        checkpoint = name if step == job.steps else f"{_name(task, job, at)}:ckpt-step-{step}"
        job.checkpoints.append(_checkpoint(task, job, checkpoint, step))
        keep_tuned(task.store, Listed(checkpoint, _now(task), ORGANISATION))
        if step < job.steps:
            _tell(task, job, f"Checkpoint created at step {step} with Snapshot ID: {checkpoint}")
    _tell(task, job, f"New fine-tuned model created: {name}")
    _tell(task, job, "The job has successfully completed")
    told = hyperparameters(job.document)
    job.document |= {
        "status": "succeeded",
        "fine_tuned_model": name,
        "finished_at": _now(task),
        "estimated_finish": None,
        "trained_tokens": job.tokens * told["n_epochs"],
        "result_files": [_result(task, job)],
    }
    keep_job(task.store, job)
    yield 0.0


def _name(task: Work, job: Tuning, number: int) -> str:
    """A model's name: `ft:<base>:<organisation>:<suffix>:<id>`."""
    model, suffix = base_of(job.document["model"]), job.document["user_provided_suffix"] or ""
    return f"ft:{model}:{ORGANISATION}:{suffix}:{letters_of(task.random, f'{task.identifier}-model-{number}', '', 8)}"


def _checkpointed(job: Tuning) -> list[int]:
    """The last steps of the last epochs."""
    epochs = hyperparameters(job.document)["n_epochs"]
    return [job.steps * epoch // epochs for epoch in range(1, epochs + 1)][-_KEPT_EPOCHS:]


def _checkpoint(task: Work, job: Tuning, model: str, step: int) -> Json:
    metrics = _metrics(task, job, step)
    del metrics["total_steps"]
    return {
        "object": "fine_tuning.job.checkpoint",
        "id": letters_of(task.random, f"{task.identifier}-checkpoint-{step}", "ftckpt_", 24),
        "created_at": _now(task),
        "fine_tuned_model_checkpoint": model,
        "fine_tuning_job_id": task.identifier,
        "metrics": metrics,
        "step_number": step,
    }


def _result(task: Work, job: Tuning) -> str:
    """Keep the metrics as a file; the API gives its contents in base64."""
    data = b64encode("\n".join([_FIELDS, *job.rows, ""]).encode())
    identifier = letters_of(task.random, f"{task.identifier}-result", "file-", 22)
    keep_file(task.store, new_file(identifier, "step_metrics.csv", len(data), "fine-tune-results", _now(task)), data)
    return identifier


def _tell(task: Work, job: Tuning, message: str, level: str = "info", metrics: Json | None = None) -> None:
    job.tell(task.random, _now(task), message, level, metrics)


def _go_on(task: Work, job: Tuning, stage: Stage) -> None:
    job.stage = stage
    keep_job(task.store, job)


def _now(task: Work) -> int:
    return int(task.agent.wall())


_STAGES: dict[Stage, Callable[[Work, Tuning], Iterator[float]]] = {
    "validating": _validate,
    "queued": _start,
    "training": _train,
    "finishing": _finish,
}
