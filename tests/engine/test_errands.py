"""What the server asks of itself."""

from __future__ import annotations

import pytest

from understudy.engine.errands import Errand, Errands, told
from understudy.errors import RequestError
from understudy.model.http import Request
from understudy.model.plan import Delivery, Ending, Plan


def errands(respond=lambda _request: b"", player=None) -> Errands:
    return Errands(respond, lambda: 7.0, lambda: 5.0, lambda: player and player.plans.append)


class Player:
    """Plays plans when told to."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []

    def finish(self, index: int = 0, outcome: str = "done") -> list[float]:
        plan = self.plans.pop(index)
        waits = list(plan.steps)
        plan.ended(Delivery(outcome, 0))
        return waits


def test_an_agent_asks_as_its_client_would(make_request):
    asked: list[Request] = []

    def respond(request: Request) -> bytes:
        asked.append(request)
        return b"HTTP/1.1 200 OK\r\nx-request-id: req_1\r\ncontent-length: 2\r\n\r\n{}"

    client = make_request(headers={"authorization": "Bearer k", "x-understudy-session": "s", "cookie": "c"})
    agent = Errand(errands(respond), client.head)
    found = agent.ask("/v1/embeddings", b"body")
    agent.ask("/v1/embeddings", b"")
    assert (found.status, found.request_id, found.body) == (200, "req_1", b"{}")
    head = asked[0].head
    assert (head.method, head.path, asked[0].body, asked[0].at) == ("POST", "/v1/embeddings", b"body", 5.0)
    assert head.headers == {
        "host": "test",
        "content-type": "application/json",
        "authorization": "Bearer k",
        "x-understudy-session": "s",
    }
    assert asked[1].head is head
    assert agent.wall() == 7.0


def test_a_plan_is_read_without_waiting(make_request):
    ended: list[Delivery] = []
    steps = [3600.0, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{", 1.0, b"}\r\n", b"0\r\n\r\n"]
    agent = Errand(errands(lambda _request: Plan(steps, ended.append)), make_request().head)
    assert agent.ask("/x", b"").body == b"{}"
    assert [delivery.outcome for delivery in ended] == ["done"]


@pytest.mark.parametrize(
    "steps", [[], [Ending.ABORT], [b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", Ending.CLOSE, b"}"], [b"nonsense"]]
)
def test_what_breaks_off_is_an_error(make_request, steps):
    found = Errand(errands(lambda _request: Plan(steps)), make_request().head).ask("/x", b"")
    assert found.status == 500
    assert b"error" in found.body


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [(Ending.CLOSE, "closed"), (Ending.HANG, "closed"), (Ending.NEXT, "done"), (Ending.ABORT, "aborted")],
)
def test_how_a_plan_ended_is_told(make_request, ending, outcome):
    ended: list[Delivery] = []
    Errand(errands(lambda _request: Plan([ending], ended.append)), make_request().head).ask("/x", b"")
    assert [delivery.outcome for delivery in ended] == [outcome]


def test_an_answer_is_read():
    assert told(b"HTTP/1.1 404 Not Found\r\n\r\n").status == 404


def test_without_a_player_a_job_is_done_at_once():
    done = []
    errands().later(done.append(k) or 0.1 for k in range(3))
    assert done == [0, 1, 2]


def test_jobs_take_turns_and_the_rest_waits():
    player = Player()
    found = errands(player=player)
    for _ in range(10):
        found.later(iter([0.5]))
    assert len(player.plans) == 8
    assert player.finish() == [4.0]  # eight share the time of one
    assert len(player.plans) == 8
    for _ in range(8):
        player.finish()
    assert len(player.plans) == 1
    assert player.finish() == [0.5]
    found.later(iter([1.0]))
    assert len(player.plans) == 1


def test_a_job_rests_as_long_as_it_worked_and_does_not_make_up_for_it():
    clock, player = [5.0], Player()
    found = Errands(lambda _request: b"", lambda: 7.0, lambda: clock[0], lambda: player.plans.append)

    def job():
        for took in (0.25, 2.0, 0.0):
            clock[0] += took
            yield 0.5

    found.later(job())
    due = 5.0
    for wait, late in zip(player.plans[0].steps, (0.0, 8.0, 0.0), strict=True):
        due += wait
        assert due - clock[0] in (0.5, 2.0)
        clock[0] = due + late
    assert due == 5.25 + 0.5 + 8.0 + 2.0 + 2.0 + 0.5


def test_a_server_that_stops_begins_nothing_new():
    player = Player()
    found = errands(player=player)
    for _ in range(9):
        found.later(iter([0.5]))
    player.finish(outcome="server_stopped")
    assert len(player.plans) == 7


def test_too_many_jobs_are_refused():
    found = errands(player=Player())
    for _ in range(1008):
        found.later(iter([0.5]))
    with pytest.raises(RequestError, match="Too many") as error:
        found.later(iter([0.5]))
    assert error.value.failure.status == 429
