"""What faults have in common that stay legal: a client must not mind them, so any mix of them is a test that it does not.

`legal-fuzz` makes them with parameters that are drawn from the decision.
"""

from __future__ import annotations

from typing import ClassVar, Self

from understudy.model.ports import Random


class Legal:
    """A fault after which the answer still says the same, by the letter of HTTP, of server-sent events and of the provider."""

    __slots__ = ()

    legal: ClassVar[bool] = True

    @classmethod
    def drawn(cls, random: Random) -> Self:
        """Make the fault with drawn parameters, small enough for tests to be quick."""
        del random
        return cls()
