"""The work on a batch: its file is checked, its requests are answered one by one, its outputs become files (wire.md 9.5).

In: a batch that is kept, an agent that asks the server. Out: waits between two requests; what has been done stands in the store
after each of them. A batch that is gone from the store, cancelled or too old is not gone on with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from understudy.dialects.openai_platform.ask import Json
from understudy.dialects.openai_platform.batch_lines import Judge, Line, Mistake, numbered, too_many
from understudy.dialects.openai_platform.files import MONTH, file_data, find_file, keep_file, new_file
from understudy.model.ports import Agent, Random, Store
from understudy.untrusted import NOT_JSON

BATCHES = "batch"
_AT_ONCE = 500  # lines that are checked between two waits
_BEFORE = 0.02  # seconds until a batch is looked at
_BETWEEN = 0.001  # seconds between two requests
_SAVED = 20  # requests after which the counts are written down
_LARGEST_INPUT = 200 << 20  # bytes
_LARGEST = 96 << 20  # bytes of outputs and errors together
_ENDS = {"cancelling": "cancelled", "in_progress": "expired"}
_WHY = {
    "cancelled": ("batch_cancelled", "This request was not executed because the batch was cancelled."),
    "expired": ("batch_expired", "This request could not be executed before the completion window expired."),
    "full": ("output_too_large", "This request was not executed because the batch's outputs take too much room."),
}


class Job(Struct):
    """A batch under way, and what was made of it so far.

    `keeps` is for how many seconds its files stay, `models` are all that may be asked, None when any may.
    """

    identifier: str
    store: Store
    agent: Agent
    random: Random
    files: tuple[str, str]
    keeps: int = MONTH
    models: tuple[str, ...] | None = None
    outputs: list[bytes] = []
    errors: list[bytes] = []
    usage: list[int] = []
    completed: int = 0
    failed: int = 0
    size: int = 0


def find_batch(store: Store, identifier: str) -> Json | None:
    """Look a batch up."""
    data = store.get(BATCHES, identifier)
    return None if data is None else msgspec.json.decode(data)


def keep_batch(store: Store, document: Json) -> None:
    """Keep a batch, new or changed."""
    store.put(BATCHES, document["id"], msgspec.json.encode(document))


def work(job: Job) -> Iterator[float]:
    """Do all the work; yields the seconds to wait before going on."""
    yield _BEFORE
    document = find_batch(job.store, job.identifier)
    if document is None or _stopped(job, document, []):
        return
    lines: list[Line] = []
    mistake = None
    for found in _checked(job, document):
        if isinstance(found, Mistake):
            mistake = found
        elif isinstance(found, Line):
            lines.append(found)
        else:
            yield found
    document = find_batch(job.store, job.identifier)
    if document is None or _stopped(job, document, lines):
        return
    if mistake is not None:
        _fail(job, document, mistake)
        return
    document |= {"status": "in_progress", "in_progress_at": _now(job), "model": lines[0].model}
    document["request_counts"]["total"] = len(lines)
    keep_batch(job.store, document)
    yield from _answered(job, lines)


def _checked(job: Job, document: Json) -> Iterator[Line | Mistake | float]:
    """The lines, ending at the first mistake, and waits."""
    identifier = document["input_file_id"]
    file = find_file(job.store, identifier, job.agent.wall())
    data = file_data(job.store, identifier) if file is not None else None
    if file is None or data is None:
        yield Mistake("invalid_request", f"Unable to find the input file '{identifier}'.", "file_id")
        return
    if file["purpose"] != "batch":
        yield Mistake("invalid_request", f"The input file '{identifier}' must have purpose 'batch'.", "file_id")
        return
    if file["bytes"] > _LARGEST_INPUT:
        yield Mistake("file_too_large", f"The input file is larger than {_LARGEST_INPUT >> 20} MB.", "file_id")
        return
    judge, count = Judge(document["endpoint"], job.models), 0
    for number, line in numbered(data):
        found = judge.read(line, number)
        yield found
        if isinstance(found, Mistake):
            return
        count += 1
        if not count % _AT_ONCE:
            yield _BETWEEN
    mistake = too_many(count, judge.inputs)
    if mistake is not None:
        yield mistake


def _answered(job: Job, lines: list[Line]) -> Iterator[float]:
    for at, line in enumerate(lines):
        document = find_batch(job.store, job.identifier)
        if document is None or _stopped(job, document, lines[at:]):
            return
        if job.size > _LARGEST:
            _skip(job, lines[at:], "full")
            break
        _answer(job, line)
        if not at % _SAVED:
            document["request_counts"] |= {"completed": job.completed, "failed": job.failed}
            keep_batch(job.store, document)
        yield _BETWEEN
    document = find_batch(job.store, job.identifier)
    if document is not None and not _stopped(job, document, []):
        document["finalizing_at"] = _now(job)
        _end(job, document, "completed")


def _answer(job: Job, line: Line) -> None:
    """Ask one request, and write down what came."""
    told = job.agent.ask(line.url, line.body)
    answered: Any
    try:
        answered = msgspec.json.decode(told.body)
    except NOT_JSON:
        answered = told.body.decode("utf-8", "replace")
    response = {"status_code": told.status, "request_id": told.request_id, "body": answered}
    data = _row(job, line, response, None)
    good = told.status < 400
    (job.outputs if good else job.errors).append(data)
    job.completed += good
    job.failed += not good
    if good and isinstance(answered, dict):
        job.usage = [before + more for before, more in zip(job.usage or [0] * 4, _usage(answered), strict=True)]


def _row(job: Job, line: Line, response: Json | None, error: Json | None) -> bytes:
    name = "".join(f"{word:04x}" for word in job.random.words(f"batch-line-{line.number}", 8))
    row = {"id": f"batch_req_{name}", "custom_id": line.custom_id, "response": response, "error": error}
    data = msgspec.json.encode(row)
    job.size += len(data)
    return data


def _skip(job: Job, lines: list[Line], why: str) -> None:
    code, message = _WHY[why]
    job.errors += [_row(job, line, None, {"code": code, "message": message}) for line in lines]
    job.failed += len(lines)


def _stopped(job: Job, document: Json, rest: list[Line]) -> bool:
    """End a batch that is not to be gone on with; say whether it was."""
    status, now = document["status"], job.agent.wall()
    if status != "cancelling" and now < document["expires_at"]:
        return False
    end = _ENDS.get(status, "expired")
    _skip(job, rest, end)
    _end(job, document, end)
    return True


def _fail(job: Job, document: Json, mistake: Mistake) -> None:
    errors = {"object": "list", "data": [{name: getattr(mistake, name) for name in mistake.__struct_fields__}]}
    keep_batch(job.store, document | {"status": "failed", "failed_at": _now(job), "errors": errors})


def _end(job: Job, document: Json, status: str) -> None:
    """Write the files, and the end of the batch."""
    now = _now(job)
    kinds = (("output", job.outputs, job.files[0]), ("error", job.errors, job.files[1]))
    for kind, rows, identifier in kinds:
        if not rows:
            continue
        data = b"\n".join([*rows, b""])
        file = new_file(identifier, f"{job.identifier}_{kind}.jsonl", len(data), "batch_output", now)
        keep_file(job.store, file | {"expires_at": now + job.keeps}, data)
        document[f"{kind}_file_id"] = identifier
    document["request_counts"] |= {"completed": job.completed, "failed": job.failed}
    prompt, completion, cached, reasoning = job.usage or [0] * 4
    document["usage"] = {
        "input_tokens": prompt,
        "output_tokens": completion,
        "total_tokens": prompt + completion,
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens_details": {"reasoning_tokens": reasoning},
    }
    keep_batch(job.store, document | {"status": status, f"{status}_at": now})
    job.outputs, job.errors = [], []


def _usage(answered: Json) -> list[int]:
    """Tokens of prompt and answer, and those of them that were cached and thought; the two APIs have a word each."""
    usage = answered.get("usage")
    if not isinstance(usage, dict):
        return [0] * 4
    given = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    made = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    return [
        usage.get("prompt_tokens", usage.get("input_tokens", 0)),
        usage.get("completion_tokens", usage.get("output_tokens", 0)),
        given.get("cached_tokens", 0),
        made.get("reasoning_tokens", 0),
    ]


def _now(job: Job) -> int:
    return int(job.agent.wall())
