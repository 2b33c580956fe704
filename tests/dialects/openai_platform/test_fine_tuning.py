"""Fine-tuning jobs: their life from files to a model in the catalogue, what makes them fail, what is refused."""

from __future__ import annotations

import base64
import json

import pytest

from understudy.dialects.openai_platform.files import keep_file, new_file
from understudy.dialects.openai_platform.fine_tuning_kept import find_job, keep_job, new_job
from understudy.dialects.openai_platform.fine_tuning_work import Work, work
from understudy.engine.decision import Decision
from understudy.engine.store import MemoryStore

ASKED, SAID = {"role": "user", "content": "one"}, {"role": "assistant", "content": "two three"}
EXAMPLE = {"messages": [{"role": "system", "content": "s"}, ASKED, SAID]}
PAIR = {"prompt": "one", "completion": "two"}
PREFERENCE = {"input": {"messages": [ASKED]}, "preferred_output": [SAID], "non_preferred_output": [SAID]}


def written(*lines) -> bytes:
    return b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)


@pytest.fixture
def upload(post):
    def made(*lines, purpose="fine-tune", **to):
        return post("files", ("purpose", purpose), ("file", "train.jsonl", written(*lines)), **to).json["id"]

    return made


@pytest.fixture
def tune(upload, post, get):
    """Run a job over lines to its end; without a player that is at once."""

    def done(*lines, to=None, **fields):
        head = {} if to is None else {"to": to}
        body = {"model": "gpt-4o-mini", "training_file": upload(*(lines or [EXAMPLE] * 10), **head), **fields}
        begun = post("fine_tuning/jobs", body, **head).json
        assert begun["status"] == "validating_files"
        return get(f"fine_tuning/jobs/{begun['id']}", **head).json

    return done


def test_a_job_makes_a_model(tune, get):
    job = tune(suffix="mine", seed=7, metadata={"a": "b"})
    assert list(job)[:4] == ["object", "id", "model", "created_at"]
    assert (job["object"], job["status"], job["error"], job["seed"]) == ("fine_tuning.job", "succeeded", None, 7)
    family, base, organisation, suffix, name = job["fine_tuned_model"].split(":")
    assert (family, base, organisation, suffix, len(name)) == ("ft", "gpt-4o-mini", "understudy", "mine", 8)
    assert job["hyperparameters"] == {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 1.8}
    assert job["method"] == {"type": "supervised", "supervised": {"hyperparameters": job["hyperparameters"]}}
    assert (job["trained_tokens"], job["metadata"], job["estimated_finish"]) == (10 * 3 * (3 * 4 + 4), {"a": "b"}, None)
    assert tune()["fine_tuned_model"].split(":")[3] == ""


def test_events_are_told_newest_first(tune, get):
    job = tune(hyperparameters={"n_epochs": 2})
    path = f"fine_tuning/jobs/{job['id']}/events"
    page = get(path).json
    assert (list(page), len(page["data"]), page["has_more"]) == (["object", "data", "has_more"], 20, True)
    rest = get(f"{path}?limit=100&after={page['data'][-1]['id']}").json
    assert rest["has_more"] is False
    events = [*page["data"], *rest["data"]][::-1]
    assert [event["message"] for event in events[:4]] == [
        f"Created fine-tuning job: {job['id']}",
        f"Validating training file: {job['training_file']}",
        "Files validated, moving job to queued state",
        "Fine-tuning job started",
    ]
    assert [event["message"].partition(" with")[0] for event in events[-3:]] == [
        "Checkpoint created at step 10",
        f"New fine-tuned model created: {job['fine_tuned_model']}",
        "The job has successfully completed",
    ]
    steps = [event for event in events if event["type"] == "metrics"]
    assert [step["data"]["step"] for step in steps] == list(range(1, 21))
    assert steps[-1]["message"] == f"Step 20/20: training loss={steps[-1]['data']['train_loss']:.2f}"
    assert steps[-1]["data"]["train_loss"] < steps[0]["data"]["train_loss"]
    assert len({event["id"] for event in events}) == len(events)
    assert {event["level"] for event in events} == {"info"}


def test_metrics_are_a_file_in_base64(tune, upload, get):
    job = tune(validation_file=upload(EXAMPLE), hyperparameters={"n_epochs": 1})
    [name] = job["result_files"]
    file = get(f"files/{name}").json
    assert (file["filename"], file["purpose"]) == ("step_metrics.csv", "fine-tune-results")
    head, *rows = base64.b64decode(get(f"files/{name}/content").body).decode().splitlines()
    assert head == "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy"
    assert (len(rows), rows[0].endswith(",,"), rows[9].endswith(",,")) == (10, True, False)
    newest = get(f"fine_tuning/jobs/{job['id']}/events?limit=3").json["data"][-1]
    assert "full validation loss=" in newest["message"]


def test_checkpoints_are_those_of_the_last_epochs(tune, get):
    job = tune(hyperparameters={"n_epochs": 4, "batch_size": 2})
    page = get(f"fine_tuning/jobs/{job['id']}/checkpoints").json
    assert [point["step_number"] for point in page["data"]] == [20, 15, 10]
    assert page["data"][0]["fine_tuned_model_checkpoint"] == job["fine_tuned_model"]
    assert page["data"][1]["fine_tuned_model_checkpoint"].endswith(":ckpt-step-15")
    assert page["data"][2]["metrics"]["train_loss"] > 0
    assert (page["first_id"], page["has_more"]) == (page["data"][0]["id"], False)


def test_many_steps_are_not_all_told_of(tune, get):
    job = tune(*[EXAMPLE] * 200, hyperparameters={"n_epochs": 2, "batch_size": 1})
    events = get(f"fine_tuning/jobs/{job['id']}/events?limit=1000").json["data"]
    steps = [event["data"]["step"] for event in events if event["type"] == "metrics"]
    assert steps == list(range(400, 0, -4))


def test_a_model_is_in_the_catalogue_until_it_is_deleted(tune, ask, chat, get):
    name = tune()["fine_tuned_model"]
    listed = [model["id"] for model in get("models").json["data"]]
    assert listed[0] == "gpt-4o-mini"
    assert name in listed
    assert get(f"models/{name}").json["owned_by"] == "understudy"
    assert ask(chat(model=name)).json["model"] == name
    assert get(f"models/{name}", "DELETE").json == {"id": name, "object": "model", "deleted": True}
    gone = get(f"models/{name}")
    assert (gone.status, gone.error) == (404, (f"The model '{name}' does not exist", "model", "model_not_found"))
    assert name not in [model["id"] for model in get("models").json["data"]]
    assert get(f"models/{name}", "DELETE").status == 404
    assert get("models/gpt-4o", "DELETE").status == 403


def test_a_closed_catalogue_knows_what_was_tuned(engine, tune, get, ask, chat, post):
    to = engine(only_listed_models=True)
    name = tune(to=to)["fine_tuned_model"]
    assert get(f"models/{name}", to=to).json["id"] == name
    assert get("models/other", to=to).error[2] == "model_not_found"
    assert ask(chat(model=name), to=to).status == 200
    assert ask(chat(model="ft:other:understudy::x"), to=to).status == 404
    refused = post("fine_tuning/jobs", {"model": "other", "training_file": "f"}, to=to)
    assert refused.error == ("Model other is not available for fine-tuning or does not exist.", None, "model_not_available")


def test_models_are_those_of_a_session(service, ask_engine):
    made = service()
    head = {"content-type": "multipart/form-data; boundary=xyz"}
    form = (
        b'--xyz\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nfine-tune\r\n--xyz\r\nContent-Disposition: form-data; '
    )
    form += b'name="file"; filename="a.jsonl"\r\n\r\n' + written(*[EXAMPLE] * 10) + b"\r\n--xyz--\r\n"
    file = ask_engine(made.engine, form, "/v1/files", headers=head).json["id"]
    job = ask_engine(made.engine, {"model": "gpt-4o", "training_file": file}, "/v1/fine_tuning/jobs").json["id"]
    name = ask_engine(made.engine, b"", f"/v1/fine_tuning/jobs/{job}", method="GET").json["fine_tuned_model"]

    def models(**fields) -> list[str]:
        return [model["id"] for model in ask_engine(made.engine, b"", "/v1/models", method="GET", headers=fields).json["data"]]

    assert name in models()
    assert name not in models(**{"x-understudy-session": "other"})
    made.engine.state.reset()
    assert name not in models()


@pytest.mark.parametrize(
    ("lines", "fields", "code", "words"),
    [
        ([EXAMPLE] * 3, {}, "invalid_n_examples", "Training file has 3 example(s), but must have at least 10 examples"),
        ([b"{"], {}, "invalid_training_file", "Invalid file format. Line 1 is not valid JSON."),
        ([EXAMPLE, b"[]"], {}, "invalid_training_file", "Line 2 is not a JSON object."),
        ([{"text": "x"}], {}, "invalid_training_file", "expected either prompt/completion pairs or chat messages. Example 1"),
        (
            [EXAMPLE, {"messages": [ASKED, {"content": "x"}]}],
            {},
            "invalid_training_file",
            "Example 2, message 2 Discriminator 'role' is missing in value",
        ),
        ([{"messages": [{"role": "x", "content": ""}]}], {}, "invalid_training_file", "role 'x' is not one of"),
        ([{"messages": [{"role": "user"}]}], {}, "invalid_training_file", "message 1 has no content"),
        ([{"messages": ["x"]}], {}, "invalid_training_file", "message 1 is not an object"),
        ([{"messages": [ASKED]}], {}, "invalid_training_file", "has no message of the role 'assistant'"),
        ([PAIR], {}, "invalid_training_file", "prompt-completion format"),
        ([EXAMPLE], {"model": "davinci-002"}, "invalid_training_file", "Unexpected file format"),
        ([{**PREFERENCE, "preferred_output": []}], {"method": {"type": "dpo"}}, "invalid_training_file", "'preferred_output'"),
    ],
)
def test_the_first_mistake_fails_the_job(tune, get, lines, fields, code, words):
    job = tune(*lines, **fields)
    assert (job["status"], job["finished_at"], job["fine_tuned_model"], job["result_files"]) == ("failed", None, None, [])
    assert (job["error"]["code"], job["error"]["param"]) == (code, "training_file")
    assert words in job["error"]["message"]
    last = get(f"fine_tuning/jobs/{job['id']}/events?limit=1").json["data"][0]
    assert (last["level"], last["message"]) == ("error", job["error"]["message"])


def test_a_validation_file_can_fail_a_job(tune, upload):
    job = tune(validation_file=upload(b"{"))
    assert (job["error"]["code"], job["error"]["param"]) == ("invalid_validation_file", "validation_file")


@pytest.mark.parametrize(
    ("line", "fields", "shown"),
    [
        (PAIR, {"model": "babbage-002"}, "supervised"),
        (PREFERENCE, {"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.3}}}}, "dpo"),
        (
            {"messages": [ASKED], "answer": "two"},
            {"method": {"type": "reinforcement", "reinforcement": {"grader": {"type": "string_check"}}}},
            "reinforcement",
        ),
        ({"messages": [ASKED, {"role": "assistant", "tool_calls": [{"function": {"arguments": "{}"}}]}]}, {}, "supervised"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}, SAID]}, {}, "supervised"),
    ],
)
def test_every_method_has_its_own_examples(tune, line, fields, shown):
    job = tune(*[line] * 10, **fields)
    assert (job["status"], job["method"]["type"]) == ("succeeded", shown)
    if shown == "dpo":
        assert job["method"]["dpo"]["hyperparameters"]["beta"] == 0.3


def test_integrations_are_shown(tune):
    [shown] = (job := tune(integrations=[{"type": "wandb", "wandb": {"project": "p", "tags": ["t"]}}]))["integrations"]
    assert shown == {
        "type": "wandb",
        "wandb": {"entity": None, "name": None, "tags": ["t"], "project": "p", "run_id": job["id"]},
    }


def test_a_tuned_model_can_be_tuned_again(tune):
    first = tune()["fine_tuned_model"]
    again = tune(model=first, suffix="more")
    assert (again["model"], again["fine_tuned_model"].rpartition(":")[0]) == (first, "ft:gpt-4o-mini:understudy:more")


def test_jobs_are_listed_by_metadata(tune, get):
    one, other = tune(metadata={"a": "b"})["id"], tune()["id"]
    assert [job["id"] for job in get("fine_tuning/jobs").json["data"]] == [other, one]
    assert [job["id"] for job in get("fine_tuning/jobs?metadata[a]=b").json["data"]] == [one]
    assert [job["id"] for job in get("fine_tuning/jobs?metadata=null").json["data"]] == [other]
    page = get("fine_tuning/jobs?limit=1").json
    assert (len(page["data"]), page["has_more"]) == (1, True)


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"model": None}, "model", "missing_required_parameter"),
        ({"training_file": None}, "training_file", "missing_required_parameter"),
        ({"training_file": "file-x"}, "training_file", "file_not_found"),
        ({"validation_file": "file-x"}, "validation_file", "file_not_found"),
        ({"suffix": "x" * 65}, "suffix", "string_above_max_length"),
        ({"seed": -1}, "seed", "integer_below_min_value"),
        ({"hyperparameters": {"n_epochs": 51}}, "hyperparameters.n_epochs", "integer_above_max_value"),
        ({"method": {"type": "magic"}}, "method.type", "invalid_value"),
        (
            {"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": "x"}}}},
            "method.dpo.hyperparameters.beta",
            "invalid_type",
        ),
        ({"method": {"type": "reinforcement"}}, "method.reinforcement.grader", "missing_required_parameter"),
        ({"integrations": [{"type": "wandb", "wandb": {}}]}, "integrations[0].wandb.project", "missing_required_parameter"),
        ({"integrations": [{"type": "other"}]}, "integrations[0].type", "invalid_value"),
        ({"metadata": {"a": 1}}, "metadata.a", "invalid_type"),
    ],
)
def test_wrong_requests_are_refused_and_leniently_understood(engine, upload, post, change, param, code):
    body = {"model": "gpt-4o-mini", "training_file": upload(EXAMPLE), **change}
    answer = post("fine_tuning/jobs", body)
    assert (answer.status, *answer.error[1:]) == (400, param, code)
    assert post("fine_tuning/jobs", body, to=engine(validation="lenient")).status == 200


def test_a_file_for_something_else_is_refused(upload, post):
    body = {"model": "gpt-4o", "training_file": upload(EXAMPLE, purpose="user_data")}
    message = "Invalid file purpose for 'training_file': expected 'fine-tune', but got 'user_data' instead."
    assert post("fine_tuning/jobs", body).error == (message, "training_file", "invalid_file_purpose")


def test_what_is_not_there_is_not_found(tune, post, get):
    missing = get("fine_tuning/jobs/ftjob-x")
    assert (missing.status, missing.error) == (
        404,
        ("Could not find fine tune: ftjob-x", "fine_tune_id", "fine_tune_not_found"),
    )
    job = tune()["id"]
    assert get(f"fine_tuning/jobs/{job}/what").status == 404
    assert post(f"fine_tuning/jobs/{job}/what", {}).status == 404
    for action in ("cancel", "pause", "resume"):
        refused = get(f"fine_tuning/jobs/{job}/{action}", "POST")
        assert refused.status == 400
        assert refused.error[0] == f"Cannot {action} a fine-tuning job with status 'succeeded': {job}"


def test_leniently_hyperparameters_that_make_no_sense_are_absent(engine, tune):
    wished = {"n_epochs": 0, "batch_size": "x", "learning_rate_multiplier": 0.5, "what": 2**70}
    job = tune(to=engine(validation="lenient"), hyperparameters=wished, integrations=[{"wandb": {"key": 2**70}}])
    assert job["hyperparameters"] == {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 0.5}
    assert (job["status"], job["integrations"][0]["wandb"]["key"]) == ("succeeded", 2**70)


def test_leniently_everything_is_there(engine, post, get):
    to = engine(validation="lenient")
    assert get("fine_tuning/jobs/ftjob-x", to=to).json["status"] == "succeeded"
    assert get("fine_tuning/jobs/ftjob-x/events", to=to).json["data"] == []
    assert get("fine_tuning/jobs/ftjob-x/checkpoints", to=to).json["data"] == []
    assert post("fine_tuning/jobs/ftjob-x/resume", {}, to=to).json["id"] == "ftjob-x"
    assert get("models/ft:x", "DELETE", to=to).json["deleted"]
    assert post("fine_tuning/checkpoints/ft:x/permissions", {"project_ids": ["p"]}, to=to).json["data"][0]["project_id"] == "p"
    assert get("fine_tuning/checkpoints/ft:x/permissions/cp_x", "DELETE", to=to).json["deleted"]


def test_projects_are_let_in_and_shut_out(tune, post, get):
    path = f"fine_tuning/checkpoints/{tune()['fine_tuned_model']}/permissions"
    made = post(path, {"project_ids": ["p1", "p2"]}).json
    assert [(item["object"], item["project_id"]) for item in made["data"]] == [
        ("checkpoint.permission", "p1"),
        ("checkpoint.permission", "p2"),
    ]
    assert [item["project_id"] for item in get(path).json["data"]] == ["p2", "p1"]
    assert [item["project_id"] for item in get(f"{path}?order=ascending&limit=1").json["data"]] == ["p1"]
    assert [item["project_id"] for item in get(f"{path}?project_id=p2").json["data"]] == ["p2"]
    first = made["data"][0]["id"]
    assert get(f"{path}/{first}", "DELETE").json == {"object": "checkpoint.permission", "id": first, "deleted": True}
    assert get(f"{path}/{first}", "DELETE").status == 404
    assert post(path, {}).error[1:] == ("project_ids", "missing_required_parameter")
    assert post(path, {"project_ids": [1]}).error[1:] == ("project_ids[0]", "invalid_type")
    assert post(path, {"project_ids": "p"}).error[1:] == ("project_ids", "invalid_type")
    assert post(path, {"project_ids": ["p"] * 101}).error[1:] == ("project_ids", "array_above_max_length")
    assert get(f"{path}?order=asc").error[1:] == ("order", "invalid_value")
    assert get("fine_tuning/checkpoints/ft:x/permissions").status == 404
    for method in ("GET", "POST", "DELETE"):
        assert get("fine_tuning/checkpoints/ft:x/what/y", method).status == 404


class Waiting:
    """An agent that lets nothing happen by itself."""

    def ask(self, path, body): ...

    def later(self, job) -> None: ...

    def wall(self) -> float:
        return 1000.0


@pytest.fixture
def under_way():
    """A job at its beginning: the store, and what makes the turns of a run."""
    store = MemoryStore().of("s")
    data = written(*[EXAMPLE] * 10)
    keep_file(store, new_file("file-1", "a.jsonl", len(data), "fine-tune", 1000), data)
    keep_job(store, new_job("ftjob-1", 1000, {"model": "gpt-4o", "training_file": "file-1"}, 0))
    return store, lambda run=0: work(Work("ftjob-1", run, store, Waiting(), Decision(bytes(16))))


def status(store) -> str:
    return find_job(store, "ftjob-1").document["status"]


def test_it_goes_from_step_to_step(under_way):
    store, begin = under_way
    steps = begin()
    seen = []
    for _ in steps:
        if status(store) not in seen:
            seen.append(status(store))
    assert seen == ["validating_files", "queued", "running", "succeeded"]


def test_it_tells_when_it_will_be_done(under_way):
    store, begin = under_way
    steps = begin()
    while status(store) != "running":
        next(steps)
    assert find_job(store, "ftjob-1").document["estimated_finish"] == 1000


def test_a_paused_job_goes_on_where_it_stood(under_way):
    store, begin = under_way
    steps = begin()
    while find_job(store, "ftjob-1").step < 5:
        next(steps)
    job = find_job(store, "ftjob-1")
    job.paused = True
    keep_job(store, job)
    assert list(steps) == []
    job.paused, job.run = False, 1
    keep_job(store, job)
    assert list(begin(0)) == [0.02]
    assert find_job(store, "ftjob-1").step == 5
    list(begin(1))
    done = find_job(store, "ftjob-1")
    assert [event["data"]["step"] for event in done.events if event["type"] == "metrics"] == list(range(1, 31))
    assert done.document["status"] == "succeeded"


@pytest.mark.parametrize("after", [1, 2, 8])
@pytest.mark.parametrize("how", ["cancelled", "gone"])
def test_a_job_that_is_cancelled_or_forgotten_is_not_gone_on_with(under_way, after, how):
    store, begin = under_way
    steps = begin()
    for _ in range(after):
        next(steps)
    job = find_job(store, "ftjob-1")
    if how == "gone":
        store.drop("tuning-job", "ftjob-1")
    else:
        job.document["status"] = "cancelled"
        keep_job(store, job)
    assert list(steps) == []
    assert store.names("tuned-model") == []
    assert (find_job(store, "ftjob-1") is None) == (how == "gone")


def test_a_file_that_went_away_fails_the_job(under_way):
    store, begin = under_way
    store.drop("file", "file-1")
    list(begin())
    assert "was not found" in find_job(store, "ftjob-1").document["error"]["message"]
