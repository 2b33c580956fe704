"""GET and DELETE pacing."""


def test_deleting_begins_a_new_measurement(control, measured, clock):
    measured.late.add_exactly(0.5)
    assert control("GET", "pacing").json["verdict"] == "bottleneck"
    clock.now += 5
    assert control("DELETE", "pacing").json == {"reset": "pacing"}
    clock.now += 2
    since = control("GET", "pacing?since=reset").json
    assert (since["events"], since["verdict"], since["seconds"]) == (0, "ok", 2)
    assert control("GET", "pacing").json == since
    whole = control("GET", "pacing?since=start").json
    assert (whole["events"], whole["verdict"], whole["seconds"]) == (1, "bottleneck", 7)


def test_another_period_is_refused(control):
    answer = control("GET", "pacing?since=yesterday")
    assert (answer.status, answer.problem) == (400, "query parameter since 'yesterday': expected reset or start.")
