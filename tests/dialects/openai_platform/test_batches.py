"""Batches: really run, checked line by line, cancelled, too old."""

from __future__ import annotations

import json

import pytest

from understudy.dialects.openai_platform import batch_lines, batch_work
from understudy.dialects.openai_platform.batch_work import Job, work
from understudy.dialects.openai_platform.files import keep_file, new_file
from understudy.engine.decision import Decision
from understudy.engine.store import MemoryStore
from understudy.model.ports import Told

RULES = "rules: [{when: {user: ping}, reply: pong}, {when: {user: no}, reply: {error: 429}}]"
CHAT = "/v1/chat/completions"


def line(name="a", text="ping", **change):
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]}
    return {"custom_id": name, "method": "POST", "url": CHAT, "body": body, **change}


def written(*lines) -> bytes:
    return b"\n".join(found if isinstance(found, bytes) else json.dumps(found).encode() for found in lines)


@pytest.fixture
def run(engine, post, get):
    """Run a batch over lines to its end; without a player that is at once."""

    def done(*lines, to=None, endpoint=CHAT, data=None, purpose="batch", **wishes):
        to = to or engine(RULES)
        file = post("files", ("purpose", purpose), ("file", "in.jsonl", written(*lines) if data is None else data), to=to).json
        body = {"input_file_id": file["id"], "endpoint": endpoint, "completion_window": "24h", **wishes}
        begun = post("batches", body, to=to).json
        assert begun["status"] == "validating"
        return get(f"batches/{begun['id']}", to=to).json, lambda name: get(f"files/{name}/content", to=to).body

    return done


def rows(data: bytes):
    return [json.loads(row) for row in data.splitlines()]


def test_each_line_is_answered(run):
    batch, content = run(line("a"), line("é", "no"), line("c"))
    assert batch["status"] == "completed"
    assert batch["request_counts"] == {"total": 3, "completed": 2, "failed": 1}
    good, bad = rows(content(batch["output_file_id"])), rows(content(batch["error_file_id"]))
    assert [row["custom_id"] for row in good] == ["a", "c"]
    assert list(good[0]) == ["id", "custom_id", "response", "error"]
    assert good[0]["response"]["status_code"] == 200
    assert good[0]["response"]["body"]["choices"][0]["message"]["content"] == "pong"
    assert bad[0]["custom_id"] == "é"
    assert bad[0]["error"] is None
    assert (bad[0]["response"]["status_code"], bad[0]["response"]["body"]["error"]["code"]) == (429, "rate_limit_exceeded")
    assert batch["usage"]["output_tokens"] == sum(row["response"]["body"]["usage"]["completion_tokens"] for row in good)
    assert batch["completed_at"] >= batch["finalizing_at"] >= batch["in_progress_at"] >= batch["created_at"]
    assert batch["model"] == "gpt-4o-mini"


def test_empty_files_have_no_handle(run):
    batch, _ = run(line("a"))
    assert batch["error_file_id"] is None
    batch, _ = run(line("a", "no"))
    assert (batch["output_file_id"], batch["status"]) == (None, "completed")


@pytest.mark.parametrize(
    ("endpoint", "body", "member"),
    [
        ("/v1/embeddings", {"model": "m", "input": "x"}, "data"),
        ("/v1/completions", {"model": "m", "prompt": "x"}, "choices"),
        ("/v1/responses", {"model": "gpt-4o", "input": "x"}, "output"),
        ("/v1/moderations", {"input": "x"}, "results"),
        ("/v1/images/generations", {"prompt": "x"}, "data"),
        ("/v1/images/edits", {"model": "gpt-image-2", "prompt": "x", "images": [{"file_id": "file-x"}]}, "data"),
    ],
)
def test_every_endpoint_can_be_asked(run, endpoint, body, member):
    batch, content = run(line(url=endpoint, body=body), endpoint=endpoint)
    assert batch["status"] == "completed"
    assert member in rows(content(batch["output_file_id"]))[0]["response"]["body"]


@pytest.mark.parametrize(
    ("lines", "code", "param", "number"),
    [
        ([b"{"], "invalid_json_line", None, 1),
        ([line("a"), b"[1]"], "invalid_json_line", None, 2),
        ([line("a"), b"", line("a")], "duplicate_custom_id", "custom_id", 3),
        ([{"custom_id": "a"}], "missing_required_parameter", "method", 1),
        ([{"custom_id": "a", "method": "POST", "url": CHAT}], "missing_required_parameter", "body", 1),
        ([line(5)], "invalid_type", "custom_id", 1),
        ([line(method="GET")], "invalid_method", "method", 1),
        ([line(url="/v1/embeddings")], "invalid_url", "url", 1),
        ([line(body={})], "invalid_request", "body.model", 1),
        ([line(body=[])], "invalid_request", "body", 1),
        ([line(body={"model": "m", "stream": True})], "streaming_unsupported", "body.stream", 1),
        ([line("a"), line("b", body={"model": "m"})], "mismatched_model", "body.model", 2),
        ([b"\n"], "empty_file", None, None),
    ],
)
def test_the_first_mistake_fails_the_batch(run, lines, code, param, number):
    batch, _ = run(*lines)
    assert (batch["status"], batch["failed_at"] is not None) == ("failed", True)
    [error] = batch["errors"]["data"]
    assert (error["code"], error["param"], error["line"]) == (code, param, number)
    assert error["message"].endswith(".")
    assert batch["request_counts"] == {"total": 0, "completed": 0, "failed": 0}
    assert batch["output_file_id"] is batch["error_file_id"] is None


def test_the_file_must_be_there_and_be_one_for_batches(run, post, get):
    batch, _ = run(line(), purpose="user_data")
    assert batch["errors"]["data"][0]["param"] == "file_id"
    begun = post("batches", {"input_file_id": "file-x", "endpoint": CHAT, "completion_window": "24h"}).json
    [error] = get(f"batches/{begun['id']}").json["errors"]["data"]
    assert (error["code"], error["param"], error["line"]) == ("invalid_request", "file_id", None)


def test_a_file_may_be_too_large(run, monkeypatch):
    monkeypatch.setattr(batch_work, "_LARGEST_INPUT", 10)
    batch, _ = run(line())
    assert (batch["status"], batch["errors"]["data"][0]["param"]) == ("failed", "file_id")


def test_a_model_that_is_not_there_fails_the_batch(run, engine):
    to = engine("models: [gpt-4o-mini]", only_listed_models=True)
    assert run(line(), to=to)[0]["status"] == "completed"
    batch, _ = run(line(body={"model": "gpt-9", "messages": []}), to=to)
    [error] = batch["errors"]["data"]
    assert (error["code"], error["param"], error["line"]) == ("model_not_found", "body.model", 1)


def test_files_stay_for_a_month_or_as_long_as_is_asked(run, get, engine):
    to = engine(RULES)
    month = run(line(), to=to)[0]["output_file_id"]
    hours = run(line(), to=to, output_expires_after={"anchor": "created_at", "seconds": 7200})[0]["output_file_id"]
    stays = [file["expires_at"] - file["created_at"] for file in (get(f"files/{name}", to=to).json for name in (month, hours))]
    assert stays == [30 * 86_400, 7200]


@pytest.mark.parametrize(
    ("wish", "param", "code"),
    [
        ({"output_expires_after": {"anchor": "created_at"}}, "output_expires_after.seconds", "missing_required_parameter"),
        ({"output_expires_after": {"anchor": "now", "seconds": 7200}}, "output_expires_after.anchor", "invalid_value"),
        (
            {"output_expires_after": {"anchor": "created_at", "seconds": 60}},
            "output_expires_after.seconds",
            "integer_below_min_value",
        ),
        ({"metadata": dict.fromkeys(map(str, range(17)), "x")}, "metadata", "object_above_max_properties"),
    ],
)
def test_wishes_that_cannot_be_are_refused(post, wish, param, code):
    body = {"input_file_id": "f", "endpoint": CHAT, "completion_window": "24h", **wish}
    assert post("batches", body).error[1:] == (param, code)


def test_wrong_requests_are_refused(post, get):
    body = {"input_file_id": "f", "endpoint": CHAT, "completion_window": "24h"}
    assert post("batches", {}).error[1:] == ("input_file_id", "missing_required_parameter")
    assert post("batches", {**body, "endpoint": "/v1/files"}).error[1:] == ("endpoint", "invalid_value")
    assert post("batches", {**body, "metadata": {"a": 1}}).error[1:] == ("metadata.a", "invalid_type")
    assert post("batches", {**body, "completion_window": "1h"}).error[1:] == ("completion_window", "invalid_value")
    missing = get("batches/batch_x")
    assert (missing.status, missing.error) == (404, ("No batch found with id 'batch_x'.", None, None))
    begun = post("batches", body).json
    over = post(f"batches/{begun['id']}/cancel", {})
    assert (over.status, over.error) == (409, ("Cannot cancel a batch with status 'failed'.", None, None))
    assert post(f"batches/{begun['id']}/what", {}).status == 404
    assert get(f"batches/{begun['id']}/what").status == 404


def test_batches_are_listed(post, get):
    body = {"input_file_id": "f", "endpoint": CHAT, "completion_window": "24h"}
    ids = [post("batches", body).json["id"] for _ in range(3)]
    found = get("batches?limit=2").json
    assert ([batch["id"] for batch in found["data"]], found["has_more"]) == (ids[:0:-1], True)


class Asked:
    """An agent that answers the same each time, and whose clock is set by hand."""

    def __init__(self) -> None:
        self.now, self.paths = 1000.0, []
        self.answer = Told(200, "req_1", b'{"usage": {"input_tokens": 2, "output_tokens": 1}}')

    def ask(self, path: str, body: bytes) -> Told:
        self.paths.append(path)
        return self.answer

    def later(self, job) -> None: ...

    def wall(self) -> float:
        return self.now


@pytest.fixture
def under_way():
    """A batch of ten lines, its work and its agent."""
    store, agent = MemoryStore().of("s"), Asked()
    data = written(*(line(f"{k}") for k in range(10)))
    keep_file(store, new_file("file-in", "in.jsonl", len(data), "batch", 1000), data)
    document = {
        "id": "batch_1",
        "endpoint": CHAT,
        "input_file_id": "file-in",
        "status": "validating",
        "expires_at": 2000,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
    }
    batch_work.keep_batch(store, document)
    job = Job("batch_1", store, agent, Decision(bytes(16)), ("file-out", "file-err"))
    return store, agent, work(job)


def status(store):
    return batch_work.find_batch(store, "batch_1")["status"]


def take(steps, count: int) -> None:
    for _ in range(count):
        next(steps)


def test_it_goes_from_step_to_step(under_way):
    store, agent, steps = under_way
    take(steps, 1)
    assert (status(store), agent.paths) == ("validating", [])
    take(steps, 1)
    assert (status(store), agent.paths) == ("in_progress", [CHAT])
    assert len(list(steps)) == 9
    assert status(store) == "completed"
    assert batch_work.find_batch(store, "batch_1")["usage"]["total_tokens"] == 30


@pytest.mark.parametrize(("end", "code"), [("cancelled", "batch_cancelled"), ("expired", "batch_expired")])
def test_what_was_not_asked_is_said_to_be_so(under_way, end, code):
    store, agent, steps = under_way
    take(steps, 4)
    if end == "cancelled":
        batch_work.keep_batch(store, batch_work.find_batch(store, "batch_1") | {"status": "cancelling"})
    else:
        agent.now = 2000.0
    assert list(steps) == []
    batch = batch_work.find_batch(store, "batch_1")
    assert (batch["status"], batch[f"{end}_at"]) == (end, int(agent.now))
    assert batch["request_counts"] == {"total": 10, "completed": 3, "failed": 7}
    assert len(store.get("file-data", "file-out").splitlines()) == 3
    left = rows(store.get("file-data", "file-err"))
    assert [row["error"]["code"] for row in left] == [code] * 7
    assert left[0]["response"] is None


def test_it_may_be_cancelled_before_it_begins(under_way):
    store, agent, steps = under_way
    batch_work.keep_batch(store, batch_work.find_batch(store, "batch_1") | {"status": "cancelling"})
    assert len(list(steps)) == 1
    assert (status(store), agent.paths) == ("cancelled", [])


@pytest.mark.parametrize("after", [1, 3])
def test_a_batch_that_is_forgotten_is_not_gone_on_with(under_way, after):
    store, agent, steps = under_way
    take(steps, after)
    store.drop(batch_work.BATCHES, "batch_1")
    assert list(steps) == []
    assert len(agent.paths) == max(0, after - 1)


def test_outputs_are_bounded(under_way, monkeypatch):
    monkeypatch.setattr(batch_work, "_LARGEST", 400)
    store, agent, steps = under_way
    list(steps)
    assert 1 < len(agent.paths) < 10
    codes = {row["error"]["code"] for row in rows(store.get("file-data", "file-err"))}
    assert (status(store), codes) == ("completed", {"output_too_large"})


def test_an_answer_that_is_no_json_is_kept_as_text(under_way):
    store, agent, steps = under_way
    agent.answer = Told(502, "", b"<html>")
    list(steps)
    row = rows(store.get("file-data", "file-err"))[0]
    assert (row["response"]["status_code"], row["response"]["body"]) == (502, "<html>")


@pytest.mark.parametrize(
    ("inputs", "total"),
    [
        (["one", ["a", "b"], ["c"], [1, 2, 3]], 5),
        (["one", ["a", "b"], [[1, 2], [3]], "two"], 6),
        ([["a"] * 6], 6),
    ],
)
def test_embeddings_are_counted_by_their_inputs(run, monkeypatch, inputs, total):
    monkeypatch.setattr(batch_lines, "_MOST", 5)
    bodies = [{"model": "text-embedding-3-small", "input": each} for each in inputs]
    lines = [line(str(at), url="/v1/embeddings", body=body) for at, body in enumerate(bodies)]
    batch, content = run(*lines, endpoint="/v1/embeddings")
    if total > 5:
        told = "The requests of the input file have more than 5 embedding inputs."
        assert batch["errors"]["data"] == [{"code": "too_many_tasks", "message": told, "param": None, "line": None}]
        assert (batch["status"], batch["request_counts"]) == ("failed", {"total": 0, "completed": 0, "failed": 0})
        return
    answers = [row["response"]["body"] for row in rows(content(batch["output_file_id"]))]
    assert sum(len(answer["data"]) for answer in answers) == total
    assert batch["request_counts"] == {"total": len(inputs), "completed": len(inputs), "failed": 0}
    spent = sum(answer["usage"]["prompt_tokens"] for answer in answers)
    assert (batch["usage"]["input_tokens"], batch["usage"]["output_tokens"], batch["usage"]["total_tokens"]) == (
        spent,
        0,
        spent,
    )


def test_lists_of_other_requests_are_no_inputs(run, monkeypatch):
    monkeypatch.setattr(batch_lines, "_MOST", 1)
    body = {"model": "gpt-3.5-turbo-instruct", "prompt": ["a", "b"], "input": ["a", "b"]}
    batch, _ = run(line(url="/v1/completions", body=body), endpoint="/v1/completions")
    assert batch["status"] == "completed"
