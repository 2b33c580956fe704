"""Fine-tuning jobs as they are kept: their document, what is told of them, and how far they are."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from understudy.dialects.openai_platform.ask import Json
from understudy.dialects.openai_platform.fine_tuning_check import integrations_of, method_of
from understudy.model.ports import Random, Store

JOBS = "tuning-job"
ORGANISATION = "understudy"
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

Stage = Literal["validating", "queued", "training", "finishing"]


class Tuning(Struct):
    """A job.

    `run` counts how often it was begun or resumed: only the work of the last run goes on. `examples` and `tokens` are those of
    the training file, `step` of `steps` is where training stands, `rows` are its metrics so far.
    """

    document: Json
    events: list[Json] = []
    checkpoints: list[Json] = []
    rows: list[str] = []
    stage: Stage = "validating"
    paused: bool = False
    run: int = 0
    examples: int = 0
    tokens: int = 0
    step: int = 0
    steps: int = 0

    @property
    def is_over(self) -> bool:
        """Say whether nothing more happens to the job."""
        return self.document["status"] in ("succeeded", "failed", "cancelled")

    def tell(self, random: Random, now: int, message: str, level: str = "info", metrics: Json | None = None) -> None:
        """Write down an event."""
        event = {
            "object": "fine_tuning.job.event",
            "id": letters_of(random, f"{self.document['id']}-event-{len(self.events)}", "ftevent-", 24),
            "created_at": now,
            "level": level,
            "message": message,
            "data": metrics or {},
            "type": "message" if metrics is None else "metrics",
        }
        self.events.append(event)


_read = msgspec.json.Decoder(Tuning).decode  # clients may say whole numbers that other forms have no room for


def letters_of(random: Random, purpose: str, prefix: str, count: int) -> str:
    """Make a prefix and base62 letters, drawn for a purpose."""
    return prefix + "".join(_BASE62[word % 62] for word in random.words(f"tuning-{purpose}", count))


def new_job(identifier: str, created: int, given: Json, seed: int) -> Tuning:
    """Make a job of what its client wished."""
    method = method_of(given)
    suffix, metadata, wished = given.get("suffix"), given.get("metadata"), given.get("seed")
    document: Json = {
        "object": "fine_tuning.job",
        "id": identifier,
        "model": _text(given.get("model")) or "gpt-4o-mini",
        "created_at": created,
        "finished_at": None,
        "fine_tuned_model": None,
        "organization_id": f"org-{ORGANISATION}",
        "result_files": [],
        "status": "validating_files",
        "validation_file": _text(given.get("validation_file")),
        "training_file": _text(given.get("training_file")) or "file",
        "hyperparameters": _short(method),
        "trained_tokens": None,
        "error": None,
        "user_provided_suffix": _text(suffix),
        "seed": wished if isinstance(wished, int) and not isinstance(wished, bool) else seed,
        "estimated_finish": None,
        "integrations": integrations_of(given, identifier),
        "metadata": metadata if isinstance(metadata, dict) else None,
        "method": method,
    }
    return Tuning(document)


def settle_hyperparameters(document: Json, settled: Json) -> None:
    """Put numbers in the place of `auto`."""
    method = document["method"]
    shown = method[method["type"]]["hyperparameters"]
    for name, value in settled.items():
        if shown.get(name) == "auto":
            shown[name] = value
    document["hyperparameters"] = _short(method)


def hyperparameters(document: Json) -> Json:
    """The hyperparameters of the method of a job."""
    method = document["method"]
    found: Json = method[method["type"]]["hyperparameters"]
    return found


def _short(method: Json) -> Json:
    """The three that every method has."""
    shown = method[method["type"]]["hyperparameters"]
    return {name: shown[name] for name in ("n_epochs", "batch_size", "learning_rate_multiplier")}


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def keep_job(store: Store, job: Tuning) -> None:
    """Keep a job, new or changed."""
    store.put(JOBS, job.document["id"], msgspec.json.encode(job))


def find_job(store: Store, identifier: str) -> Tuning | None:
    """Look a job up."""
    data = store.get(JOBS, identifier)
    return None if data is None else _read(data)
