"""The composition root: sources in, an engine out; a reload is whole or not at all."""

from __future__ import annotations

import io
import json

import pytest

from understudy.app import Service
from understudy.engine.world import World
from understudy.errors import ScriptError, UsageError
from understudy.model.plan import Plan
from understudy.observe.logs import configure
from understudy.runtime.alarm import VIRTUAL, TimerAlarm
from understudy.runtime.clock import VirtualClock
from understudy.runtime.player import Player
from understudy.runtime.stream import Stream
from understudy.sources import Sources

OLD = "version: 1\nsettings: {port: 8000}\nrules: [{name: old, reply: old words}]\n"
NEW = "version: 1\nsettings: {port: 9000}\nrules: [{name: new, reply: new words}]\n"


@pytest.fixture
def running(tmp_path):
    script, log = tmp_path / "script.yaml", io.StringIO()
    script.write_text(OLD)
    made = Service(Sources((script,)), configure("info", "json", log))

    def lines():
        return [json.loads(line) for line in log.getvalue().splitlines()]

    return made, script, lines


def said(ask, chat, service):
    return ask(chat(), to=service.engine).json["choices"][0]["message"]["content"]


def test_a_reload_is_adopted_and_announced(running, ask, chat):
    service, script, lines = running
    script.write_text(NEW)
    renewed = service.renew()
    assert said(ask, chat, service) == "old words"
    service.adopt(renewed)
    assert said(ask, chat, service) == "new words"
    loaded = next(line for line in lines() if line["event"] == "script loaded")
    assert (loaded["scripts"], loaded["rules"]) == (["script.yaml"], 1)
    assert any(line["event"] == "setting needs a restart" and line["setting"] == "port" for line in lines())


@pytest.mark.parametrize("text", ["version: 1\nrulse: []\n", "{", "version: 1\nsettings: {seed: x}\n"])
def test_what_cannot_be_used_leaves_everything_as_it_was(running, ask, chat, text):
    service, script, lines = running
    script.write_text(text)
    assert service.renew() is None
    assert said(ask, chat, service) == "old words"
    refused = [line for line in lines() if line["event"] in ("script refused", "settings refused")]
    assert refused
    assert all(line["level"] == "error" and line["problem"] for line in refused)
    script.write_text(NEW)
    service.adopt(service.renew())
    assert said(ask, chat, service) == "new words"


def test_mistakes_stop_the_start(tmp_path):
    with pytest.raises(ScriptError):
        Service(Sources((tmp_path / "missing.yaml",)))
    with pytest.raises(UsageError):
        Service(Sources((), None, {"seed": "x"}))
    with pytest.raises((ScriptError, UsageError), match="mockllm"):
        Service(Sources((), "mockllmm"))


@pytest.mark.parametrize("size", [0, 2])
def test_the_journal_keeps_what_it_is_told_to(service, ask, chat, size):
    made = service(journal_size=size)
    for _ in range(3):
        ask(chat(), to=made.engine)
    assert len(made.journal) == size


def test_a_change_at_run_time_serves_the_next_request_and_outlives_a_reload(running, ask, chat):
    service, script, lines = running
    service.amend("POST", "rules", {"name": "posted", "when": {"user": "hi"}, "reply": "posted words"})
    assert said(ask, chat, service) == "posted words"
    assert any(line["event"] == "changed" and line["wish"] == "POST rules" for line in lines())
    script.write_text(NEW)
    service.adopt(service.renew())
    assert said(ask, chat, service) == "posted words"
    service.amend("DELETE", "rules")
    assert said(ask, chat, service) == "new words"


def test_of_rules_that_come_one_by_one_only_the_last_are_made_ready(running, ask, chat, monkeypatch):
    service, *_ = running
    made, make = [], World._rulebook
    monkeypatch.setattr(World, "_rulebook", lambda self: made.append(self) or make(self))
    for user in ("a", "hi", "b"):
        service.amend("POST", "rules", {"when": {"user": user}, "reply": f"to {user}"})
        assert ask(path="/_understudy/rules", to=service.engine, method="GET", headers={"host": "localhost"}).status == 200
    assert made == []
    assert said(ask, chat, service) == "to hi"
    assert len(made) == 1


def test_a_change_that_comes_while_scripts_are_read_is_not_lost(running, ask, chat):
    service, script, _ = running
    script.write_text(NEW)
    renewed = service.renew()
    service.amend("POST", "rules", {"when": {"user": "hi"}, "reply": "posted words"})
    service.adopt(renewed)
    assert said(ask, chat, service) == "posted words"
    assert [rule.name for rule in service.script.rules] == ["posted rule 1", "new"]


def test_a_change_that_cannot_be_used_leaves_everything_as_it_was(running):
    service, _, _ = running
    before = service.engine.world
    for verb, section, data in [
        ("PUT", "timing", {"itl": "soon"}),
        ("POST", "rules", {"reply": {"template": "{{"}}),
        ("PATCH", "settings", {"port": 1}),
    ]:
        with pytest.raises(ScriptError):
            service.amend(verb, section, data)
    with pytest.raises(UsageError, match="stream-tokens-min 5"):
        service.amend("PATCH", "settings", {"stream-tokens-min": 5})
    assert service.engine.world is before
    assert service.overlay is None


def test_a_change_wins_over_flags(service):
    made = service(seed=3)
    made.amend("PATCH", "settings", {"seed": 4})
    assert made.settings.seed == 4
    made.amend("DELETE", "settings")
    assert made.settings.seed == 3


def test_a_reset_keeps_changes(running):
    service, _, _ = running
    service.amend("PUT", "timing", {"latency": "1s"})
    service.engine.state.reset()
    assert service.overlay.written == {"timing": {"latency": "1s"}}


def test_what_first_answers_do_not_wait_for_is_loaded_beforehand(running, monkeypatch):
    known, loaded = {}, []
    monkeypatch.setattr("understudy.text.tokens._encodings", known)
    service = running[0]
    monkeypatch.setattr(service.control, "load", lambda: loaded.append("controls"))
    service.warm()
    assert list(known) == ["o200k_base"]
    assert loaded == ["controls"]


@pytest.fixture
def metrics(service, ask, chat):
    """Start with a script; give a function that asks for models in turn, and gives the lines of the metrics page after that."""

    def started(script, **settings):
        made = service(script, metrics_names="vllm", **settings)

        def page(*models, **fields):
            for model in models:
                ask(chat(model=model, **fields), to=made.engine)
            return ask(path="/metrics", method="GET", headers={"host": "127.0.0.1"}, to=made.engine).body.decode().splitlines()

        return page

    return started


def labelled(lines, name):
    return [line.split("{")[1].split("}")[0] for line in lines if line.startswith(f"vllm:{name}{{")]


@pytest.mark.parametrize(
    ("script", "labels"),
    [
        ("models: [served]\ncapacity: {}", ['model_name="served",engine="0"']),
        ("models: [served]\ncapacity: {per: model}", ['model_name="served",engine="0"']),
        ("models: [served, {id: 'large-*', capacity: {}}]", ['model_name="served",engine="0"']),
        (
            "models: [{id: served, capacity: {}}, {id: small, capacity: {}}]\ncapacity: {}",
            ['model_name="served",engine="0"', 'model_name="small",engine="0"', 'model_name="served",engine="1"'],
        ),
    ],
    ids=["one for all", "one for each", "one for a glob", "several"],
)
def test_what_engines_tell_has_the_same_labels_before_they_exist(metrics, script, labels):
    page = metrics(f"version: 1\n{script}\n")
    before, after = page(), page("large-one", "served", "small", "served") if "per" not in script else page("served")
    for name in ("num_requests_running", "kv_cache_usage_perc", "prefix_cache_queries_total"):
        assert labelled(before, name) == labelled(after, name) == labels
    assert labelled(after, "prompt_tokens_total") == ['model_name="served",engine="0"']


def test_answers_are_told_in_detail_under_the_names_of_vllm(metrics):
    lines = metrics("version: 1\n")(*["gpt-4o"] * 3, stream=True)
    assert [line.split()[1] for line in lines if line.startswith("vllm:request_queue_time_seconds_count")] == ["3"]
    assert [line.split()[1] for line in lines if line.startswith("vllm:time_to_first_token_seconds_count")] == ["3"]


def test_what_ends_under_other_names_is_told_in_no_detail(service, ask, chat):
    made = service("version: 1\nrules: [{when: {model: slow}, reply: hi, timing: {ttft: 1s}}, {reply: hi}]\n")
    for names, models in (("vllm", "ab"), ("understudy", ["a", "slow", "b"]), ("vllm", ["slow"])):
        made.amend("PATCH", "settings", {"metrics-names": names})
        for model in models:
            ask(chat(model=model), to=made.engine)
    lines = ask(path="/metrics", method="GET", headers={"host": "127.0.0.1"}, to=made.engine).body.decode().splitlines()
    assert [line.split()[1] for line in lines if line.startswith("vllm:e2e_request_latency_seconds_count")] == ["3"]


def test_errors_enter_no_time(metrics):
    lines = metrics("version: 1\nrules: [{when: {model: bad}, reply: {error: 500}}]\n")("gpt-4o", "bad", "bad")
    assert [line.split()[1] for line in lines if line.startswith("vllm:e2e_request_latency_seconds_count")] == ["1"]


def test_plain_answers_are_told_apart_by_their_tokens(metrics):
    page = metrics("version: 1\n")
    for text in ("hi", "hello there, how are you today? " * 9):
        for _ in range(4):
            lines = page("gpt-4o", messages=[{"role": "user", "content": text}])
    counts = [int(line.split()[1]) for line in lines if line.startswith("vllm:request_prompt_tokens_bucket")]
    assert [counts.count(number) for number in (0, 4, 8)] == [3, 3, 13]


def test_a_script_that_was_refused_for_a_change_is_read_again_when_the_change_is_taken_back(running, ask, chat):
    service, script, lines = running
    script.write_text(OLD.replace("port: 8000", "stream-tokens-max: 9"))
    service.adopt(service.renew())
    service.amend("PATCH", "settings", {"stream-tokens-min": 5})
    script.write_text(NEW.replace("port: 9000", "stream-tokens-max: 2"))
    while not service.watcher.changed():
        pass
    assert service.renew() is None
    (refused,) = [line["problem"] for line in lines() if line["event"] == "settings refused"]
    assert refused.endswith(f"expected at most stream-tokens-max 2 ({script}:2), got more. Set both.")
    assert [service.watcher.changed() for _ in range(3)] == [False] * 3
    service.amend("DELETE", "settings")
    assert service.watcher.changed()
    service.adopt(service.renew())
    assert said(ask, chat, service) == "new words"
    service.amend("PATCH", "settings", {"seed": 1})
    assert not service.watcher.changed()


def test_a_script_that_a_preset_loaded_and_that_is_gone_is_missed(tmp_path, monkeypatch, ask, chat):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "responses.yml").write_text("responses: {hi: mine}\n")
    log = io.StringIO()
    service = Service(Sources((), "mockllm"), configure("info", "json", log))
    assert said(ask, chat, service) == "mine"
    (tmp_path / "responses.yml").unlink()
    assert service.renew() is None
    assert "responses.yml:1: no such file" in log.getvalue()
    (tmp_path / "responses.yml").write_text("responses: {hi: again}\n")
    service.adopt(service.renew())
    assert said(ask, chat, service) == "again"


def test_a_bottleneck_is_logged_when_it_begins_and_when_it_is_over(running):
    service, _, lines = running
    for _ in range(100):
        service.lateness.late.add(0.5)
    service._look_at_time()
    service.pacing.mark()
    service._look_at_time()
    found = [(line["level"], line["sentence"]) for line in lines() if line["event"] == "pacing"]
    assert found == [
        ("warning", "the mock is the bottleneck: p99 lateness 500 ms over the bound of 10 ms"),
        ("info", "no event was due at a time yet"),
    ]


def test_connections_that_are_cut_off_are_logged_and_counted(running, ask):
    service, _, lines = running
    service.server().room.cut += 3
    service._look_at_time()
    service._look_at_time()
    (line,) = [line for line in lines() if line["event"] == "connections cut"]
    assert (line["level"], line["count"], line["problem"]) == ("warning", 3, service._server.room.words)
    page = ask(path="/metrics", to=service.engine, method="GET", headers={"host": "localhost"}).body.decode()
    assert "understudy_connections_cut_total 3\n" in page


@pytest.mark.parametrize("behind", [1.0, 0.0], ids=["late", "on time"])
@pytest.mark.parametrize("stream", [False, True])
def test_journal_log_metrics_and_pacing_agree_on_how_late_a_delayed_answer_was(ask, chat, make_request, stream, behind):
    clock, log = VirtualClock(), io.StringIO()
    service = Service(Sources((), None, {"latency": "20ms"}), configure("info", "json", log), clock)
    errors: list[BaseException] = []
    player = Player(clock, lambda tick: TimerAlarm(clock, tick, VIRTUAL), list.append, errors.append, service.lateness)
    plan = service.engine.respond(make_request(chat(stream=stream)))
    assert isinstance(plan, Plan)
    written: list[bytes] = []
    clock.advance(behind)
    player.play(Stream(plan, 0.0, written.append, lambda _: None))
    clock.advance(1.0)
    [line] = [line for line in map(json.loads, log.getvalue().splitlines()) if line["event"] == "request"]
    late = max(0.0, behind * 1000 - 20)
    pacing, kept, metrics = (
        ask(path=path, to=service.engine, method="GET", headers={"host": "localhost"})
        for path in ("/_understudy/pacing", "/_understudy/requests", "/metrics")
    )
    assert line["late_ms"] == kept.json["requests"][0]["timing"]["late_ms"] == pacing.json["lateness_ms"]["max"] == late
    assert (pacing.json["lateness_ms"]["count"], pacing.json["verdict"]) == (1, "bottleneck" if behind else "ok")
    assert {f"understudy_lateness_max_seconds {late / 1000}", "understudy_lateness_seconds_count 1"} <= set(
        metrics.body.decode().splitlines()
    )
    assert not errors
    assert b"".join(written).startswith(b"HTTP/1.1 200 OK")
