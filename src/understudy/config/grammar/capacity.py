"""`capacity`: the engine that answers wait for, at the top of a script or in a model. What it means is the capacity room's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, get_args

from msgspec import structs

from understudy.capacity.spec import CapacitySpec, Per, QueueFull
from understudy.config.grammar.form import Form, Key, arguments
from understudy.config.grammar.readers import INVALID, Scalar
from understudy.config.grammar.report import Report
from understudy.config.quantities import DURATION, TIMEOUT
from understudy.config.source import Place
from understudy.config.values import COUNT, POSITIVE, SWITCH, Kind, as_number, choice, whole


def _status(value: object) -> object:
    if isinstance(value, bool) or value not in get_args(QueueFull):
        raise ValueError
    return value


_DEFAULTS: Final = {field.name: field.default for field in structs.fields(CapacitySpec)}
_STATUS: Final = Kind("503 or 429", _status, {"enum": list(get_args(QueueFull))}, "503|429", as_number)
_WINDOW: Final = whole("a whole number from 2 up", 2)


def _capacity(fields: dict[str, Any], at: Place, report: Report) -> Any:
    spec = CapacitySpec(**arguments(fields))
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


def _key(name: str, kind: Kind, about: str) -> Key:
    """A key whose value is the engine's own where it is left out; `about` says it where it has {}."""
    value = _DEFAULTS[name.replace("-", "_")]
    if value is None:
        return Key(name, Scalar(kind), about)
    shown = kind.show(value)
    return Key(name, Scalar(kind), about.format(shown), default=value if isinstance(value, bool) else kind.parse(shown))


CAPACITY = Form(
    "capacity",
    "A batched inference engine that answers wait for: they queue, are worked on step by step, and share its memory.",
    (
        _key(
            "per",
            choice(Per),
            "one engine for all models this is said of (`all`, the default), or one for each model name (`model`)",
        ),
        _key("max-num-seqs", POSITIVE, "how many sequences run at once; {} if left out"),
        _key("max-waiting", COUNT, "how many more requests may wait; any number if left out, 0 lets none wait"),
        _key(
            "queue-full",
            _STATUS,
            "the status that answers when no more may wait; {} if left out, in place of which Cerebras says 429",
        ),
        _key(
            "max-num-batched-tokens",
            POSITIVE,
            "tokens in one step: one for each sequence that decodes, the rest for prompts, in chunks; {} if left out",
        ),
        _key("prefill-token", DURATION, "time for each prompt token in a step; {} if left out"),
        _key("decode-step", TIMEOUT, "time of a step as such; {} if left out"),
        _key("decode-per-seq", DURATION, "time for each sequence that decodes in a step; {} if left out"),
        _key("decode-per-kv-token", DURATION, "time for each token of context of these; {} if left out"),
        _key("kv-cache-tokens", POSITIVE, "tokens of context that fit in memory; {} if left out"),
        _key("block-size", POSITIVE, "tokens in one block of memory; {} if left out"),
        _key("prefix-cache", SWITCH, "whether prompts that begin alike share the work; on if left out"),
        _key("max-model-len", _WINDOW, "most tokens of prompt and answer together; as many as fit in memory if left out"),
    ),
    _capacity,
)
