"""An incident from beginning to end, on a clock moved by hand: what becomes of requests, of waits and of connections."""

from __future__ import annotations

import pytest

from understudy.model.plan import Plan, spelled_out

SCRIPT = """
version: 1
timing: {latency: 100ms, itl: 20ms}
timeline:
  - {for: 60s, name: healthy}
  - {for: 30s, name: brown-out, timing: {scale: 4}, faults: [{kind: status, status: 529, probability: 0.1}]}
  - {for: 10s, name: outage, timing: {scale: 4}, faults: [{kind: refuse}]}
  - {ramp: 10s, name: recovery}
rules: [{reply: "One two three."}]
"""


@pytest.fixture
def incident(service, chat, make_request, respond):
    """Ask a thousand different questions at a moment: how many were answered with which status, and the waits of the good."""
    engine = service(SCRIPT).engine

    def asked(moment, count=1000):
        engine._monotonic = lambda: moment
        statuses, waits = {}, set()
        for number in range(count):
            request = make_request(chat(f"question {number}", stream=True))
            request.at = moment
            found = engine.respond(request)
            steps = list(spelled_out(found.steps)) if isinstance(found, Plan) else [found]
            data = b"".join(step for step in steps if isinstance(step, bytes))
            status = int(data[9:12]) if data else None
            statuses[status] = statuses.get(status, 0) + 1
            if status == 200:
                waits.add(tuple(round(step, 4) for step in steps if isinstance(step, float)))
        decision = engine.at_accept()
        return statuses, waits, b"" if callable(decision) else decision

    return asked


@pytest.mark.parametrize("moment", [0.0, 59.999, 110.0, 1000.0])
def test_before_and_behind_it_all_is_well(moment, incident):
    statuses, waits, connection = incident(moment, 100)
    assert (statuses, connection) == ({200: 100}, None)
    assert {wait[:2] for wait in waits} == {(0.1, 0.02)}


@pytest.mark.parametrize("moment", [60.0, 89.999])
def test_in_the_brown_out_a_tenth_fails_and_the_others_take_four_times_as_long(moment, incident):
    statuses, waits, connection = incident(moment)
    assert set(statuses) == {200, 529}
    assert 70 < statuses[529] < 130
    assert {wait[:2] for wait in waits} == {(0.4, 0.08)}
    assert connection is None


def test_which_requests_fail_is_the_same_in_all_of_the_brown_out(incident):
    assert incident(61.0)[0] == incident(75.5)[0]


@pytest.mark.parametrize("moment", [90.0, 99.999])
def test_in_the_outage_nobody_is_let_in_and_open_connections_get_no_answer(moment, incident):
    assert incident(moment, 20) == ({None: 20}, set(), b"")


@pytest.mark.parametrize(("moment", "latency"), [(100.0, 0.4), (105.0, 0.25), (109.0, 0.13)])
def test_in_the_recovery_waits_go_evenly_back_to_what_they_were(moment, latency, incident):
    statuses, waits, connection = incident(moment, 20)
    assert (statuses, connection) == ({200: 20}, None)
    assert {wait[0] for wait in waits} == {latency}
