"""The official client on fine-tuning jobs, sync and async, with strict validation of every document."""

from __future__ import annotations

import asyncio
import base64
import json

import openai
import pytest

from understudy import Understudy

EXAMPLE = {"messages": [{"role": "user", "content": "one"}, {"role": "assistant", "content": "two"}]}
DATA = "\n".join([json.dumps(EXAMPLE)] * 10).encode()
OVER = ("succeeded", "failed", "cancelled")


@pytest.fixture
def upload(client):
    return lambda data=DATA: client.files.create(file=("train.jsonl", data), purpose="fine-tune").id


def test_a_job_runs_and_its_model_answers(client, upload):
    job = client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file=upload(), suffix="mine", metadata={"a": "b"})
    assert (job.status, job.hyperparameters.n_epochs, job.method.type) == ("validating_files", "auto", "supervised")
    seen = [job.status]
    while job.status not in OVER:
        job = client.fine_tuning.jobs.retrieve(job.id)
        seen += [] if job.status == seen[-1] else [job.status]
    assert seen == sorted(seen, key=["validating_files", "queued", "running", "succeeded"].index)
    assert (job.error, job.hyperparameters.n_epochs) == (None, 3)
    model = job.fine_tuned_model
    assert model.startswith("ft:gpt-4o-mini:understudy:mine:")
    assert client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hello"}]).model == model
    events = [event.message for event in client.fine_tuning.jobs.list_events(job.id, limit=5)]
    assert events[0] == "The job has successfully completed"
    assert events[-1] == f"Created fine-tuning job: {job.id}"
    points = list(client.fine_tuning.jobs.checkpoints.list(job.id))
    assert [point.step_number for point in points] == [30, 20, 10]
    table = base64.b64decode(client.files.content(job.result_files[0]).read()).decode()
    assert table.startswith("step,train_loss")
    assert job.id in [found.id for found in client.fine_tuning.jobs.list(metadata={"a": "b"})]
    assert client.models.retrieve(model).owned_by == "understudy"
    assert model in [found.id for found in client.models.list()]
    assert client.models.delete(model).deleted
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve(model)


def test_a_wrong_file_fails_the_job(client, upload):
    job = client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file=upload(b'{"text": "x"}'))
    while job.status not in OVER:
        job = client.fine_tuning.jobs.retrieve(job.id)
    assert (job.status, job.error.code, job.error.param) == ("failed", "invalid_training_file", "training_file")
    assert "expected either prompt/completion pairs or chat messages" in job.error.message
    with pytest.raises(openai.BadRequestError, match="status 'failed'"):
        client.fine_tuning.jobs.cancel(job.id)
    with pytest.raises(openai.BadRequestError, match="invalid training_file: file-x"):
        client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file="file-x")
    with pytest.raises(openai.NotFoundError, match="Could not find fine tune"):
        client.fine_tuning.jobs.retrieve("ftjob-x")


def test_a_job_is_paused_resumed_and_cancelled(client, upload):
    slow = {"n_epochs": 50, "batch_size": 1}
    job = client.fine_tuning.jobs.create(model="gpt-4o-mini", training_file=upload(DATA * 20), hyperparameters=slow)
    assert client.fine_tuning.jobs.pause(job.id).status == "queued"
    resumed = client.fine_tuning.jobs.resume(job.id)
    assert resumed.status in ("queued", "running")
    assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    assert client.fine_tuning.jobs.retrieve(job.id).fine_tuned_model is None


def test_every_method_is_shown(client, upload):
    grader = {"type": "string_check", "name": "g", "input": "a", "operation": "eq", "reference": "b"}
    methods = [
        {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.5}}},
        {"type": "reinforcement", "reinforcement": {"grader": grader, "hyperparameters": {"reasoning_effort": "low"}}},
    ]
    jobs = [client.fine_tuning.jobs.create(model="o4-mini", training_file=upload(), method=method) for method in methods]
    assert jobs[0].method.dpo.hyperparameters.beta == 0.5
    assert jobs[1].method.reinforcement.hyperparameters.reasoning_effort == "low"
    assert jobs[1].method.reinforcement.grader.operation == "eq"


def test_the_asynchronous_client_does_the_same(plain: Understudy):
    async def run() -> None:
        async with openai.AsyncOpenAI(base_url=plain.openai_url, api_key="a", _strict_response_validation=True) as client:
            file = await client.files.create(file=("train.jsonl", DATA), purpose="fine-tune")
            wandb = {"type": "wandb", "wandb": {"project": "p"}}
            job = await client.fine_tuning.jobs.create(model="gpt-4o", training_file=file.id, integrations=[wandb])
            assert job.integrations[0].wandb.project == "p"
            while job.status not in OVER:
                job = await client.fine_tuning.jobs.retrieve(job.id)
            events = [event async for event in client.fine_tuning.jobs.list_events(job.id, limit=7)]
            assert len({event.id for event in events}) == len(events) > 30
            model = job.fine_tuned_model
            given = await client.fine_tuning.checkpoints.permissions.create(model, project_ids=["p1"])
            assert given.data[0].project_id == "p1"
            listed = await client.fine_tuning.checkpoints.permissions.list(model)
            assert [item.id for item in listed.data] == [given.data[0].id]
            gone = await client.fine_tuning.checkpoints.permissions.delete(listed.data[0].id, fine_tuned_model_checkpoint=model)
            assert gone.deleted

    asyncio.run(run())
