"""The fine-tuning API: jobs made, looked at, cancelled, paused, resumed; their events and checkpoints; models deleted.

The work itself is in `fine_tuning_work`.
"""

from __future__ import annotations

from collections.abc import Mapping

from understudy.dialects import Moment, Options
from understudy.dialects._openai.check import refuse
from understudy.dialects._openai.listing import nowhere, page
from understudy.dialects._openai.tuned import drop_tuned
from understudy.dialects._session import agent_of, store_of
from understudy.dialects.openai_platform.answers import body
from understudy.dialects.openai_platform.ask import Ask, Json, looked_up
from understudy.dialects.openai_platform.fine_tuning_check import check
from understudy.dialects.openai_platform.fine_tuning_kept import JOBS, Tuning, find_job, keep_job, new_job
from understudy.dialects.openai_platform.fine_tuning_work import Work, work
from understudy.dialects.openai_platform.names import letters
from understudy.errors import RequestError
from understudy.model.call import Call
from understudy.model.frame import Body
from understudy.model.http import Request
from understudy.model.reply import Failure, Reply

_NAME = "fine_tuning/jobs"
_LARGEST_SEED = 2**31 - 1
_LONGEST_PAGE = 1_000


def create(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /fine_tuning/jobs: its files are read from now on."""
    ask: Ask = call.extra
    if ask.strict:
        check(ask, moment)
    seed = moment.random.integer("tuning-seed", 0, _LARGEST_SEED)
    job = new_job(letters(moment, "ftjob-", 24), moment.created, ask.fields, seed)
    document = job.document
    job.tell(moment.random, moment.created, f"Created fine-tuning job: {document['id']}")
    beside = f" and validation file: {document['validation_file']}" if document["validation_file"] else ""
    job.tell(moment.random, moment.created, f"Validating training file: {document['training_file']}{beside}")
    keep_job(store_of(moment), job)
    answer = body(document)
    _begin(job, moment)
    return answer


def listed(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /fine_tuning/jobs: those with that metadata."""
    ask: Ask = call.extra
    store = store_of(moment)
    found = [find_job(store, name) for name in store.names(JOBS)]
    documents = [job.document for job in found if job is not None and _fits(job.document, ask.query)]
    return body(_page(documents, ask))


def retrieve(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """GET /fine_tuning/jobs/{id}, its events and its checkpoints."""
    ask: Ask = call.extra
    match ask.path[1:]:
        case ():
            return body(_found(ask, moment).document)
        case ("events",):
            return body(_page(_found(ask, moment).events, ask))
        case ("checkpoints",):
            return body(page(_found(ask, moment).checkpoints, ask.query, longest=_LONGEST_PAGE, usual=10, strict=ask.strict))
    raise nowhere("GET", _NAME, ask.path)


def change(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """POST /fine_tuning/jobs/{id}/cancel, /pause and /resume."""
    ask: Ask = call.extra
    match ask.path[1:]:
        case ("cancel",):
            return body(_cancelled(ask, moment))
        case ("pause",):
            return body(_paused(ask, moment))
        case ("resume",):
            return body(_resumed(ask, moment))
    raise nowhere("POST", _NAME, ask.path)


def model(request: Request, params: Mapping[str, str], options: Options) -> Call:
    """Decode DELETE /models/{name}, whatever the parameter is called where the path is shared."""
    return looked_up(request, {"path": next(iter(params.values()), "")}, options)


def delete_model(call: Call, _replies: tuple[Reply, ...], moment: Moment) -> Body:
    """DELETE /models/{name}: only what was fine-tuned here can be deleted."""
    ask: Ask = call.extra
    name = "/".join(ask.path)
    if not drop_tuned(store_of(moment), name) and ask.strict:
        if any(listed.id == name for listed in moment.options.listed):
            message = "You have insufficient permissions for this operation. Missing scopes: api.delete."
            raise RequestError(Failure(403, "forbidden", message, type="invalid_request_error"))
        raise RequestError(Failure(404, "model_not_found", f"The model '{name}' does not exist", "model"))
    return body({"id": name, "object": "model", "deleted": True})


def _begin(job: Tuning, moment: Moment) -> None:
    agent = agent_of(moment)
    agent.later(work(Work(job.document["id"], job.run, store_of(moment), agent, moment.random)))


def _page(items: list[Json], ask: Ask) -> Json:
    """A page without the names of its ends, as this API has it; always newest first."""
    query = {name: value for name, value in ask.query.items() if name != "order"}
    found = page(items, query, longest=_LONGEST_PAGE, strict=ask.strict)
    return {name: found[name] for name in ("object", "data", "has_more")}


def _fits(document: Json, query: Mapping[str, str]) -> bool:
    held = document["metadata"] or {}
    if query.get("metadata") == "null":
        return not held
    wanted = {name[9:-1]: value for name, value in query.items() if name.startswith("metadata[") and name.endswith("]")}
    return wanted.items() <= held.items()


def _cancelled(ask: Ask, moment: Moment) -> Json:
    job = _open(ask, moment, "cancel")
    if not job.is_over:
        job.document |= {"status": "cancelled", "estimated_finish": None}
        job.tell(moment.random, moment.created, "Fine-tuning job cancelled")
        keep_job(store_of(moment), job)
    return job.document


def _paused(ask: Ask, moment: Moment) -> Json:
    job = _open(ask, moment, "pause")
    if not job.is_over and not job.paused:
        job.paused = True
        job.document |= {"status": "queued", "estimated_finish": None}
        job.tell(moment.random, moment.created, "Fine-tuning job paused")
        keep_job(store_of(moment), job)
    return job.document


def _resumed(ask: Ask, moment: Moment) -> Json:
    """Go on where the job stood when it was paused."""
    job = _open(ask, moment, "resume")
    if ask.strict and not job.paused:
        refuse(f"Cannot resume a fine-tuning job that is not paused: {job.document['id']}", None, "invalid_request")
    document = job.document
    if not job.is_over and job.paused:
        job.paused, job.run = False, job.run + 1
        job.tell(moment.random, moment.created, "Fine-tuning job resumed")
        keep_job(store_of(moment), job)
        document = dict(document)
        _begin(job, moment)
    return document


def _open(ask: Ask, moment: Moment, action: str) -> Tuning:
    """The job of a path, which must not be over."""
    job = _found(ask, moment)
    if ask.strict and job.is_over:
        status = job.document["status"]
        refuse(f"Cannot {action} a fine-tuning job with status '{status}': {job.document['id']}", None, "invalid_request")
    return job


def _found(ask: Ask, moment: Moment) -> Tuning:
    identifier = ask.path[0]
    job = find_job(store_of(moment), identifier)
    if job is not None:
        return job
    if ask.strict:
        message = f"Could not find fine tune: {identifier}"
        raise RequestError(
            Failure(404, "not_found", message, "fine_tune_id", "invalid_request_error", code="fine_tune_not_found")
        )
    made_up = new_job(identifier, moment.created, {}, 0)
    made_up.document |= {"status": "succeeded", "finished_at": moment.created}
    return made_up
