"""What a caller may still ask for, and what it asked for too much: the limits in no provider's words.

The quotas make these values, dialects spell them in the header fields and the sentences of their provider. No logic, no clock.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Resource = Literal["requests", "tokens", "input-tokens", "output-tokens", "concurrent"]
"""What is limited: requests; tokens, of both directions or of one; requests that are answered at the same time."""

Period = Literal["minute", "day"]


class Level(Struct, frozen=True):
    """How far a limit is used: what it is, what is left of it, in how many seconds all of it will be there again."""

    limit: int
    remaining: int
    reset: float


class Allowance(Struct, frozen=True):
    """The tightest limit of each resource; None where nothing limits it."""

    requests: Level | None = None
    tokens: Level | None = None
    input_tokens: Level | None = None
    output_tokens: Level | None = None


class Overrun(Struct, frozen=True):
    """A request that is more than a limit leaves.

    Attributes:
        resource: what is limited.
        period: the time the limit is of; None for requests at the same time.
        limit: how much is allowed in that time.
        used: how much of it is used, this request not counted.
        requested: how much this request would use.
        wait: seconds until there is room for it; None when nobody knows, or when there never will be.
        too_large: whether it is more than the limit ever leaves.
        model: the model asked for.
        organisation: the organisation the client named, "" when it named none.
    """

    resource: Resource
    period: Period | None
    limit: int
    used: int
    requested: int
    wait: float | None = None
    too_large: bool = False
    model: str = ""
    organisation: str = ""
