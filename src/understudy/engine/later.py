"""A world whose rules are made ready when the first call asks: of many that follow each other, only the last has to be.

In: a world, how one of other rules is made, and the script of that. Nothing but the rules may differ, so that nothing can fail
later on which is not looked at here.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from msgspec.structs import replace

from understudy.config.script import NO_TIMING, Rule, Script
from understudy.engine.capacity import shares
from understudy.engine.faultbook import Faultbook
from understudy.engine.pace import Pace
from understudy.engine.paces import prepare
from understudy.engine.world import World


class Later(World):
    """The world before but for its rules; any thread may be the first to ask for those.

    Args:
        before: the world in force.
        make: makes the world of the other rules; it is called once.
        script: what that is made of.

    Raises:
        UsageError: for timing of a rule that cannot have an effect.
    """

    def __init__(self, before: World, make: Callable[[], World], script: Script) -> None:
        kept = vars(before).copy()  # in one go: another thread may have its rules made meanwhile
        kept.pop("rules", None)
        vars(self).update(kept)
        shares(script)  # which raises; rules have no part in them
        self.faults = Faultbook(replace(script, rules=()))
        self.faults.any = self.faults.any or any(map(_has_faults, script.rules))
        timings = (timing for rule in script.rules for timing in (rule.timing, *[reply.timing for reply in rule.replies]))
        prepare(Pace.of(timing) for timing in timings if timing is not NO_TIMING)
        self._shelves = {}
        self._make = make
        self._making = Lock()

    def __getattr__(self, name: str) -> Any:
        """Make the rules, which are all that is not there yet."""
        if name != "rules":
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)
        with self._making:
            if type(self) is Later:
                self.rules = self._make().rules
                self.__class__ = World  # type: ignore[assignment]  # and its attributes cost as little as those of any other
        return getattr(self, name)


def _has_faults(rule: Rule) -> bool:
    return bool(rule.faults or any(reply.faults for reply in rule.replies))
