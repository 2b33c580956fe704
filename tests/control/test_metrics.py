"""GET /metrics."""

from understudy.engine.standing import Standing


def test_metrics_are_served_for_prometheus(control, exchange, measured):
    exchange(prompt_tokens=3, duration=0.2)
    measured.streams = 2
    answer = control("GET", "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.body.decode().splitlines()
    assert 'understudy_prompt_tokens_total{dialect="openai",operation="chat",status="200",model="gpt-4o"} 3' in lines
    assert 'understudy_request_duration_seconds_bucket{model="gpt-4o",le="0.25"} 1' in lines
    assert "understudy_requests_in_flight 2" in lines
    assert "understudy_uptime_seconds 60.0" in lines
    assert "understudy_bottleneck 0" in lines


def test_a_bottleneck_is_a_number_too(control, measured):
    measured.late.add_exactly(1.0)
    assert b"\nunderstudy_bottleneck 1\n" in control("GET", "/metrics").body


def test_a_reset_does_not_turn_counters_back(control, exchange):
    exchange()
    control("POST", "reset")
    assert b'understudy_request_duration_seconds_count{model="gpt-4o"} 1\n' in control("GET", "/metrics").body


def test_how_well_time_was_kept_is_told_since_the_pacing_report_began(control, measured):
    measured.late.add_exactly(1.0)
    control("DELETE", "pacing")
    measured.late.add_exactly(0.001)
    lines = control("GET", "/metrics").body.decode().splitlines()
    assert {"understudy_lateness_max_seconds 0.001", "understudy_lateness_seconds_count 2"} <= set(lines)


def test_metrics_speak_vllm_when_told_to(control, settings, exchange, sight):
    settings |= {"metrics_names": "vllm", "models": ("llama",)}
    exchange(completion_tokens=5)
    page = control("GET", "/metrics").body
    assert b'vllm:generation_tokens_total{model_name="llama",engine="0"} 5\n' in page
    assert b"understudy_" not in page
    sight.queues = lambda: {"mistral": Standing(waiting=4, running=8, kv_used=0.5)}
    assert b'vllm:num_requests_waiting{model_name="mistral",engine="0"} 4\n' in control("GET", "/metrics").body
