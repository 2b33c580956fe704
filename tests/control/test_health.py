"""GET health."""


def test_health_of_a_server_that_keeps_time(control, sight, measured, clock):
    sight.connections = lambda: 12
    measured.streams = 3
    measured.late.add_exactly(0.002)
    answer = control("GET", "health").json
    lag = answer.pop("loop_lag_ms")
    assert answer.pop("version")
    assert answer == {
        "status": "ok",
        "sentence": "the mock keeps time: p99 lateness 2 ms within the bound of 10 ms",
        "uptime_seconds": 60,
        "connections": 12,
        "streams": 3,
    }
    assert lag["count"] == 0


def test_health_says_that_the_mock_is_the_bottleneck(control, measured):
    measured.late.add_exactly(0.031)
    answer = control("GET", "health")
    assert answer.status == 200
    assert answer.json["status"] == "bottleneck"
    assert answer.json["sentence"] == "the mock is the bottleneck: p99 lateness 31 ms over the bound of 10 ms"
