"""Metrics under vLLM's names."""

import re
from types import SimpleNamespace

import pytest

from understudy.histogram import SECONDS
from understudy.observe.exposition import exposition
from understudy.observe.finished import Finished
from understudy.observe.metrics import Counters
from understudy.observe.vllm import families


def lines(readings) -> list[str]:
    return exposition(families(readings)).decode().splitlines()


def test_every_bound_of_times_is_counted_exactly(readings):
    bounds = re.findall(r'_seconds_bucket.*le="([\d.]+)"} ', "\n".join(lines(readings())))
    assert bounds
    assert {float(bound) for bound in bounds} <= set(SECONDS)


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
        "vllm:request_prompt_tokens": "histogram",
        "vllm:request_generation_tokens": "histogram",
        "vllm:request_max_num_generation_tokens": "histogram",
        "vllm:time_to_first_token_seconds": "histogram",
        "vllm:inter_token_latency_seconds": "histogram",
        "vllm:time_per_output_token_seconds": "histogram",
        "vllm:request_time_per_output_token_seconds": "histogram",
        "vllm:e2e_request_latency_seconds": "histogram",
        "vllm:request_queue_time_seconds": "histogram",
        "vllm:request_inference_time_seconds": "histogram",
        "vllm:request_prefill_time_seconds": "histogram",
        "vllm:request_decode_time_seconds": "histogram",
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
        f"vllm:e2e_request_latency_seconds_sum{labels} 0.5",
        f"vllm:request_queue_time_seconds_sum{labels} 0.0",
        f"vllm:request_prefill_time_seconds_sum{labels} 0.5",
        'vllm:request_prompt_tokens_bucket{model_name="llama",engine="0",le="20.0"} 0',
        'vllm:request_prompt_tokens_bucket{model_name="llama",engine="0",le="50.0"} 1',
        f"vllm:request_generation_tokens_sum{labels} 12.0",
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


def test_an_engine_for_many_models_goes_by_the_name_of_the_served_one(readings, queue):
    queues = {"mistral": queue, "large-*": queue, "ll?ma": queue, "*": queue, "zephyr": queue}
    found = [line for line in lines(readings(queues=queues)) if line.startswith("vllm:num_requests_waiting{")]
    labels = 'vllm:num_requests_waiting{{model_name="{}",engine="{}"}} 4'.format
    assert found == [labels("mistral", 0), *(labels("llama", number) for number in range(3)), labels("zephyr", 0)]


def test_an_engine_tells_of_its_cache_what_routers_ask_for(readings, queue):
    shown = 'model_name="llama",engine="0",block_size="16",enable_prefix_caching="True",num_gpu_blocks="25000"'
    page = lines(readings(queues={"*": queue}))
    assert [line for line in page if line.startswith("vllm:cache_config_info")] == [f"vllm:cache_config_info{{{shown}}} 1"]


def adapters(readings, **queues) -> list[str]:
    return [line for line in lines(readings(queues=queues, wall=1.5e9)) if line.startswith("vllm:lora_requests_info")]


def test_adapters_of_all_engines_are_told_in_one_line_as_routers_ask_for_them(readings, queue):
    other = SimpleNamespace(**{**vars(queue), "running_adapters": ("art",), "waiting_adapters": (), "max_num_seqs": 4})
    labels = 'max_lora="8",waiting_lora_adapters="math,sql",running_lora_adapters="{}"'.format
    assert adapters(readings) == []
    assert adapters(readings, a=queue) == [f"vllm:lora_requests_info{{{labels('sql')}}} 1500000000.0"]
    assert adapters(readings, a=queue, b=other) == [f"vllm:lora_requests_info{{{labels('art,sql')}}} 1500000000.0"]


def test_names_of_adapters_are_short_and_no_keys(readings, queue):
    queue.running_adapters = "sk-" + "a1B2" * 12, "x" * 1_000_000
    (line,) = adapters(readings, a=queue)
    assert "a1B2a1B2" not in line
    assert line.split('"')[-2].endswith("other") or line.split('"')[-2].startswith("other")


def test_bounds_are_spelled_as_vllm_spells_them(readings):
    found = re.findall(r'inter_token_latency_seconds_bucket.*le="([^"]+)"', "\n".join(lines(readings())))
    assert found[:3] + found[-3:] == ["0.01", "0.025", "0.05", "40.0", "80.0", "+Inf"]


def reasons(reading, counters) -> dict[str, int]:
    reading.counts = counters.snapshot()
    found = (re.search(r'success_total.*finished_reason="(\w+)"} (\d+)', line) for line in lines(reading))
    return {one[1]: int(one[2]) for one in found if one}


def test_answers_that_were_cut_and_requests_that_failed_have_their_own_reasons(readings, make_exchange):
    counters = Counters()
    for finish in ("stop", "tool_calls", "length"):
        counters.record(make_exchange(finish=finish))
    counters.record(make_exchange(finish="length", outcome="client_gone"))
    counters.record(make_exchange(finish="error", status=503))
    counters.record(make_exchange(finish="error", status=429))
    assert reasons(readings(), counters) == {"stop": 2, "length": 1, "abort": 1, "error": 1}


@pytest.mark.parametrize(
    ("fields", "grows"),
    [
        ({"status": 504, "outcome": "client_gone"}, "error"),
        ({"status": 429, "outcome": "client_gone"}, None),
        ({"operation": "moderation", "outcome": "client_gone"}, None),
        ({"operation": "moderation", "finish": "length"}, None),
        ({"operation": "moderation", "status": 500}, None),
        ({"outcome": "client_gone"}, "abort"),
    ],
)
def test_what_ends_otherwise_takes_nothing_from_answers_that_stopped(readings, make_exchange, fields, grows):
    counters = Counters()
    counters.record(make_exchange(finish="stop"))
    counters.record(make_exchange(**fields))
    found = {"stop": 1, "length": 0, "abort": 0, "error": 0}
    assert reasons(readings(), counters) == found | ({grows: 1} if grows else {})


def test_models_nobody_wants_to_know_in_detail_are_passed_over(readings, make_exchange):
    reading = readings()
    quick = Finished()
    quick.add([make_exchange(duration=9.0)], in_detail=False)
    reading.durations = {**reading.durations, "quick": quick}
    assert 'vllm:e2e_request_latency_seconds_count{model_name="llama",engine="0"} 1' in lines(reading)
