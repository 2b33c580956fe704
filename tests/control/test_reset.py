"""POST reset."""

import pytest

from understudy.model.plan import Delivery


def test_everything_is_forgotten(control, sight, measured, exchange):
    sight.state.advance("default", "rule")
    exchange()
    measured.late.add_exactly(0.5)
    assert control("POST", "reset").json == {"reset": "all"}
    assert sight.state.advance("default", "rule") == 0
    assert len(sight.journal) == 0
    assert not sight.pacing.verdict().is_bottleneck


def test_one_session_is_forgotten_and_the_others_are_not(control, sight, measured, exchange):
    for path, body in (("reset", {"session": "a"}), ("reset?session=a", b"")):
        sight.state.advance("a", "rule")
        sight.state.advance("b", "rule")
        exchange(session="a")
        exchange(session="b")
        measured.late.add_exactly(0.5)
        assert control("POST", path, body).json == {"reset": "a"}
        assert sight.state.advance("a", "rule") == 0
        assert {item.session for item in sight.journal.list()} == {"b"}
        assert sight.pacing.verdict().is_bottleneck
    assert sight.state.advance("b", "rule") == 2


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("reset", {"sesion": "a"}, "body $: unknown key 'sesion'. Did you mean 'session'?"),
        ("reset", {"x": "a"}, "body $: unknown key 'x': expected 'session'."),
        ("reset", {"session": 3}, "body $.session: expected the name of a session, or null for all, got 3."),
        ("reset?session=b", {"session": "a"}, "session: expected it once, got 'b' in the query and 'a' in the body."),
    ],
)
def test_anything_else_is_refused_and_nothing_is_forgotten(control, sight, exchange, path, body, problem):
    exchange(session="a")
    assert control("POST", path, body).problem == problem
    assert len(sight.journal) == 1


def test_no_session_in_the_body_leaves_it_to_the_query(control):
    assert control("POST", "reset?session=b", {"session": None}).json == {"reset": "b"}


@pytest.mark.parametrize(("method", "path"), [("POST", "reset"), ("DELETE", "requests"), ("POST", "reset?session=default")])
def test_what_is_under_way_is_forgotten_and_what_comes_is_not(service, make_request, chat, method, path):
    running = service("timing: {itl: 1s}")
    plan = running.engine.respond(make_request(chat(stream=True)))
    asked = make_request(b"", f"/_understudy/{path}", method=method, headers={"host": "localhost"})
    assert b" 200 OK" in running.engine.respond(asked)
    plan.ended(Delivery("done", 500, events=3))
    assert len(running.journal) == 0
    running.engine.respond(make_request(chat(stream=True))).ended(Delivery("done", 500, events=3))
    assert len(running.journal) == 1
