"""What an engine can do: how much at once, how fast, with how much memory. Plain numbers and the law of a step's time.

The names are those of vLLM's options where it has them. The times of the defaults are worked out, not measured: an 8-billion
parameter model in 16 bits on a GPU with 2 TB/s of memory bandwidth and 312 TFLOP/s (the data sheet of the A100 80 GB). See
docs/concepts/capacity.md for the arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from understudy.capacity.ticket import Order
from understudy.model.reply import Failure

Per = Literal["all", "model"]
QueueFull = Literal[503, 429]

_FULL: Final[dict[QueueFull, Failure]] = {503: Failure(503, "overloaded"), 429: Failure(429, "rate_limit")}


class CapacitySpec(Struct, frozen=True, kw_only=True):
    """An engine in numbers; times in seconds.

    Attributes:
        per: one engine for `all` models this is said of, or one for each `model` name.
        max_num_seqs: sequences in one step.
        max_waiting: requests beyond those that may wait for a place; None = any number.
        queue_full: the status that answers when no more may wait.
        max_num_batched_tokens: tokens in one step: one for each sequence that decodes, the rest for prompts.
        prefill_token: time for each prompt token of a step.
        decode_step: time of a step as such.
        decode_per_seq: time for each sequence that decodes in a step.
        decode_per_kv_token: time for each token of context those sequences have.
        kv_cache_tokens: tokens of context that fit in memory together.
        block_size: tokens in the unit that memory is handed out in.
        prefix_cache: whether prompts that begin alike share what was worked out for the beginning.
        max_model_len: tokens of prompt and answer together; None = what fits in memory.
    """

    per: Per = "all"
    max_num_seqs: int = 128
    max_waiting: int | None = None
    queue_full: QueueFull = 503
    max_num_batched_tokens: int = 2048
    prefill_token: float = 0.0001
    decode_step: float = 0.010
    decode_per_seq: float = 0.00005
    decode_per_kv_token: float = 0.0
    kv_cache_tokens: int = 400_000
    block_size: int = 16
    prefix_cache: bool = True
    max_model_len: int | None = None

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return self.kv_cache_tokens // self.block_size

    @property
    def window(self) -> int:
        """The most tokens of prompt and answer together. The last token of an answer needs no room: nothing is made of it."""
        fits = self.blocks * self.block_size + 1
        return fits if self.max_model_len is None else min(fits, self.max_model_len)

    def duration(self, prefilled: int, decoding: int, context: int) -> float:
        """Time of a step.

        Args:
            prefilled: prompt tokens worked on.
            decoding: sequences that get their next token.
            context: tokens of context those sequences have together.
        """
        return (
            self.decode_step
            + self.decode_per_seq * decoding
            + self.decode_per_kv_token * context
            + self.prefill_token * prefilled
        )

    def refusal(self, orders: Sequence[Order], here: int) -> Failure | None:
        """Say how to answer who wants sequences that can never fit, or for which there is no place beside so many others."""
        for order in orders:
            if max(order.prompt, 1) + max(order.output, 1) > self.window:
                return Failure(400, "context_length", counts=(self.window, order.prompt))
        if self.max_waiting is not None and here + len(orders) > self.max_num_seqs + self.max_waiting:
            return _FULL[self.queue_full]
        return None
