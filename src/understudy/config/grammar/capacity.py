"""`capacity`: the engine that answers wait for, at the top of a script or in a model. What it means is the capacity room's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from understudy.capacity.spec import CapacitySpec, Per, QueueFull
from understudy.config.grammar.form import Form, Key
from understudy.config.grammar.readers import INVALID, Scalar
from understudy.config.grammar.report import Report
from understudy.config.quantities import DURATION, TIMEOUT
from understudy.config.source import Place
from understudy.config.values import COUNT, POSITIVE, SWITCH, Kind, as_number, choice, whole


def _status(value: object) -> object:
    if isinstance(value, bool) or value not in get_args(QueueFull):
        raise ValueError
    return value


_STATUS: Final = Kind("503 or 429", _status, {"enum": list(get_args(QueueFull))}, "503|429", as_number)
_WINDOW: Final = whole("a whole number from 2 up", 2)


def _capacity(fields: dict[str, Any], at: Place, report: Report) -> Any:
    spec = CapacitySpec(**{name.replace("-", "_"): value for name, value in fields.items()})
    complaints = list(_complaints(spec))
    for key, message in complaints:
        report.add((*at, key) if key in fields else at, message)
    return INVALID if complaints else spec


def _complaints(spec: CapacitySpec) -> Iterator[tuple[str, str]]:
    """Find what does not go together: the key to blame, and why."""
    budget, seqs = spec.max_num_batched_tokens, spec.max_num_seqs
    if budget < seqs:
        yield (
            "max-num-batched-tokens",
            f"max-num-batched-tokens {budget}: expected a token for each of {seqs} sequences.",
        )
    if spec.kv_cache_tokens < spec.block_size:
        yield (
            "kv-cache-tokens",
            f"kv-cache-tokens {spec.kv_cache_tokens}: expected room for one block at least, {spec.block_size} tokens.",
        )
    elif spec.max_model_len is not None and spec.max_model_len > spec.window:
        yield (
            "max-model-len",
            f"max-model-len {spec.max_model_len}: expected at most {spec.window}, for which kv-cache-tokens has room.",
        )


CAPACITY = Form(
    "capacity",
    "A batched inference engine that answers wait for: they queue, are worked on step by step, and share its memory.",
    (
        Key(
            "per",
            Scalar(choice(Per)),
            "one engine for all models this is said of (`all`, the default), or one for each model name (`model`)",
            default="all",
        ),
        Key("max-num-seqs", Scalar(POSITIVE), "how many sequences run at once; 128 if left out", default=128),
        Key("max-waiting", Scalar(COUNT), "how many more requests may wait; any number if left out, 0 lets none wait"),
        Key(
            "queue-full",
            Scalar(_STATUS),
            "the status that answers when no more may wait; 503 if left out, in place of which Cerebras says 429",
            default=503,
        ),
        Key(
            "max-num-batched-tokens",
            Scalar(POSITIVE),
            "tokens in one step: one for each sequence that decodes, the rest for prompts, in chunks; 2048 if left out",
            default=2048,
        ),
        Key("prefill-token", Scalar(DURATION), "time for each prompt token in a step; 0.1ms if left out", default="0.1ms"),
        Key("decode-step", Scalar(TIMEOUT), "time of a step as such; 10ms if left out", default="10ms"),
        Key(
            "decode-per-seq",
            Scalar(DURATION),
            "time for each sequence that decodes in a step; 0.05ms if left out",
            default="0.05ms",
        ),
        Key("decode-per-kv-token", Scalar(DURATION), "time for each token of context of these; 0 if left out", default=0),
        Key("kv-cache-tokens", Scalar(POSITIVE), "tokens of context that fit in memory; 400000 if left out", default=400_000),
        Key("block-size", Scalar(POSITIVE), "tokens in one block of memory; 16 if left out", default=16),
        Key(
            "prefix-cache",
            Scalar(SWITCH),
            "whether prompts that begin alike share the work; on if left out",
            default=True,
        ),
        Key(
            "max-model-len",
            Scalar(_WINDOW),
            "most tokens of prompt and answer together; as many as fit in memory if left out",
        ),
    ),
    _capacity,
)
