"""Measurements drawn from a known timing, and the files that load tools would write about them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from understudy import timing
from understudy.fitting.source import Source

TTFT = {"lognormal": {"median": "200ms", "p99": "400ms"}}
ITL = {"gamma": {"mean": "20ms", "cv": 0.5}}
PER_PROMPT_TOKEN = 0.0002


class Drawn(NamedTuple):
    """One request, in seconds."""

    prompt: int
    output: int
    ttft: float
    gaps: list[float]

    @property
    def after(self) -> float:
        return sum(self.gaps)


@pytest.fixture(scope="session")
def drawn() -> list[Drawn]:
    """Requests drawn from TTFT, ITL and PER_PROMPT_TOKEN."""
    chance = random.Random(7)
    first, between = timing.build(TTFT), timing.build(ITL)
    waits = [between.quantile((step + 0.5) / 4000) for step in range(4000)]
    found = []
    for _ in range(1500):
        prompt, output = chance.randint(50, 6000), chance.randint(20, 60)
        ttft = first.quantile(chance.random()) + prompt * PER_PROMPT_TOKEN
        found.append(Drawn(prompt, output, ttft, chance.choices(waits, k=output - 1)))
    return found


@pytest.fixture
def source(tmp_path) -> Callable[..., Source]:
    """A file with a text, or with a value as JSON."""

    def make(content: Any, name: str = "result.json") -> Source:
        return Source(tmp_path / name, content if isinstance(content, str) else json.dumps(content))

    return make


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write a file with a text, or with a value as JSON."""

    def put(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return put


@pytest.fixture(scope="session")
def guidellm_report() -> Callable[[list[Drawn]], dict[str, Any]]:
    """A report as guidellm 0.8.1 writes it, as far as it is read."""

    def make(drawn: list[Drawn]) -> dict[str, Any]:
        listed = [
            {
                "type_": "generative_request_stats",
                "prompt_tokens": r.prompt,
                "output_tokens": r.output,
                "request_latency": r.ttft + r.after,
                "time_to_first_token_ms": 1000 * r.ttft,
                "inter_token_latency_ms": 1000 * r.after / (r.output - 1),
            }
            for r in drawn
        ]
        benchmark = {
            "config": {"strategy": {"type_": "synchronous"}},
            "start_time": 1767225600.5,
            "requests": {"successful": listed, "incomplete": [], "errored": []},
            "metrics": {"request_totals": {"successful": len(drawn), "errored": 0}},
        }
        return {"metadata": {"version": 2, "guidellm_version": "0.8.1"}, "config": {}, "benchmarks": [benchmark]}

    return make


@pytest.fixture(scope="session")
def vllm_result() -> Callable[..., dict[str, Any]]:
    """A result as `vllm bench serve --save-result --save-detailed` writes it, as far as it is read."""

    def make(drawn: list[Drawn]) -> dict[str, Any]:
        return {
            "date": "20260101-120000",
            "backend": "vllm",
            "model_id": "meta-llama/Llama-3.1-8B",
            "request_rate": "inf",
            "completed": len(drawn),
            "failed": 0,
            "total_input_tokens": sum(r.prompt for r in drawn),
            "total_output_tokens": sum(r.output for r in drawn),
            "input_lens": [r.prompt for r in drawn],
            "output_lens": [r.output for r in drawn],
            "ttfts": [r.ttft for r in drawn],
            "itls": [r.gaps for r in drawn],
            "errors": ["" for _ in drawn],
            "mean_ttft_ms": 1.0,
        }

    return make


@pytest.fixture(scope="session")
def aiperf_records() -> Callable[[list[Drawn]], str]:
    """Records as aiperf 0.13.0 writes them, as far as they are read."""

    def line(number: int, r: Drawn) -> str:
        metrics = {
            "time_to_first_token": {"value": 1000 * r.ttft, "unit": "ms"},
            "inter_token_latency": {"value": 1000 * r.after / (r.output - 1), "unit": "ms"},
            "input_sequence_length": {"value": r.prompt, "unit": "tokens"},
            "output_sequence_length": {"value": r.output, "unit": "tokens"},
        }
        metadata = {"session_num": number, "benchmark_phase": "profiling", "request_start_ns": 1767225600 * 10**9}
        return json.dumps({"metadata": metadata, "metrics": metrics, "error": None})

    return lambda drawn: "".join(line(number, r) + "\n" for number, r in enumerate(drawn))
