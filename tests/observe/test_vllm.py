"""Metrics under vLLM's names."""

import re

from understudy.histogram import SECONDS
from understudy.observe.exposition import exposition
from understudy.observe.vllm import BOUNDS, families


def lines(readings) -> list[str]:
    return exposition(families(readings)).decode().splitlines()


def test_every_bound_is_counted_exactly():
    assert {bound for bounds in BOUNDS.values() for bound in bounds} <= set(SECONDS)


def test_names_and_types(readings):
    assert dict(re.findall(r"# TYPE (\S+) (\w+)", "\n".join(lines(readings())))) == {
        "vllm:num_requests_running": "gauge",
        "vllm:num_requests_waiting": "gauge",
        "vllm:kv_cache_usage_perc": "gauge",
        "vllm:gpu_cache_usage_perc": "gauge",
        "vllm:num_preemptions_total": "counter",
        "vllm:prefix_cache_queries_total": "counter",
        "vllm:prefix_cache_hits_total": "counter",
        "vllm:prompt_tokens_total": "counter",
        "vllm:generation_tokens_total": "counter",
        "vllm:request_success_total": "counter",
        "vllm:time_to_first_token_seconds": "histogram",
        "vllm:inter_token_latency_seconds": "histogram",
        "vllm:time_per_output_token_seconds": "histogram",
        "vllm:e2e_request_latency_seconds": "histogram",
    }


def test_a_server_without_engine_runs_everything_at_once(readings):
    labels = '{model_name="llama",engine="0"}'
    reason = '{{model_name="llama",engine="0",finished_reason="{}"}}'.format
    assert {
        f"vllm:num_requests_running{labels} 5",
        f"vllm:num_requests_waiting{labels} 0",
        f"vllm:kv_cache_usage_perc{labels} 0.0",
        f"vllm:prompt_tokens_total{labels} 30",
        f"vllm:generation_tokens_total{labels} 12",
        f"vllm:request_success_total{reason('stop')} 2",
        f"vllm:request_success_total{reason('abort')} 1",
        'vllm:time_to_first_token_seconds_bucket{model_name="llama",engine="0",le="0.5"} 1',
        f"vllm:inter_token_latency_seconds_sum{labels} 0.021",
        f"vllm:e2e_request_latency_seconds_count{labels} 1",
    } - set(lines(readings())) == set()


def test_an_engine_tells_its_queue_and_its_cache(readings, queue):
    labels = '{model_name="mistral",engine="0"}'
    assert {
        f"vllm:num_requests_running{labels} 8",
        f"vllm:num_requests_waiting{labels} 4",
        f"vllm:kv_cache_usage_perc{labels} 0.75",
        f"vllm:num_preemptions_total{labels} 1",
        f"vllm:prefix_cache_queries_total{labels} 100",
        f"vllm:prefix_cache_hits_total{labels} 60",
    } - set(lines(readings(queues={"mistral": queue}))) == set()


def test_bounds_are_spelled_as_vllm_spells_them(readings):
    found = re.findall(r'inter_token_latency_seconds_bucket.*le="([^"]+)"', "\n".join(lines(readings())))
    assert found[:3] + found[-3:] == ["0.01", "0.025", "0.05", "40.0", "80.0", "+Inf"]


def test_answers_that_were_cut_and_requests_that_failed_have_their_own_reasons(readings):
    reading = readings()
    failed = {"model": "llama", "dialect": "openai", "operation": "chat", "status": 503, "requests": 2}
    reading.counts = {
        "by": [*reading.counts["by"], {**failed, "prompt_tokens": 0, "completion_tokens": 0}],
        "outcomes": {},
        "finishes": {"length": 1, "tool_calls": 1},
    }
    reason = 'vllm:request_success_total{{model_name="llama",engine="0",finished_reason="{}"}} {}'.format
    assert {reason("stop", 2), reason("length", 1), reason("abort", 0), reason("error", 2)} <= set(lines(reading))
