"""The matching room: what a rule's `when` means, one file for each key.

In goes the value of `when`, out comes a `When` that tests calls and explains how far off they are. To add a key, add a file
that defines `MATCHER`. Knows calls and requests; knows no rules, no replies and no provider.
"""

from understudy.matching._conditions import NO_GROUPS, ConditionErrors
from understudy.matching._near_miss import near_miss
from understudy.matching._operators import Test, is_glob, model_like, text_like
from understudy.matching._prompts import Prompts
from understudy.matching._regex import RegexUnion, compile_glob
from understudy.matching._text import named_schema
from understudy.matching._views import fold
from understudy.matching._when import When, matchers, when_schema

__all__ = [
    "NO_GROUPS",
    "ConditionErrors",
    "Prompts",
    "RegexUnion",
    "Test",
    "When",
    "compile_glob",
    "fold",
    "is_glob",
    "matchers",
    "model_like",
    "named_schema",
    "near_miss",
    "text_like",
    "when_schema",
]
