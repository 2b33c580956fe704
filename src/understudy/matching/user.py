"""`user`: the text of the last user message, the condition most rules have.

Its simplest conditions, one word that the text equals, contains or begins with, are tested without a view; of a regular
expression with a fixed part that part is looked for first.
"""

from __future__ import annotations

from understudy.matching._conditions import NO_GROUPS, Groups, Test
from understudy.matching._nodes import Comparison, Node
from understudy.matching._required import required_text
from understudy.matching._text_matcher import TextMatcher
from understudy.matching._views import View, fold, single, viewer
from understudy.model.call import Call
from understudy.model.http import Request

_view = viewer(single)


def _look(call: Call, _request: Request) -> View:
    return _view(call.user)


def _quick(node: Node, test: Test) -> Test | None:
    if not isinstance(node, Comparison) or len(node.words) != 1:
        return None
    is_regex = node.operator.name == "regex"
    word = required_text(node.words[0]) if is_regex else fold(node.words[0])
    if is_regex and not word:
        return None

    def equals(call: Call, _request: Request) -> Groups | None:
        return NO_GROUPS if word == (call.folded or call.folded_user) else None

    def contains(call: Call, _request: Request) -> Groups | None:
        return NO_GROUPS if word in (call.folded or call.folded_user) else None

    def prefix(call: Call, _request: Request) -> Groups | None:
        return NO_GROUPS if (call.folded or call.folded_user).startswith(word) else None

    def regex(call: Call, request: Request) -> Groups | None:
        return test(call, request) if word in (call.folded or call.folded_user) else None

    return {"equals": equals, "contains": contains, "prefix": prefix, "regex": regex}.get(node.operator.name)


MATCHER = TextMatcher("user", "The text of the last user message.", _look, quick=_quick)
