"""What changes Ollama's catalogue: models are fetched, made, copied, deleted; files for them are taken.

In: calls about models. Out: lines of progress, or nothing, which means success. A model is there once all progress was handed
over: what broke off before changed nothing. Statuses and refusals are those of the server's source (`server/images.go`,
`server/create.go`, `server/routes.go`, August 2026).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import structs

from understudy.dialects import Moment
from understudy.dialects._session import store_of
from understudy.dialects.ollama import kept
from understudy.dialects.ollama.events import GRAMMAR
from understudy.dialects.ollama.library import told
from understudy.dialects.ollama.lines import JSON, LINES
from understudy.dialects.ollama.making import NotMadeError, made_of
from understudy.dialects.ollama.names import shortest
from understudy.dialects.ollama.stamps import SECOND
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body, Sheet, Stream
from understudy.model.reply import Failure, Reply

_STEPS = 4  # lines of progress for one file
_MANIFESTS = "/usr/share/ollama/.ollama/models/manifests/registry.ollama.ai/"
_encode = msgspec.json.encode
Lines = list[dict[str, Any]]


def _moved(verb: str, made: kept.Made, *, at_once: bool) -> Lines:
    """The progress of a file that is fetched or sent away; at once where it is there already."""
    digest = f"sha256:{made.file}"
    line = {"status": f"{verb} {digest[7:19]}", "digest": digest, "total": made.size}
    steps = range(_STEPS, _STEPS + 1) if at_once else range(_STEPS + 1)
    return [{**line, "completed": made.size * step // _STEPS} if step else line for step in steps]


def _said(*statuses: str) -> Lines:
    return [{"status": status} for status in statuses]


def _pulled(name: str, call: Call, moment: Moment) -> tuple[Lines, kept.Made]:
    before = kept.there(store_of(moment), name, call.extra.settings.listed)
    made = before or kept.Made(shortest(name), name, kept.digest_of(shortest(name)), 0)
    fetched = _moved("pulling", made, at_once=before is not None)
    lines = [*_said("pulling manifest"), *fetched, *_said("verifying sha256 digest", "writing manifest", "success")]
    return lines, structs.replace(made, modified=int(moment.wall * SECOND))


def pull(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Fetch a model: a manifest, one file, a check."""
    lines, made = _pulled(call.model, call, moment)
    return _progress(call, lines, moment, lambda: kept.keep(store_of(moment), made))


def push(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Send a model away, which must be there."""
    lines, made = _said("retrieving manifest"), kept.there(store_of(moment), call.model, call.extra.settings.listed)
    if made is None and call.extra.settings.strict:
        name = shortest(call.model).replace(":", "/")
        path = _MANIFESTS + (name if name.count("/") > 1 else f"library/{name}")
        error = NotMadeError(500, f"open {path}: no such file or directory")
        return _progress(call, [*lines, *_said("couldn't retrieve manifest")], moment, error=error)
    sent = _moved("pushing", made or kept.Made(call.model, call.model, kept.digest_of(call.model), 0), at_once=False)
    return _progress(call, [*lines, *sent, *_said("pushing manifest", "success")], moment)


def create(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body | Stream:
    """Make a model of another, which is fetched if it is not there, or of files."""
    store, source, lines = store_of(moment), str(call.extra.body.get("from") or ""), Lines()
    base = kept.there(store, source, call.extra.settings.listed) if source else None
    fetched = None
    if source and base is None:
        lines, fetched = _pulled(source, call, moment)
    try:
        made, steps = made_of(call, base or fetched, store, int(moment.wall * SECOND))
    except NotMadeError as error:
        return _progress(call, _said(*error.after), moment, error=error)

    def keep() -> None:
        for each in (fetched, made):
            if each is not None:
                kept.keep(store, each)

    return _progress(call, [*lines, *_said(*steps, "writing manifest", "success")], moment, keep)


def copy(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Give a model a second name."""
    store, target = store_of(moment), str(call.extra.body.get("destination") or "")
    made = kept.there(store, call.model, call.extra.settings.listed)
    if made is None:
        _missing(call, f'model "{call.model}" not found')
    elif target:
        kept.keep(store, structs.replace(made, name=shortest(target), modified=int(moment.wall * SECOND)))
    return _nothing()


def delete(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Delete a model."""
    store = store_of(moment)
    if kept.there(store, call.model, call.extra.settings.listed) is None:
        _missing(call, None)
    kept.forget(store, call.model)
    return _nothing()


def _missing(call: Call, message: str | None) -> None:
    """Refuse a model that is not in the catalogue; leniently there is nothing to do."""
    if call.extra.settings.strict:
        raise RequestError(Failure(404, "model_not_found", message, subject=call.model))


def take(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Take a file, unless it is there already."""
    store, name = store_of(moment), call.model.replace("sha256-", "sha256:")
    is_new = kept.file_of(store, name) is None
    kept.keep_file(store, name, call.body)
    return Body(b"", content_type=JSON, status=201 if is_new else 200)


def has(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """Say whether a file is there."""
    if kept.file_of(store_of(moment), call.model) is None:
        raise RequestError(Failure(404, "not_found", f'blob "{call.model}" not found'))
    return _nothing()


def _nothing() -> Body:
    return Body(b"", content_type=JSON)


def _progress(
    call: Call, lines: Lines, moment: Moment, done: Callable[[], None] | None = None, error: NotMadeError | None = None
) -> Body | Stream:
    """Tell the progress of a change, which is made when all of it was handed over; an error before the first line is whole."""
    if error is not None and not (call.stream and lines):
        raise RequestError(Failure(error.status, "invalid_request", str(error)))
    failures: list[bytes] = []

    def settle(outcome: str, _made: bool | None = None) -> None:
        if done is not None and outcome == "done" and not failures:
            done()

    def failed(_first: bytes, _last: bytes, event: bytes) -> bytes:
        failures.append(event)
        return event

    moment.afterwards = settle
    if not call.stream:
        return told(lines[-1])
    told_lines = lines if error is None else [*lines, {"error": str(error)}]
    frames = [(_encode(line) + b"\n", b"") for line in told_lines]
    return Stream(Sheet(frames, [0] * len(frames)), b"", content_type=LINES, grammar=structs.replace(GRAMMAR, failed=failed))
