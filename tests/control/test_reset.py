"""POST reset."""


def test_everything_is_forgotten(control, sight, measured, exchange):
    sight.state.advance("default", "rule")
    exchange()
    measured.late.add(0.5)
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
        measured.late.add(0.5)
        assert control("POST", path, body).json == {"reset": "a"}
        assert sight.state.advance("a", "rule") == 0
        assert {item.session for item in sight.journal.list()} == {"b"}
        assert sight.pacing.verdict().is_bottleneck
    assert sight.state.advance("b", "rule") == 2


def test_anything_else_in_the_body_is_refused(control):
    assert control("POST", "reset", {"sesion": "a"}).problem == "body $: object contains unknown field `sesion`."
