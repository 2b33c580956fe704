"""Whose timing is in force: by the model asked for and the API key of the request.

In: what script and settings say. Out: one `Pace` for each model and key, worked out once and kept. Rules and replies are no
matter of this module; their timing goes over what is found here.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from msgspec import Struct

from understudy.config.script import NO_TIMING, Script
from understudy.engine.pace import NO_PACE, Pace
from understudy.matching import Test, fold, is_glob, model_like, text_like

_KEPT = 1024  # answers that are kept; clients choose the names
_LONGEST = 300  # characters of a name that is worth keeping
_PREPARED = 16  # paces whose tables are made before they are asked for


class _Override(Struct, frozen=True):
    pace: Pace
    model: Test | None
    key: Test | None


class Paces:
    """The timing of everything that no rule and no reply says."""

    def __init__(self, script: Script, settings: Pace) -> None:
        self._top = Pace.of(script.timing).over(settings)
        timed = [model for model in script.models if model.timing != NO_TIMING]
        self._models: dict[str, Pace] = {}
        for model in timed:
            if not is_glob(model.id):
                self._models[fold(model.id)] = self._models.get(fold(model.id), NO_PACE).over(Pace.of(model.timing))
        self._globs = [(model_like(model.id), Pace.of(model.timing)) for model in timed if is_glob(model.id)]
        self._overrides = [
            _Override(
                Pace.of(each.timing),
                None if each.model is None else model_like(each.model),
                None if each.key is None else text_like(each.key),
            )
            for each in reversed(script.timing.overrides)
        ]
        self._is_one = not (self._models or self._globs or self._overrides)
        self.by_key = any(each.key is not None for each in self._overrides)
        self.is_any = not self._is_one or self._top != NO_PACE
        self._found: dict[tuple[str, str], Pace] = {}

    def find(self, model: str, key: str | None = None) -> Pace:
        """The pace of a model for a key: overrides, the last one first, over the model's own, over globs, over everybody's."""
        if self._is_one:
            return self._top
        asked = (model, key or "")
        found = self._found.get(asked)
        if found is None:
            found = self._work_out(*asked)
            if len(model) + len(asked[1]) <= _LONGEST:
                if len(self._found) >= _KEPT:
                    self._found.clear()
                self._found[asked] = found
        return found

    def _work_out(self, model: str, key: str) -> Pace:
        pace = NO_PACE
        for each in self._overrides:
            if (each.model is None or each.model(model)) and (each.key is None or each.key(key)):
                pace = pace.over(each.pace)
        pace = pace.over(self._models.get(fold(model)))
        for fits, own in self._globs:
            if fits(model):
                pace = pace.over(own)
        return pace.over(self._top)

    def all(self) -> Iterable[Pace]:
        """Every pace that may come to be in force."""
        yield self._top
        yield from self._models.values()
        yield from (pace for _, pace in self._globs)
        yield from (each.pace for each in self._overrides)


def prepare(paces: Iterable[Pace]) -> None:
    """Make the tables of the first of these, so that no request has to wait for them."""
    for pace in islice((pace for pace in paces if pace != NO_PACE), _PREPARED):
        pace.prepare()
