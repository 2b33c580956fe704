"""Which faults strike which call, wherever they stand; what they come to together."""

from __future__ import annotations

import json
import random

import pytest

URL = "/v1/chat/completions"


def fault(text, **more):
    return {"x-understudy-fault": text, **more}


def statuses(ask_engine, engine, bodies, **head):
    return [ask_engine(engine, body, **head).status for body in bodies]


PLACES = {
    "script": "faults: [{kind: status, status: 503}]",
    "line": "faults: ['status;status=503']",
    "model": "models: [{id: gpt-4o-mini, faults: [{kind: status, status: 503}]}]",
    "glob": "models: [{id: 'gpt-*', faults: [{kind: overloaded}]}]",
    "rule": "rules: [{reply: hi, fault: {kind: status, status: 503}}]",
    "reply": "rules: [{reply: {text: hi, fault: [overloaded]}}]",
}


@pytest.mark.parametrize("script", PLACES.values(), ids=PLACES)
def test_faults_stand_anywhere(engine, ask, chat, script):
    assert ask(chat(), to=engine(script)).status == 503


OTHERS = {
    "model": "models: [{id: o3, faults: [overloaded]}]",
    "rule": "rules: [{when: {user: bye}, reply: hi, fault: overloaded}]",
    "when": "faults: [{kind: overloaded, when: {user: bye}}]",
}


@pytest.mark.parametrize("script", OTHERS.values(), ids=OTHERS)
def test_faults_of_others_do_not_strike(engine, ask, chat, script):
    assert ask(chat(), to=engine(script)).status == 200


def test_only_the_reply_that_has_the_fault_is_struck(engine, ask_engine, chat):
    to = engine("rules: [{replies: [one, {text: two, fault: overloaded}, three]}]")
    assert statuses(ask_engine, to, [chat()] * 4) == [200, 503, 200, 200]


def test_the_condition_of_a_fault_is_the_one_of_a_rule(engine, ask_engine, chat):
    to = engine("faults: [{kind: overloaded, when: {model: 'gpt-*', user: {contains: sky}}}]")
    bodies = [chat("the sky"), chat("the sea"), chat("the sky", model="o3")]
    assert statuses(ask_engine, to, bodies) == [503, 200, 200]


def test_the_closest_fault_that_answers_an_error_wins(engine, ask, chat):
    to = engine("faults: [{kind: status, status: 501}]\nrules: [{reply: hi, fault: [{kind: status, status: 502}, timeout]}]")
    answer = ask(chat(), to=to)
    assert (answer.status, len(answer.steps)) == (502, 1)
    assert ask(chat(), to=to, headers=fault("status;status=503")).status == 503


def test_a_fault_that_finds_nothing_in_an_error_leaves_it_to_the_next(engine, ask, chat):
    to = engine("rules: [{reply: {error: 500}}]")
    for line in ("empty-content, status;status=503", "whole-for-stream, status;status=503, status;status=502"):
        assert ask(chat(stream=True), to=to, headers=fault(line)).status == 503


def test_faults_of_several_levels_compose(engine, ask, chat):
    to = engine("faults: [{kind: error-event, at: {event: 2}, then: go-on}]")
    answer = ask(chat(stream=True), to=to, headers=fault("malformed;event=4"))
    assert ["error" in event for event in answer.events] == [False, True, False, False, False]
    assert answer.events[-1] == '{"broken": '


WATCHED = ["/health", "/vllm/health", "/vllm/ping", "/vllm/version", "/tgi/health", "/tei/health", "/ollama/api/version"]


@pytest.mark.parametrize("path", WATCHED)
def test_what_everything_strikes_leaves_health_alone(engine, ask, path):
    to = engine("faults: [overloaded, {kind: reset, when: {operation: models}}]")
    assert ask(path=path, method="GET", to=to).status == 200


def test_health_is_struck_on_request(engine, ask):
    to = engine("faults: [overloaded]")
    assert ask(path="/health", method="GET", to=to, headers=fault("overloaded")).status == 503
    assert ask(path="/v1/models", method="GET", to=to).status == 503


@pytest.mark.parametrize(
    ("condition", "health", "models"),
    [
        ("{operation: health}", 503, 200),
        ("{operation: {any: [health, models]}}", 503, 503),
        ("{operation: models}", 200, 503),
        ("{dialect: vllm}", 200, 503),
        ("{operation: health, dialect: openai}", 200, 200),
    ],
)
@pytest.mark.parametrize("place", ["faults: [{}]", "timeline: [{{at: 0s, faults: [{}]}}]"])
def test_a_script_says_that_the_server_is_not_ready(engine, ask, place, condition, health, models):
    to = engine(place.format(f"{{kind: overloaded, when: {condition}}}"), only=("vllm", "openai"))
    for path in ("/vllm/health", "/vllm/ping"):
        assert ask(path=path, method="GET", to=to).status == health
    assert ask(path="/vllm/v1/models", method="GET", to=to).status == models


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [("first: 2", [503, 503, 200, 200]), ("nth: [2, 4]", [200, 503, 200, 503]), ("every: 2", [200, 503, 200, 503])],
)
def test_arrivals_are_counted(engine, ask_engine, chat, trigger, expected):
    to = engine(f"faults: [{{kind: overloaded, {trigger}}}]")
    assert statuses(ask_engine, to, [chat()] * 4) == expected


def test_another_fault_in_its_place_counts_anew(engine, ask_engine, chat):
    to = engine()
    assert statuses(ask_engine, to, [chat()] * 3, headers=fault("overloaded;first=2")) == [503, 503, 200]
    assert statuses(ask_engine, to, [chat()] * 3, headers=fault("rate_limit;first=2")) == [429, 429, 200]
    assert statuses(ask_engine, to, [chat()], headers=fault("overloaded;first=2")) == [200]


def test_a_new_script_counts_on_where_a_fault_is_the_same(service, ask_engine, chat, tmp_path):
    script = "faults: [{kind: conflict, nth: 3}, {kind: %s, first: 1}]"
    running = service(script % "overloaded")
    assert statuses(ask_engine, running.engine, [chat()] * 2) == [503, 200]
    (tmp_path / "script.yaml").write_text(script % "server_error")
    running.adopt(running.renew())
    assert statuses(ask_engine, running.engine, [chat()] * 3) == [409, 200, 200]


def test_what_is_drawn_for_arrivals_stays_with_the_name(engine, ask_engine, chat):
    burst = "burst: {enter: 0.3, leave: 0.3}"
    one, other = (engine(f"faults: [{{kind: {kind}, {burst}}}]") for kind in ("overloaded", "server_error"))
    struck = [[status != 200 for status in statuses(ask_engine, to, [chat()] * 40)] for to in (one, other)]
    assert struck[0] == struck[1]
    assert any(struck[0])


def test_counters_are_those_of_the_session_and_can_be_reset(engine, ask_engine, chat):
    to = engine("faults: [{kind: overloaded, first: 1}]")
    for session in ("a", "b"):
        assert statuses(ask_engine, to, [chat()] * 2, headers={"x-understudy-session": session}) == [503, 200]
    to.state.reset("a")
    assert statuses(ask_engine, to, [chat()], headers={"x-understudy-session": "a"}) == [503]
    assert statuses(ask_engine, to, [chat()], headers={"x-understudy-session": "b"}) == [200]


def test_counters_may_be_those_of_each_key_or_model(engine, ask_engine, chat):
    to = engine("faults: [{kind: overloaded, first: 1, per: key}, {kind: server_error, first: 1, per: model}]")
    one, two = {"authorization": "Bearer one"}, {"authorization": "Bearer two"}
    found = [ask_engine(to, chat(model=model), headers=key).status for model, key in (("a", one), ("a", one), ("b", two))]
    assert found == [503, 200, 503]
    assert ask_engine(to, chat(model="c"), headers=two).status == 500
    assert "one" not in "".join(key.removeprefix("fault script") for key in to.state._cursors["default"])


def test_a_fault_of_the_header_counts_in_its_session(ask_engine, engine, chat):
    to = engine()
    assert statuses(ask_engine, to, [chat()] * 3, headers=fault("overloaded;first=2")) == [503, 503, 200]


def test_the_share_is_the_one_asked_for_and_the_set_the_same_in_any_order(engine, chat, make_request):
    requests = {n: make_request(json.dumps(chat(f"prompt {n}")).encode(), URL) for n in range(10_000)}
    found = []
    for order in (1, 2):
        to = engine("faults: [{kind: overloaded, probability: 0.1}]", reply="hi")
        numbers = list(requests)
        random.Random(order).shuffle(numbers)
        found.append({n for n in numbers if b" 503 " in bytes(to.respond(requests[n]))[:20]})
    assert found[0] == found[1]
    assert 900 < len(found[0]) < 1100


def test_the_decision_token_brings_the_fault_back(engine, ask_engine, chat):
    to = engine("faults: [{kind: overloaded, probability: 0.5}]")
    answers = {status: answer for n in range(20) if (answer := ask_engine(to, chat(f"{n}"))) for status in [answer.status]}
    assert set(answers) == {200, 503}
    for status, answer in answers.items():
        again = ask_engine(to, chat("other"), headers={"x-understudy-decision": answer.headers["x-understudy-decision"]})
        assert again.status == status


def test_another_fault_changes_no_draw(engine, ask_engine, chat):
    alone = engine("faults: [{kind: overloaded, probability: 0.5}]")
    beside = engine(
        "faults: [{kind: overloaded, probability: 0.5}]\n"
        "models: [{id: gpt-4o-mini, faults: [{kind: context_length, limit: 9999}]}]"
    )
    bodies = [chat(f"{n}") for n in range(50)]
    assert statuses(ask_engine, alone, bodies) == statuses(ask_engine, beside, bodies)


def test_a_window_counts_from_the_start_of_the_server(engine, chat, make_request):
    to = engine("faults: [{kind: overloaded, window: {from: 10s, to: 20s}}]")
    found = []
    for at in (5.0, 15.0, 25.0):
        request = make_request(chat())
        request.at = at
        found.append(b" 503 " in bytes(to.respond(request))[:20])
    assert found == [False, True, False]


def test_what_is_not_struck_in_transit_is_written_at_once(engine, make_request, chat):
    to = engine("faults: [{kind: timeout, probability: 0}]")
    assert isinstance(to.respond(make_request(chat())), bytes)
    assert isinstance(to.respond(make_request(chat(), f"{URL}?fail=503")), bytes)


def test_places_are_found_in_paced_and_unpaced_streams_alike(engine, ask_engine, chat):
    for settings in ({}, {"response_delay_ms": 20}):
        answer = ask_engine(engine(**settings), chat(stream=True), headers=fault("error-event;token=2"))
        assert len(answer.events) == 3


def test_an_http_1_0_stream_ends_by_closing(engine, ask, chat):
    answer = ask(chat(stream=True), headers=fault("error-event;event=2"), version="1.0", keep_alive=False)
    assert [step for step in answer.steps if not isinstance(step, bytes)][-1].value == "close"
    assert len(answer.events) == 2
