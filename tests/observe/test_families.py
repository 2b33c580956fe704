"""Metrics under the house's own names."""

import re

from understudy.histogram import SECONDS, Histogram
from understudy.observe.exposition import exposition
from understudy.observe.families import LATENESS, WAITS, families
from understudy.observe.readings import Timekeeping


def test_every_bound_is_counted_exactly():
    assert {*WAITS, *LATENESS} <= set(SECONDS)


def test_what_was_answered_and_measured(readings, queue):
    lines = exposition(families(readings(queues={"llama": queue}))).decode().splitlines()
    assert {
        'understudy_requests_total{dialect="openai",operation="chat",status="200",model="gpt-4o"} 3',
        'understudy_prompt_tokens_total{dialect="openai",operation="chat",status="200",model="gpt-4o"} 30',
        'understudy_completion_tokens_total{dialect="openai",operation="chat",status="200",model="gpt-4o"} 12',
        'understudy_requests_total{dialect="openai",operation="chat",status="429",model="gpt-4o"} 1',
        'understudy_unfinished_total{outcome="client_gone"} 1',
        'understudy_request_duration_seconds_bucket{model="gpt-4o",le="0.5"} 1',
        'understudy_request_duration_seconds_count{model="gpt-4o"} 1',
        "understudy_requests_in_flight 5",
        "understudy_connections 9",
        "understudy_uptime_seconds 60.0",
        "understudy_bottleneck 0",
        "understudy_lateness_bound_seconds 0.01",
        'understudy_info{version="1.2.3"} 1',
        'understudy_time_to_first_token_seconds_bucket{time="planned",le="0.25"} 1',
        'understudy_time_to_first_token_seconds_bucket{time="actual",le="0.25"} 0',
        'understudy_inter_token_latency_seconds_sum{time="actual"} 0.021',
        'understudy_lateness_seconds_bucket{le="0.001"} 1',
        'understudy_loop_lag_seconds_bucket{le="0.0005"} 1',
        "understudy_lateness_p50_seconds 0.001",
        "understudy_lateness_p99_seconds 0.001",
        "understudy_lateness_max_seconds 0.001",
        "understudy_loop_lag_p50_seconds 0.0005",
        "understudy_loop_lag_p99_seconds 0.0005",
        "understudy_loop_lag_max_seconds 0.0005",
        "understudy_events_total 40",
        "understudy_write_pauses_total 2",
        "understudy_write_paused_seconds_total 0.5",
        'understudy_queue_depth{engine="llama"} 4',
        'understudy_batch_size{engine="llama"} 8',
        'understudy_kv_cache_used{engine="llama"} 0.75',
        'understudy_preemptions_total{engine="llama"} 1',
        'understudy_rejected_total{engine="llama"} 2',
        'understudy_prefix_cache_queries_total{engine="llama"} 100',
        'understudy_prefix_cache_hits_total{engine="llama"} 60',
    } - set(lines) == set()


def test_how_well_time_was_kept_is_told_of_the_period_that_somebody_looks_at(readings):
    late, lag = Histogram(SECONDS), Histogram(SECONDS)
    late.add_many(99, 0.002)
    late.add(0.5)
    lines = exposition(families(readings(period=Timekeeping(late, lag)))).decode().splitlines()
    assert {
        "understudy_lateness_p99_seconds 0.002",
        "understudy_lateness_max_seconds 0.5",
        "understudy_loop_lag_max_seconds 0.0",
        'understudy_lateness_seconds_bucket{le="0.001"} 1',
    } - set(lines) == set()


def test_no_queue_is_shown_where_no_engine_is_simulated(readings):
    assert b"queue_depth" not in exposition(families(readings()))


def test_names_are_told_once_and_counters_say_so(readings, queue):
    page = exposition(families(readings(queues={"llama": queue}))).decode()
    types = re.findall(r"^# TYPE (\S+) (\w+)$", page, re.MULTILINE)
    names = [name for name, _ in types]
    assert len(set(names)) == len(names)
    assert [name for name, kind in types if (kind == "counter") != name.endswith("_total")] == []
